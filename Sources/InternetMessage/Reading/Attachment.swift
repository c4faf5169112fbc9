/// A part that is kept apart from the text of a message.
public struct Attachment: Sendable, Hashable {
  /// The number by which people name the part, see `MIMEPart.number`.
  public let number: Int
  /// The name of the file, for an attached message its subject; `nil` where there is none.
  public let name: String?
  /// Type and subtype, as `application/pdf`.
  public let mediaType: String
  /// The length of its content in bytes, transfer encoding undone.
  public let size: Int

  /// Makes one.
  public init(number: Int, name: String?, mediaType: String, size: Int) {
    self.number = number
    self.name = name
    self.mediaType = mediaType
    self.size = size
  }

  /// Whether a message may have attachments, as far as its header says: a single text has none but a
  /// plain one, in which files may stand.
  ///
  /// - Parameter structure: What `MIMEStructure` reads from the header alone.
  /// - Returns: False where the message is one text that is not plain.
  public static func canStand(in structure: MIMEStructure) -> Bool {
    let type = structure.parts[0].contentType
    return structure.roles.first != .text || type.isMultipart || type.subtype == "plain"
  }

  /// The attachments of a message, in order.
  ///
  /// - Parameters:
  ///   - structure: The parts of the message.
  ///   - message: The message.
  /// - Returns: The attachments; what stands in one is not counted again.
  public static func all(
    in structure: MIMEStructure, of message: UnsafeRawBufferPointer
  ) -> [Attachment] {
    let contents = structure.contents(in: message)
    var attachments: [Attachment] = []
    var end = 0
    for (part, role) in zip(structure.parts, structure.roles) where part.index >= end {
      let isMessage = role == .message && part.index > 0
      guard isMessage || role == .attachment else { continue }
      // What stands in an attachment is part of it.
      end = part.end
      attachments.append(
        Attachment(
          number: part.number, name: name(of: part, in: contents),
          mediaType: part.contentType.mediaType, size: contents.size(of: part)))
    }
    return attachments
  }

  /// The name of a part: its file's, of an attached message else the subject.
  static func name(of part: MIMEPart, in contents: MIMEContents) -> String? {
    if let name = part.fileName { return name }
    return MessageHeader(attached: part, in: contents)?.subject
  }
}

extension MessageHeader {
  /// The header of a message that is attached; `nil` where the part is none.
  init?(attached part: MIMEPart, in contents: MIMEContents) {
    guard part.contentType.isMessage else { return nil }
    guard part.hasChildren, part.transferEncoding.isDecoded else {
      self = contents.withBody(of: part) { MessageHeader(HeaderSection($0)) }
      return
    }
    self = contents.withSource(of: contents.parts[part.index + 1]) {
      MessageHeader(HeaderSection($0))
    }
  }
}
