/// What a TNEF stream holds as parts: its texts, its files, its messages.
struct TNEFParts {
  /// A part of the stream.
  struct Found {
    var origin: MIMEPart.Origin
    var contentType: ContentType
    var name: String?
    var contentID: String?
    /// Where it stands in the stream.
    var range: Range<Int>
    /// What was decoded of it, where it does not stand there as it is.
    var text: [UInt8]?

    /// The part, without its place.
    func part(depth: Int) -> MIMEPart {
      MIMEPart(
        index: 0, number: 0, origin: origin, depth: depth,
        headerRange: range.lowerBound..<range.lowerBound,
        bodyRange: range, end: 0, contentType: contentType, disposition: nil,
        transferEncoding: .identity, contentID: contentID, givenName: name)
    }
  }

  private let bytes: Bytes
  private let contents: TNEFContents
  private var parts: [Found] = []

  /// Whether a part may be such a stream: by its type, or by the name that Outlook gives it.
  static func mayBe(_ part: MIMEPart) -> Bool {
    let type = part.contentType
    if part.origin == .tnefMessage { return true }
    guard part.origin == .mime, type.type == "application" else { return false }
    if type.subtype == "ms-tnef" || type.subtype == "vnd.ms-tnef" { return true }
    return part.fileName?.lowercased() == "winmail.dat"
  }

  /// The parts of a stream, texts first.
  ///
  /// - Parameters:
  ///   - bytes: The stream.
  ///   - maxText: How much compressed text may be decoded.
  /// - Returns: The parts, and whether the stream is more than a message; `nil` where it is no stream.
  static func all(in bytes: Bytes, maxText: Int) -> (parts: [Found], isItem: Bool)? {
    guard let contents = TNEFContents(bytes) else { return nil }
    var reader = TNEFParts(bytes: bytes, contents: contents)
    reader.readTexts(maxText)
    for attachment in contents.attachments { reader.read(attachment) }
    return (reader.parts, reader.isItem)
  }

  private init(bytes: Bytes, contents: TNEFContents) {
    self.bytes = bytes
    self.contents = contents
  }

  private var isItem: Bool {
    guard let name = contents.messageClass(in: bytes)?.lowercased() else { return false }
    return !name.hasPrefix("ipm.note") && !name.hasPrefix("ipm.microsoft mail.note")
  }

  // MARK: Texts

  private mutating func readTexts(_ most: Int) {
    let body = contents.properties.first(0x1000)
    if let body, body.type == 0x1F || body.type == 0x1E {
      add(text: body.range, "plain", isWide: body.type == 0x1F)
    } else if let body = contents.attribute(TNEFContents.ID.body, in: contents.attributes) {
      add(text: body.range, "plain", isWide: false)
    }
    if let page = contents.properties.first(0x1013), !page.isMultiple {
      // In bytes it is in the charset that mail would have it in.
      let named = contents.properties.first(0x3FDE).flatMap { contents.integer($0, in: bytes) }
      let charset = page.type == 0x102 ? named.map(TNEFContents.label) : nil
      add(text: page.range, "html", isWide: page.type == 0x1F, charset: charset)
    }
    if let text = contents.properties.first(0x1009), text.type == 0x102,
      let rtf = CompressedRTF.decoded(bytes.part(text.range), most: most)
    {
      parts.append(
        Found(
          origin: .tnefText, contentType: ContentType("text/rtf"), range: text.range, text: rtf))
    }
  }

  private mutating func add(
    text range: Range<Int>, _ subtype: String, isWide: Bool, charset: String? = nil
  ) {
    var range = range
    let unit = isWide ? 2 : 1
    range = range.lowerBound..<(range.upperBound - range.count % unit)
    while range.count >= unit, bytes[range].suffix(unit).allSatisfy({ $0 == 0 }) {
      range = range.lowerBound..<(range.upperBound - unit)
    }
    guard bytes[range].contains(where: { $0 != 0 && !ASCII.isBlank($0) }) else { return }
    let label = isWide ? "utf-16le" : charset ?? contents.charset
    parts.append(
      Found(
        origin: .tnefText, contentType: ContentType("text/\(subtype); charset=\(label)"),
        range: range))
  }

  // MARK: Attachments

  private mutating func read(_ attachment: TNEF.Attachment) {
    let properties = attachment.properties
    func string(_ id: UInt16) -> String? {
      properties.first(id).flatMap { contents.string($0, in: bytes) }.flatMap {
        $0.isEmpty ? nil : $0
      }
    }
    let title = contents.attribute(TNEFContents.ID.attachmentTitle, in: attachment.attributes)
    let name =
      string(0x3707) ?? string(0x3704) ?? string(0x3001)
      ?? title.map { contents.text(bytes.part($0.range)) }
    // What is kept elsewhere is named at least.
    guard let (range, isMessage) = data(of: attachment) ?? name.map({ _ in (0..<0, false) }) else {
      return
    }
    if isMessage {
      let subject = Self.subject(of: bytes.part(range))
      parts.append(
        Found(
          origin: .tnefMessage, contentType: ContentType("application/ms-tnef"),
          name: name ?? subject, range: range))
      return
    }
    let type = string(0x370E).map { ContentType($0) } ?? .octetStream
    parts.append(
      Found(
        // What is said to be made of parts is given out as the file that it is.
        origin: .tnefFile, contentType: type.isMultipart || type.isMessage ? .octetStream : type,
        name: name, contentID: string(0x3712), range: range))
  }

  /// The content of an attachment, and whether it is a message (MS-OXCMSG section 2.2.2.9).
  private func data(of attachment: TNEF.Attachment) -> (range: Range<Int>, isMessage: Bool)? {
    if let object = attachment.properties.first(0x3701) {
      guard object.type == 0x0D, object.range.count >= 16 else {
        return (object.type == 0x102 ? object.range : 0..<0, false)
      }
      // The id of what it is stands before it (MS-OXTNEF section 2.1.3.4.1).
      let range = object.range.dropFirst(16)
      let method = attachment.properties.first(0x3705).flatMap { contents.integer($0, in: bytes) }
      let isMessage = method == 5 || method == nil
      return (range, isMessage && TNEFContents.hasSignature(bytes.part(range)))
    }
    return contents.attribute(TNEFContents.ID.attachmentData, in: attachment.attributes)
      .map { ($0.range, false) }
  }

  /// The subject of a message that is attached; looked for near its start.
  private static func subject(of stream: Bytes) -> String? {
    // A stream in a stream in a stream is gone through again for each: only its first attributes are.
    guard let contents = TNEFContents(stream.part(0..<min(stream.count, 4096))) else { return nil }
    if let subject = contents.properties.first(0x0037) {
      return contents.string(subject, in: stream)
    }
    return contents.attribute(TNEFContents.ID.subject, in: contents.attributes)
      .map { contents.text(stream.part($0.range)) }
  }
}
