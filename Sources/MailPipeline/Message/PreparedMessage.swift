import InternetMessage
import Mailboxes
import Tracking

/// A message that was assessed, with what of its body is needed once it is accepted: found when
/// asked for, or beforehand.
final class PreparedMessage {
  private(set) var assessment: Assessment
  let input: MessageInput
  /// The text, made ready for the index of words; `nil` where it is to be found later.
  private(set) var searchText: String?
  private var foundContent: MessageContent?
  private var foundFiles: (attachments: [Attachment], calendar: [CalendarWord])?

  // The whole header of a message that is stored was parsed where it is not longer than that.
  private static let longestHeader = 64 << 10

  init(_ assessment: Assessment, of input: MessageInput) {
    self.assessment = assessment
    self.input = input
  }

  /// Assesses the message again, with what is known of the organization's users.
  ///
  /// - Throws: As `MessageAssessor.assess`.
  func assess(by assessor: MessageAssessor, users: Set<AddrSpec>) throws {
    assessment = try assessor.assess(
      assessment.facts.header.section, of: input, assessment.arrival, users: users)
  }

  /// Finds beforehand what will be asked for.
  ///
  /// - Parameters:
  ///   - largest: The largest message that is stored whole, in bytes.
  ///   - indexesText: Whether the text will be indexed with the copy.
  /// - Throws: `InputError`.
  func prepare(largest: Int, indexesText: Bool) throws {
    try input.holdAll()
    let content = try content(largest: largest)
    let section = assessment.facts.header.section
    guard indexesText, !content.isTruncated, section.bodyOffset < Self.longestHeader else {
      _ = try files()
      return
    }
    let body = try MessageBody(
      section, in: input, from: content.start, arrivedAt: assessment.arrival.seenAt)
    foundFiles = (body.attachments, body.calendar)
    searchText = body.searchText
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

  /// What is attached, and what is said of appointments and tasks.
  ///
  /// - Throws: `InputError`.
  func files() throws -> (attachments: [Attachment], calendar: [CalendarWord]) {
    if let foundFiles { return foundFiles }
    let files = try MessageBody.files(
      assessment.facts.header.section, in: input, arrivedAt: assessment.arrival.seenAt)
    foundFiles = files
    return files
  }
}
