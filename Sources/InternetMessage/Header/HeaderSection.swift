/// The header section of a message: its fields, in order, with their exact bytes
/// (RFC 5322 section 2.2).
public struct HeaderSection: Sendable {
  /// The bytes of the message from its first to the end of the header section as far as it was
  /// parsed; the offsets of the fields point into them.
  public let bytes: [UInt8]

  /// The fields in the order in which they stand.
  public let fields: [HeaderField]

  /// Where the body begins: the first byte after the blank line.
  ///
  /// The number of bytes given, where the section does not end within them.
  public let bodyOffset: Int

  /// The length of what stands before the first field: byte order mark, an mbox `From ` line,
  /// leading blank lines.
  public let preambleLength: Int

  /// The mbox `From ` or `>From ` line at the start, without its line end; `nil` where there is none.
  public let fromLine: Range<Int>?

  /// Whether the blank line after the section was found.
  public let isComplete: Bool

  /// What was odd.
  public let notes: [Note]

  /// The byte that ends lines.
  let lineEnd: UInt8

  /// How much of a header section is parsed.
  public struct Limits: Sendable {
    /// The most bytes that are parsed.
    public var bytes: Int
    /// The most fields that are kept.
    public var fields: Int
    /// Makes limits; the defaults are 1 MiB and 10,000 fields.
    public init(bytes: Int = 1 << 20, fields: Int = 10_000) {
      self.bytes = bytes
      self.fields = fields
    }
  }

  /// Reads the header section at the start of a message.
  ///
  /// - Parameters:
  ///   - message: The message, or as much of it as there is up to the limit; what follows the
  ///     section is not looked at.
  ///   - limits: How much is parsed.
  public init(_ message: UnsafeRawBufferPointer, limits: Limits = Limits()) {
    let isCut = message.count > limits.bytes
    let parsed = isCut ? message.part(0..<limits.bytes) : message
    var headerEnd = HeaderEnd()
    let body = headerEnd.bodyOffset(in: parsed, isWhole: true)
    let end = body ?? parsed.count
    var scanner = FieldScanner(
      parsed.part(0..<end), lineEnd: headerEnd.lineEnd, maxFields: limits.fields)
    let preamble = headerEnd.preamble
    scanner.scan(from: preamble?.length ?? 0)
    var notes = scanner.notes
    if preamble?.hasBlankLines == true { notes.append(Note(.leadingBlankLine)) }
    if body == nil { notes.append(Note(isCut ? .headerLimit : .unterminatedHeader)) }
    self.bytes = Array(parsed.part(0..<end))
    self.fields = scanner.fields
    self.bodyOffset = end
    self.preambleLength = preamble?.length ?? 0
    self.fromLine = preamble?.fromLine
    self.isComplete = body != nil
    self.notes = notes
    self.lineEnd = headerEnd.lineEnd
  }

  /// Reads the header section at the start of a message that is held in memory.
  public init(_ message: [UInt8], limits: Limits = Limits()) {
    self = message.withUnsafeBytes { HeaderSection($0, limits: limits) }
  }
}
