/// One part of a message: where it stands, and what its header says of it (RFC 2045 section 2.5).
public struct MIMEPart: Sendable {
  /// Its place in `MIMEStructure.parts`; the message itself is 0.
  public let index: Int
  /// The part that it stands in; `nil` for the message itself.
  public let parent: Int?
  /// How deep it stands; the message itself is 0.
  public let depth: Int
  /// Its header section with the blank line after it; offsets count from the start of the message.
  public let headerRange: Range<Int>
  /// Its body as it stands in the message, without the line end that belongs to the next delimiter.
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

  /// Whether parts stand in it.
  public var hasChildren: Bool { end > index + 1 }

  /// The name of the file that it is, without any folder: from Content-Disposition, else from
  /// Content-Type (RFC 2183 section 2.3).
  ///
  /// A `/` in a name that is no path, as in the number of an order, becomes `_`.
  public var fileName: String? {
    guard let name = disposition?.parameters["filename"] ?? contentType.parameters["name"] else {
      return nil
    }
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
