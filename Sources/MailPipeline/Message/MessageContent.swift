import InternetMessage
import Mailboxes
import Tracking

/// What of a whole message is stored, and its identity.
struct MessageContent {
  /// The identity.
  let key: MessageKey
  /// The identity in its first form, where that is another.
  let firstKey: MessageKey?
  /// The length of the message without the host's `From ` line.
  let size: Int
  /// Whether only the beginning is stored.
  let isTruncated: Bool
  private let input: MessageInput
  private let range: Range<Int>
  /// Where the stored bytes begin in the message.
  var start: Int { range.lowerBound }

  /// How much of the body is kept of a message that is too large to be stored whole.
  static let keptOfBody = 1 << 20

  /// Looks at a message that is held whole.
  ///
  /// - Throws: `InputError`.
  init(_ section: HeaderSection, of input: MessageInput, largest: Int) throws {
    var digest = MessageKeysDigest(section)
    try input.forEachChunk(from: section.bodyOffset) { digest.update($0) }
    (key, firstKey) = digest.finish()
    let start = Self.lineAfter(section.fromLine, in: section.bytes)
    size = input.heldCount - start
    isTruncated = size > largest
    let end =
      isTruncated ? min(section.bodyOffset + Self.keptOfBody, input.heldCount) : input.heldCount
    range = start..<end
    self.input = input
  }

  /// Where the message begins that follows the host's `From ` line.
  private static func lineAfter(_ fromLine: Range<Int>?, in bytes: [UInt8]) -> Int {
    guard let fromLine else { return 0 }
    var position = fromLine.upperBound
    if position < bytes.count, bytes[position] == 13 { position += 1 }
    if position < bytes.count, bytes[position] == 10 { position += 1 }
    return position
  }

  /// Gives the bytes to store.
  func forEachChunk(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    try input.forEachChunk(
      from: range.lowerBound, to: range.upperBound, chunkSize: CopyDraft.chunkSize, body)
  }
}
