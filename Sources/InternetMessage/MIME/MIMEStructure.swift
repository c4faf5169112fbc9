/// The tree of parts that a message is made of (RFC 2045, RFC 2046): offsets only.
///
/// Nothing is decoded but what parts show in then: messages in base64, and `winmail.dat` (TNEF).
///
/// Nothing in a message is an error. A multipart without its boundary or its end, parts deeper or
/// more than what is parsed, leave a note and an opaque part.
public struct MIMEStructure: Sendable {
  /// All parts in the order in which they begin, each before what stands in it; the message itself
  /// is the first.
  public let parts: [MIMEPart]

  /// What each part is to a reader, in the order of `parts`.
  public let roles: [PartRole]

  /// What was decoded to find parts in it; `MIMEPart.source` tells which stands where.
  public let decoded: [[UInt8]]

  /// The first charset beside Unicode that a text names: others that name none that is known are
  /// likely to be in it.
  let namedCharset: String?

  /// What was odd.
  public let notes: [Note]

  /// How much of a message is parsed.
  public struct Limits: Sendable {
    /// How deep parts may stand in each other.
    public var depth: Int
    /// How many parts there may be.
    public var parts: Int
    /// Makes limits; the defaults are 100 deep and 10,000 parts.
    public init(depth: Int = 100, parts: Int = 10_000) {
      self.depth = depth
      self.parts = parts
    }
  }

  /// Reads the structure of a message.
  ///
  /// - Parameters:
  ///   - message: The whole message.
  ///   - section: Its header section, as `HeaderSection` reads it from the same bytes.
  ///   - limits: How much is parsed.
  public init(
    _ message: UnsafeRawBufferPointer, section: HeaderSection, limits: Limits = Limits()
  ) {
    var parser = MIMEParser(message, lineEnd: section.lineEnd, limits: limits)
    parser.parse(section)
    var reader = ContainedPartReader(message, limits: limits)
    reader.read(parser.parts)
    parts = reader.parts
    decoded = reader.decoded
    roles = RoleReader.roles(
      in: MIMEContents(message: message, decoded: reader.decoded, parts: reader.parts))
    namedCharset =
      parser.parts.count == 1
      ? nil
      : parser.parts.lazy.filter { $0.contentType.type == "text" }.compactMap(\.contentType.charset)
        .first(where: Charset.isLegacy)
    notes = parser.notes + reader.notes.filter { !parser.notes.contains($0) }
  }

  /// The parts with their bytes.
  func contents(in message: Bytes) -> MIMEContents {
    MIMEContents(message: message, decoded: decoded, parts: parts)
  }

  /// The part of a number.
  ///
  /// - Parameter number: As `MIMEPart.number`.
  /// - Returns: The part; `nil` where none has it.
  public func part(numbered number: Int) -> MIMEPart? { parts.first { $0.number == number } }

  /// The parts that stand directly in a part.
  public func children(of part: MIMEPart) -> [MIMEPart] {
    var children: [MIMEPart] = []
    var next = part.index + 1
    while next < part.end {
      children.append(parts[next])
      next = parts[next].end
    }
    return children
  }
}
