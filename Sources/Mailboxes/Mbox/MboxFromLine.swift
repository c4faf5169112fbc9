import Glibc

/// The line with which a message in an mbox begins: `From `, the envelope sender, and when it was
/// delivered (RFC 4155 appendix A).
///
/// What follows the mark is in no form that programs agree on, and may be missing. So a line counts
/// by what stands around it; what it says is only read.
struct MboxFromLine {
  /// When it was delivered, in seconds since 1970; `nil` where the line does not tell.
  let deliveredAt: Int64?
  /// Whether it has the form of asctime(3), with a year of four digits.
  let isUsual: Bool

  static let mark = Array("From ".utf8)

  /// The longest line that is looked at, in bytes.
  static let longest = 1024

  /// Reads a line; `nil` where it does not begin with the mark.
  ///
  /// The zone that some programs write is passed over: the order within the mbox is what matters.
  ///
  /// - Parameter line: The line, or its beginning; what follows a line end is not looked at.
  init?(_ line: UnsafeRawBufferPointer) {
    guard line.starts(with: Self.mark) else { return nil }
    let end = line.firstIndex(of: 10) ?? line.count
    let words = line[Self.mark.count..<min(end, Self.longest)].split {
      $0 == 32 || $0 == 9 || $0 == 13
    }.map { Array($0) }
    let usual = MboxDate(usual: words)
    isUsual = usual != nil
    deliveredAt = (usual ?? MboxDate(other: words))?.seconds
  }

  /// Reads the line of a message that begins at a place; `nil` where none does.
  ///
  /// An empty line before it and a header section after it make a line count. Where the empty line is
  /// missing, as some programs leave it, the line must say when it was delivered in the usual form.
  ///
  /// - Parameters:
  ///   - bytes: A part of the file, with what follows the place up to the end of the file or for at
  ///     least some thousand bytes.
  ///   - start: The place, at which a line begins.
  ///   - hasEmptyLine: Whether the line before it is empty, or nothing is before it.
  /// - Returns: The line.
  static func separating(
    _ bytes: UnsafeRawBufferPointer, at start: Int, hasEmptyLine: Bool
  ) -> MboxFromLine? {
    let line = UnsafeRawBufferPointer(rebasing: bytes[start...])
    guard line.starts(with: mark), let end = line.prefix(4 * longest).firstIndex(of: 10),
      MboxHeader.begins(UnsafeRawBufferPointer(rebasing: line[(end + 1)...])),
      let fromLine = MboxFromLine(line), hasEmptyLine || fromLine.isUsual
    else { return nil }
    return fromLine
  }

  /// Whether the line before a place is empty; so is what is before the first.
  static func hasEmptyLine(before start: Int, in bytes: UnsafeRawBufferPointer) -> Bool {
    var position = start
    guard position > 0 else { return true }
    guard bytes[position - 1] == 10 else { return false }
    position -= 1
    if position > 0, bytes[position - 1] == 13 { position -= 1 }
    return position == 0 || bytes[position - 1] == 10
  }
}
