/// A whole message in memory: its header, its parts, its text (RFC 5322, RFC 2045).
///
/// Parts are offsets; their contents are decoded when they are asked for.
public struct Message: Sendable {
  /// The exact bytes.
  public let bytes: [UInt8]
  /// The decoded header.
  public let header: MessageHeader
  /// The parts.
  public let structure: MIMEStructure

  /// Reads a message.
  ///
  /// - Parameters:
  ///   - bytes: The message as it came.
  ///   - headerLimits: How much of the header is parsed.
  ///   - limits: How many parts are parsed, and how deep.
  public init(
    _ bytes: [UInt8], headerLimits: HeaderSection.Limits = .init(),
    limits: MIMEStructure.Limits = .init()
  ) {
    self.bytes = bytes
    let section = HeaderSection(bytes, limits: headerLimits)
    structure = bytes.withUnsafeBytes { MIMEStructure($0, section: section, limits: limits) }
    header = MessageHeader(MessageHeader(section), structure: structure)
  }

  /// What was odd in header and structure.
  public var notes: [Note] { header.notes + structure.notes }

  /// The readable text.
  public var text: MessageText {
    bytes.withUnsafeBytes { TextReader.text(of: $0, structure) }
  }

  /// The readable text for a person: where a page's link leads stands behind it, as
  /// `text <https://…>`, unless its text says so.
  ///
  /// An index of words is better made of `text`.
  public var textWithLinks: MessageText {
    bytes.withUnsafeBytes { TextReader.text(of: $0, structure, keepsLinks: true) }
  }

  /// The readable text as a page that shows it and does nothing: elements of a known list without
  /// attributes, and links to web pages and mailboxes.
  ///
  /// - Parameter limit: About so many bytes are made; the rest is left out.
  /// - Returns: The page in UTF-8, and whether something of it was left out; `nil` where no part of the
  ///   text is one.
  public func safeHTML(limit: Int) -> (html: [UInt8], isCut: Bool)? {
    bytes.withUnsafeBytes { TextReader.safeHTML(of: $0, structure, limit: limit) }
  }

  /// The readable text of one part: decoded, HTML reduced, LF line ends.
  public func text(of part: MIMEPart) -> String {
    bytes.withUnsafeBytes {
      String(
        decoding: TextReader.text(
          of: part, in: structure.contents(in: $0), fallback: structure.namedCharset),
        as: UTF8.self)
    }
  }

  /// The text of one part as it stands: decoded to UTF-8, and nothing else.
  public func plainText(of part: MIMEPart) -> String {
    bytes.withUnsafeBytes {
      String(
        decoding: TextReader.decodedText(
          of: part, in: structure.contents(in: $0), fallback: structure.namedCharset),
        as: UTF8.self)
    }
  }

  /// The bytes that the body of a part means: its transfer encoding undone, nothing else.
  public func content(of part: MIMEPart) -> [UInt8] {
    bytes.withUnsafeBytes {
      structure.contents(in: $0).withContent(of: part) { Array($0) }
    }
  }

  /// The length of `content(of:)`.
  public func size(of part: MIMEPart) -> Int {
    bytes.withUnsafeBytes { structure.contents(in: $0).size(of: part) }
  }

  /// The name by which a part is listed: its file's, of an attached message else the subject.
  public func name(of part: MIMEPart) -> String? {
    bytes.withUnsafeBytes { Attachment.name(of: part, in: structure.contents(in: $0)) }
  }

  /// The header of a message that is attached; `nil` where the part is none, or has no header, as one
  /// in a TNEF stream.
  public func header(ofAttached part: MIMEPart) -> MessageHeader? {
    bytes.withUnsafeBytes { MessageHeader(attached: part, in: structure.contents(in: $0)) }
  }

  /// The attachments: parts that are kept apart from the text, and attached messages.
  public var attachments: [Attachment] {
    bytes.withUnsafeBytes { Attachment.all(in: structure, of: $0) }
  }
}
