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

  /// A stretch of whole lines that belongs to one message: the message itself, or one in it.
  public struct Section: Sendable, Hashable {
    /// The part that is the message, a place in `MIMEStructure.parts`; 0 for the message itself.
    public let part: Int
    /// In how many messages that message stands; 0 for the message itself.
    public let depth: Int
    /// Where it stands in `utf8`; empty where a message begins that has no text of its own there.
    public internal(set) var range: Range<Int>
  }

  /// The text in UTF-8, lines ended by LF, no NUL.
  public internal(set) var utf8: [UInt8] = []

  /// The stretches, in order; together they are the whole text.
  public internal(set) var blocks: [Block] = []

  /// The stretches by the message that they belong to, in order.
  ///
  /// An attached message (RFC 2046 section 5.2) begins with the first that names it. Blank lines between
  /// them belong to none.
  public internal(set) var sections: [Section] = []

  /// The text.
  public var string: String { String(decoding: utf8, as: UTF8.self) }

  /// The text of the stretches of some kinds.
  public func string(of kinds: Block.Kind...) -> String {
    var bytes: [UInt8] = []
    for block in blocks where kinds.contains(block.kind) { bytes += utf8[block.range] }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Begins an attached message.
  mutating func begin(message part: Int, depth: Int) {
    sections.append(Section(part: part, depth: depth, range: utf8.count..<utf8.count))
  }

  /// Adds what was written from a place on to a message.
  mutating func add(from start: Int, toMessage part: Int, depth: Int) {
    if let last = sections.last, last.part == part {
      let lower = last.range.isEmpty ? start : last.range.lowerBound
      sections[sections.count - 1].range = lower..<utf8.count
    } else {
      sections.append(Section(part: part, depth: depth, range: start..<utf8.count))
    }
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
