/// The decoded Thread-Index field, Exchange's PR_CONVERSATION_INDEX ([MS-OXOMSG] section 2.2.1.3).
///
/// The first 22 bytes name the conversation, each reply adds 5.
public struct ThreadIndex: Hashable, Sendable {
  /// All bytes, at least 22.
  public let bytes: [UInt8]

  /// Makes an index of decoded bytes; `nil` for fewer than 22.
  public init?(_ bytes: [UInt8]) {
    guard bytes.count >= 22 else { return nil }
    self.bytes = bytes
  }

  /// The 22 bytes that all messages of a conversation share.
  public var base: ArraySlice<UInt8> { bytes[..<22] }

  /// How many replies lie between this message and the first of the conversation.
  public var depth: Int { (bytes.count - 22) / 5 }
}
