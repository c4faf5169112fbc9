/// A part that is kept apart from the text of a message.
public struct Attachment: Sendable, Hashable {
  /// The number by which people name the part: its place among all parts, counted from 1.
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

  /// Whether a message may have attachments, as far as its header says: a single text has none.
  ///
  /// - Parameter structure: What `MIMEStructure` reads from the header alone.
  /// - Returns: False where the message is one text.
  public static func canStand(in structure: MIMEStructure) -> Bool {
    structure.roles.first != .text || structure.parts[0].contentType.isMultipart
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
    var attachments: [Attachment] = []
    var end = 0
    for (part, role) in zip(structure.parts, structure.roles) where part.index >= end {
      let isMessage = role == .message && part.index > 0
      guard isMessage || role == .attachment else { continue }
      // What stands in an attachment is part of it.
      end = part.end
      let body = message.part(part.bodyRange)
      let subject =
        part.contentType.isMessage && part.fileName == nil && part.transferEncoding == .identity
        ? MessageHeader(HeaderSection(body)).subject : nil
      attachments.append(
        Attachment(
          number: part.index + 1, name: part.fileName ?? subject,
          mediaType: part.contentType.mediaType,
          size: part.hasChildren
            ? body.count : TransferDecoder.decodedCount(body, part.transferEncoding)))
    }
    return attachments
  }
}
