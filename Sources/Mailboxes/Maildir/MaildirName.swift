/// The name of a message's file in a Maildir: a unique part that stays, and flags that change.
package struct MaildirName: Sendable {
  /// What stays when flags change and when it moves from `new` to `cur`.
  package let unique: ArraySlice<UInt8>
  /// The flags: `S` seen, `T` trashed, `D` draft, and others.
  package let flags: ArraySlice<UInt8>

  /// Takes a name apart.
  ///
  /// The flags follow `:2,`; on file systems that do not allow a colon, programs write `;2,` or
  /// `!2,` instead.
  package init(_ name: ArraySlice<UInt8>) {
    let mark = name.lastIndex { $0 == 0x3A || $0 == 0x3B || $0 == 0x21 }
    if let mark, name.endIndex - mark >= 3, name[mark + 1] == UInt8(ascii: "2"),
      name[mark + 2] == UInt8(ascii: ",")
    {
      unique = name[..<mark]
      flags = name[(mark + 3)...]
    } else if let mark, name[mark] == UInt8(ascii: ":") {
      // `:1,` is for experiments; whatever it says are no flags.
      unique = name[..<mark]
      flags = []
    } else {
      unique = name
      flags = []
    }
  }

  /// Whether the message is deleted but for being removed, or not finished.
  package var isTrashedOrDraft: Bool {
    flags.contains(UInt8(ascii: "T")) || flags.contains(UInt8(ascii: "D"))
  }

  /// When it was delivered, in microseconds since 1970, by the number that the unique part begins
  /// with and the `M` of the delivery identifier; `nil` where the name tells no likely time.
  package var deliveredAt: Int64? {
    var position = unique.startIndex
    guard let seconds = Self.number(unique, &position), seconds > 100_000_000,
      seconds < 100_000_000_000, position < unique.endIndex, unique[position] == UInt8(ascii: ".")
    else { return nil }
    return seconds * 1_000_000 + (Self.microseconds(unique[(position + 1)...]) ?? 0)
  }

  /// The `M` of an identifier such as `M52017P2481Q3`.
  private static func microseconds(_ rest: ArraySlice<UInt8>) -> Int64? {
    var position = rest.startIndex
    while position < rest.endIndex {
      let letter = rest[position]
      guard letter >= UInt8(ascii: "A"), letter <= UInt8(ascii: "Z") else { return nil }
      position += 1
      guard let value = number(rest, &position) else { return nil }
      if letter == UInt8(ascii: "M") { return value < 1_000_000 ? value : nil }
    }
    return nil
  }

  private static func number(_ bytes: ArraySlice<UInt8>, _ position: inout Int) -> Int64? {
    var value: Int64 = 0
    let start = position
    while position < bytes.endIndex, position - start < 15,
      bytes[position] >= UInt8(ascii: "0"), bytes[position] <= UInt8(ascii: "9")
    {
      value = value * 10 + Int64(bytes[position] - UInt8(ascii: "0"))
      position += 1
    }
    return position > start ? value : nil
  }
}
