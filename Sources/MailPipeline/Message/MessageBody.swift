import InternetMessage
import Mailboxes
import Tracking

/// What is found in the body of a message that is still being read.
struct MessageBody {
  /// What is attached, those that begin beyond the first 32 MiB left out.
  let attachments: [Attachment]
  /// The text, made ready for the index of words; `nil` where it was not asked for.
  let searchText: String?

  /// So much of a message is looked at: memory stays bounded, whatever comes.
  private static let maxBytes = SearchText.maxBytes

  /// Looks for attachments; no more is read than what the header leaves open.
  ///
  /// - Throws: `InputError`.
  static func attachments(_ section: HeaderSection, in input: MessageInput) throws -> [Attachment] {
    let alone = section.bytes.withUnsafeBytes { bytes in
      Attachment.canStand(in: MIMEStructure(bytes, section: section))
    }
    guard alone else { return [] }
    try input.hold(maxBytes)
    return try input.withBytes(0..<min(input.heldCount, maxBytes)) {
      Attachment.all(in: MIMEStructure($0, section: section), of: $0)
    }
  }

  /// Looks at a message that is held whole and stored whole.
  ///
  /// - Parameters:
  ///   - section: Its header.
  ///   - input: The message.
  ///   - start: Where the stored bytes begin.
  /// - Throws: `InputError`.
  init(_ section: HeaderSection, in input: MessageInput, from start: Int) throws {
    let end = min(input.heldCount, start + Self.maxBytes)
    (attachments, searchText) = try input.withBytes(0..<end) { bytes in
      let structure = MIMEStructure(bytes, section: section)
      return (
        Attachment.all(in: structure, of: bytes), SearchText.text(of: bytes, structure)
      )
    }
  }
}
