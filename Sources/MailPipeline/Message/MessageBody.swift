import InternetMessage
import Mailboxes
import Tracking

/// What is found in the body of a message that is still being read.
struct MessageBody {
  /// What is attached, those that begin beyond the first 32 MiB left out.
  let attachments: [Attachment]
  /// What it says of appointments and tasks.
  let calendar: [CalendarWord]
  /// The text, made ready for the index of words; `nil` where it was not asked for.
  let searchText: String?

  /// So much of a message is looked at: memory stays bounded, whatever comes.
  private static let maxBytes = SearchText.maxBytes

  /// Looks for attachments; no more is read than what the header leaves open.
  ///
  /// - Throws: `InputError`.
  static func attachments(_ section: HeaderSection, in input: MessageInput) throws -> [Attachment] {
    try files(section, in: input, arrivedAt: nil).attachments
  }

  /// Looks for attachments, and what the message says of appointments and tasks; no more is read than
  /// what the header leaves open.
  ///
  /// - Parameters:
  ///   - section: Its header.
  ///   - input: The message.
  ///   - arrivedAt: When it came, in seconds since 1970; `nil` where its calendar is not asked for.
  /// - Returns: Both.
  /// - Throws: `InputError`.
  static func files(
    _ section: HeaderSection, in input: MessageInput, arrivedAt: Int64?
  ) throws -> (attachments: [Attachment], calendar: [CalendarWord]) {
    let canStand = section.bytes.withUnsafeBytes { bytes in
      Attachment.canStand(in: MIMEStructure(bytes, section: section))
    }
    guard canStand else { return ([], []) }
    try input.hold(maxBytes)
    return try input.withBytes(0..<min(input.heldCount, maxBytes)) { bytes in
      let structure = MIMEStructure(bytes, section: section)
      return (
        Attachment.all(in: structure, of: bytes),
        arrivedAt.map { calendar(bytes, structure, arrivedAt: $0) } ?? []
      )
    }
  }

  /// What a message says of appointments and tasks; most say nothing, and cost nothing.
  private static func calendar(
    _ bytes: UnsafeRawBufferPointer, _ structure: MIMEStructure, arrivedAt: Int64
  ) -> [CalendarWord] {
    guard MessageCalendar.mayStand(in: structure) else { return [] }
    return MessageCalendar.words(
      of: Message(Array(bytes)), zones: .system, receivedAt: arrivedAt)
  }

  /// Looks at a message that is held whole and stored whole.
  ///
  /// - Parameters:
  ///   - section: Its header.
  ///   - input: The message.
  ///   - start: Where the stored bytes begin.
  ///   - arrivedAt: When it came, in seconds since 1970.
  /// - Throws: `InputError`.
  init(
    _ section: HeaderSection, in input: MessageInput, from start: Int, arrivedAt: Int64
  ) throws {
    let end = min(input.heldCount, start + Self.maxBytes)
    (attachments, calendar, searchText) = try input.withBytes(0..<end) { bytes in
      let structure = MIMEStructure(bytes, section: section)
      return (
        Attachment.all(in: structure, of: bytes),
        Self.calendar(bytes, structure, arrivedAt: arrivedAt),
        SearchText.text(of: bytes, structure)
      )
    }
  }
}
