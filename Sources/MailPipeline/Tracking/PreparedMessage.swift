import InternetMessage
import Mailboxes

/// A message that was assessed, with what of its body is needed once it is accepted: found when
/// asked for, or beforehand.
final class PreparedMessage {
  let assessment: Assessment
  let input: MessageInput
  private var foundContent: MessageContent?
  private var foundAttachments: [Attachment]?

  init(_ assessment: Assessment, of input: MessageInput) {
    self.assessment = assessment
    self.input = input
  }

  /// Finds beforehand what will be asked for.
  ///
  /// - Throws: `InputError`.
  func prepare(largest: Int) throws {
    try input.holdAll()
    _ = try content(largest: largest)
    _ = try attachments()
  }

  /// Identity and content of the message, which is held whole.
  ///
  /// - Throws: `InputError`.
  func content(largest: Int) throws -> MessageContent {
    if let foundContent { return foundContent }
    let content = try MessageContent(
      assessment.facts.header.section, of: input, largest: largest)
    foundContent = content
    return content
  }

  /// What is attached.
  ///
  /// - Throws: `InputError`.
  func attachments() throws -> [Attachment] {
    if let foundAttachments { return foundAttachments }
    let attachments = try MessageAttachments.find(assessment.facts.header.section, in: input)
    foundAttachments = attachments
    return attachments
  }
}
