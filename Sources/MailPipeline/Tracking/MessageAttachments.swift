import InternetMessage
import Mailboxes

/// What is attached to a message that is still being read.
enum MessageAttachments {
  /// So much of a message is looked at: memory stays bounded, whatever comes.
  private static let mostBytes = 32 << 20

  /// The attachments, those that begin beyond the first 32 MiB left out.
  ///
  /// No more is read than what the header leaves open.
  ///
  /// - Throws: `InputError`.
  static func find(_ section: HeaderSection, in input: MessageInput) throws -> [Attachment] {
    let alone = section.bytes.withUnsafeBytes { bytes in
      Attachment.canStand(in: MIMEStructure(bytes, section: section))
    }
    guard alone else { return [] }
    try input.hold(mostBytes)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(min(input.heldCount, mostBytes))
    try input.forEachChunk(from: 0, to: min(input.heldCount, mostBytes)) { bytes += $0 }
    return bytes.withUnsafeBytes { Attachment.all(in: MIMEStructure($0, section: section), of: $0) }
  }
}
