/// One part of a message: where it stands, and what its header says of it (RFC 2045 section 2.5).
public struct MIMEPart: Sendable {
  /// How a part came to be one.
  public enum Origin: Sendable {
    /// It stands in the message, or in a message that was decoded, as RFC 2046 has it.
    case mime
    /// It is a file that stands in a plain text, written by uuencode(1).
    case uuencode
    /// A file of a TNEF stream (MS-OXTNEF).
    case tnefFile
    /// A text of a TNEF stream.
    case tnefText
    /// A message that is attached in a TNEF stream; itself one.
    case tnefMessage
  }

  /// Its place in `MIMEStructure.parts`; the message itself is 0.
  public internal(set) var index: Int
  /// The number by which people name it.
  ///
  /// The parts that stand in the message as they are have the numbers from 1 on, in the order in
  /// which they begin; those that show only when another is decoded have the numbers after them.
  public internal(set) var number: Int
  /// The bytes in which its offsets count: 0 is the message, any other a place in
  /// `MIMEStructure.decoded`, counted from 1.
  public internal(set) var source = 0
  /// How it came to be a part.
  public internal(set) var origin = Origin.mime
  /// The part that it stands in; `nil` for the message itself.
  public internal(set) var parent: Int?
  /// How deep it stands; the message itself is 0.
  public let depth: Int
  /// Its header section with the blank line after it; offsets count from the start of its source.
  public internal(set) var headerRange: Range<Int>
  /// Its body as it stands in its source, without the line end that belongs to the next delimiter.
  public internal(set) var bodyRange: Range<Int>
  /// The place after the last part within it.
  public internal(set) var end: Int
  /// What its data is.
  public let contentType: ContentType
  /// How it wants to be shown; `nil` where it does not say.
  public let disposition: ContentDisposition?
  /// How its body is written.
  public let transferEncoding: TransferEncoding
  /// Its Content-ID without brackets.
  public let contentID: String?
  /// The name that what holds it gives it, where it has no header.
  var givenName: String?
  /// Whether it is a TNEF stream that is more than a message: a meeting, a task, a contact.
  var isItem = false

  /// Whether parts stand in it.
  public var hasChildren: Bool { end > index + 1 }

  /// The name of the file that it is, without any folder: from Content-Disposition, else from
  /// Content-Type (RFC 2183 section 2.3).
  ///
  /// A `/` in a name that is no path, as in the number of an order, becomes `_`.
  public var fileName: String? {
    guard
      let name = givenName ?? disposition?.parameters["filename"]
        ?? contentType.parameters["name"]
    else { return nil }
    let trimmed = Text.collapsed(Self.withoutFolders(name))
    return trimmed.isEmpty ? nil : trimmed
  }

  private static func withoutFolders(_ name: String) -> String {
    func last(_ isSeparator: (Character) -> Bool) -> String {
      name.split(whereSeparator: isSeparator).last.map(String.init) ?? ""
    }
    if name.utf8.contains(ASCII.backslash) { return last { $0 == "/" || $0 == "\\" } }
    let slash = UInt8(ascii: "/")
    guard name.utf8.contains(slash) else { return name }
    // From a root, from home, of a drive, or through `.` and `..`: a path (RFC 2183 section 2.3).
    let pieces = name.utf8.split(separator: slash, omittingEmptySubsequences: false)
    let first = pieces[0]
    let isPath =
      first.isEmpty || first.first == UInt8(ascii: "~") || first.last == UInt8(ascii: ":")
      || pieces.contains { $0.elementsEqual(".".utf8) || $0.elementsEqual("..".utf8) }
    if isPath { return last { $0 == "/" } }
    return String(decoding: name.utf8.map { $0 == slash ? UInt8(ascii: "_") : $0 }, as: UTF8.self)
  }
}
