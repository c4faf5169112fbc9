/// Changes a profile in place: comments, order and everything else stay as people wrote them.
public struct ProfileEditor {
  /// The bytes of the profile.
  public private(set) var text: [UInt8]

  /// Takes the bytes of a valid profile.
  public init(_ text: [UInt8]) {
    self.text = text
  }

  /// Says which organization receives mail; `nil` for none.
  public mutating func setSynchronizing(_ name: String?) {
    let entries = TOMLScanner.entries(of: text)
    let present = entries.first { $0.path == [.key("synchronizing")] }
    switch (present, name) {
    case (let present?, let name?):
      if let value = present.value { text.replaceSubrange(value, with: Self.quoted(name)) }
    case (let present?, nil): text.removeSubrange(present.range)
    case (nil, let name?):
      let line = Array("synchronizing = ".utf8) + Self.quoted(name) + [10]
      if let first = entries.first, first.value != nil {
        text.insert(contentsOf: line, at: first.range.lowerBound)
      } else {
        // A key after a table's header would be the table's.
        text.insert(contentsOf: line + [10], at: 0)
      }
    case (nil, nil): break
    }
  }

  /// Adds an organization after all that is there.
  public mutating func addOrganization(name: String, url: String) {
    if let last = text.last {
      if last != 10 { text.append(10) }
      text.append(10)
    }
    text += Array("[[organization]]\nname = ".utf8) + Self.quoted(name)
    text += Array("\nurl  = ".utf8) + Self.quoted(url) + [10]
  }

  /// A text as a basic string (TOML 1.0).
  private static func quoted(_ value: String) -> [UInt8] {
    var quoted: [UInt8] = [UInt8(ascii: "\"")]
    for byte in value.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): quoted += [UInt8(ascii: "\\"), byte]
      case 0..<32, 127:
        let digits = String(byte, radix: 16)
        quoted += Array("\\u00".utf8) + Array((digits.utf8.count == 1 ? "0" : "").utf8)
        quoted += Array(digits.utf8)
      default: quoted.append(byte)
      }
    }
    quoted.append(UInt8(ascii: "\""))
    return quoted
  }
}
