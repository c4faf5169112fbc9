/// The readable text of a message, and which stretches of it are new, quoted, or a signature.
public struct MessageText: Sendable {
  /// A stretch of whole lines.
  public struct Block: Sendable, Hashable {
    /// What a stretch of text is.
    public enum Kind: String, Sendable, CaseIterable {
      /// What the sender wrote.
      case text
      /// What is quoted from earlier mail, with the line that says whose it is.
      case quoted
      /// A signature (RFC 3676 section 4.3).
      case signature
      /// The text of a message that is attached.
      case attached
    }
    /// What it is.
    public var kind: Kind
    /// Where it stands in `utf8`.
    public var range: Range<Int>
  }

  /// The text in UTF-8, lines ended by LF, no NUL.
  public internal(set) var utf8: [UInt8] = []

  /// The stretches, in order; together they are the whole text.
  public internal(set) var blocks: [Block] = []

  /// The text.
  public var string: String { String(decoding: utf8, as: UTF8.self) }

  /// The text of the stretches of some kinds.
  public func string(of kinds: Block.Kind...) -> String {
    var bytes: [UInt8] = []
    for block in blocks where kinds.contains(block.kind) { bytes += utf8[block.range] }
    return String(decoding: bytes, as: UTF8.self)
  }

  mutating func mark(_ kind: Block.Kind, to end: Int) {
    let start = blocks.last?.range.upperBound ?? 0
    guard end > start else { return }
    if let last = blocks.last, last.kind == kind {
      blocks[blocks.count - 1].range = last.range.lowerBound..<end
    } else {
      blocks.append(Block(kind: kind, range: start..<end))
    }
  }
}
