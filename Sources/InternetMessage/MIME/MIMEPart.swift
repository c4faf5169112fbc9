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
  public var fileName: String? {
    guard
      let name = disposition?.parameters["filename"] ?? contentType.parameters["name"],
      let last = name.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last
    else { return nil }
    let trimmed = Text.collapsed(String(last))
    return trimmed.isEmpty ? nil : trimmed
  }
}
