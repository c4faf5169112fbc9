/// Finds the parts that show only when another is decoded, and puts them after it: those of a message
/// in base64, files in a plain text, what a `winmail.dat` holds.
///
/// What is decoded and kept is bounded by the length of the message, parts by the limits of all: work
/// and memory are linear however often things are wrapped. Nothing recurses.
struct ContainedPartReader {
  private let message: Bytes
  private let limits: MIMEStructure.Limits
  /// So many bytes may still be decoded.
  private var budget: Int
  /// So many parts may still be found.
  private var room = 0
  private var nextNumber = 0
  private(set) var parts: [MIMEPart] = []
  private(set) var decoded: [[UInt8]] = []
  private(set) var notes: [Note] = []

  /// Parts that are put among the others, one after the other.
  private struct Frame {
    let parts: [MIMEPart]
    /// The place of the part that they stand in.
    let parent: Int?
    /// Where those that were put are.
    var places: [Int] = []
  }

  init(_ message: Bytes, limits: MIMEStructure.Limits) {
    self.message = message
    self.limits = limits
    // Base64 in base64 without end comes to 3; compressed text may come to more.
    budget = max(64 << 10, message.count.multipliedReportingOverflow(by: 4).partialValue)
  }

  /// Reads the parts of a message, which stand in it as they are.
  mutating func read(_ parsed: [MIMEPart]) {
    parts = parsed
    room = limits.parts - parsed.count
    nextNumber = parsed.count + 1
    // Of most messages that is all.
    var found: [MIMEPart] = []
    let first = parsed.first { part in
      guard !part.hasChildren else { return false }
      found = contained(in: part)
      return !found.isEmpty
    }
    guard let first else { return }
    parts.removeSubrange((first.index + 1)...)
    room -= found.count
    var frames = [
      Frame(parts: parsed, parent: nil, places: Array(0...first.index)),
      Frame(parts: found, parent: first.index),
    ]
    while let last = frames.indices.last {
      let place = frames[last].places.count
      guard place < frames[last].parts.count else {
        frames.removeLast()
        continue
      }
      var part = frames[last].parts[place]
      part.parent = part.parent.map { frames[last].places[$0] } ?? frames[last].parent
      part.index = parts.count
      if last > 0 {
        part.number = nextNumber
        nextNumber += 1
      }
      frames[last].places.append(part.index)
      let isLeaf = part.end == place + 1
      parts.append(part)
      guard isLeaf else { continue }
      let contained = contained(in: part)
      if !contained.isEmpty {
        room -= contained.count
        frames.append(Frame(parts: contained, parent: part.index))
      }
    }
    findEnds()
  }

  private mutating func findEnds() {
    for index in parts.indices { parts[index].end = index + 1 }
    for index in parts.indices.reversed() {
      guard let parent = parts[index].parent else { continue }
      parts[parent].end = max(parts[parent].end, parts[index].end)
    }
  }

  private mutating func contained(in part: MIMEPart) -> [MIMEPart] {
    let type = part.contentType
    if part.origin == .mime {
      if type.isMessage { return part.transferEncoding.isDecoded ? message(in: part) : [] }
      if type.type == "text" { return type.subtype == "plain" ? files(in: part) : [] }
    }
    return TNEFParts.mayBe(part) ? tnef(in: part) : []
  }

  // MARK: Bytes

  /// Whether more parts may stand in one; notes where not.
  private mutating func hasRoom(in part: MIMEPart) -> Bool {
    guard room > 0, part.depth < limits.depth else {
      note(.mimeLimit)
      return false
    }
    return true
  }

  private mutating func note(_ kind: NoteKind) {
    let note = Note(kind)
    if !notes.contains(note) { notes.append(note) }
  }

  private func withBody<Result>(of part: MIMEPart, _ body: (Bytes) -> Result) -> Result {
    MIMEContents(message: message, decoded: decoded, parts: []).withBody(of: part, body)
  }

  /// What the body of a part means, where it may be decoded yet.
  private mutating func decode(_ part: MIMEPart) -> [UInt8]? {
    guard part.bodyRange.count <= budget else {
      note(.mimeLimit)
      return nil
    }
    return withBody(of: part) { TransferDecoder.decode($0, part.transferEncoding) }
  }

  /// Keeps decoded bytes; their number as a source.
  private mutating func keep(_ bytes: [UInt8]) -> Int {
    budget -= bytes.count
    decoded.append(bytes)
    return decoded.count
  }

  // MARK: Messages

  /// The parts of a message that is encoded.
  // QUIRK: RFC 2046 section 5.2.1 has no message in base64 or quoted-printable; mailers send them.
  private mutating func message(in part: MIMEPart) -> [MIMEPart] {
    guard hasRoom(in: part), let bytes = decode(part) else { return [] }
    let limits = MIMEStructure.Limits(depth: limits.depth, parts: room)
    let lineEnd =
      bytes.contains(ASCII.lineFeed) ? ASCII.lineFeed : ASCII.carriageReturn
    let parser = bytes.withUnsafeBytes { bytes -> MIMEParser? in
      var parser = MIMEParser(bytes, lineEnd: lineEnd, limits: limits, depth: part.depth + 1)
      // Programs call files of other kinds messages, too.
      guard parser.beginsMessage else { return nil }
      parser.parseDecoded()
      return parser
    }
    guard let parser else { return [] }
    for note in parser.notes { self.note(note.kind) }
    let source = keep(bytes)
    return parser.parts.map {
      var part = $0
      part.source = source
      return part
    }
  }

  // MARK: Files in texts

  private mutating func files(in part: MIMEPart) -> [MIMEPart] {
    let isEncoded = part.transferEncoding.isDecoded
    guard part.bodyRange.count > 10,
      part.transferEncoding == .base64
        || withBody(of: part, UuencodedFile.mayStand),
      part.disposition?.isAttachment != true, part.fileName == nil
    else { return [] }
    var source = part.source
    let found: (start: Int, files: [(UuencodedFile, String)])
    if isEncoded {
      guard let text = decode(part) else { return [] }
      found = (0, text.withUnsafeBytes { Self.files(in: $0, part) })
      if !found.files.isEmpty { source = keep(text) }
    } else {
      found = (part.bodyRange.lowerBound, withBody(of: part) { Self.files(in: $0, part) })
    }
    guard !found.files.isEmpty, hasRoom(in: part) else { return [] }
    if found.files.count > room { note(.mimeLimit) }
    return found.files.prefix(room).map { file, name in
      MIMEPart(
        index: 0, number: 0, source: source, origin: .uuencode, depth: part.depth + 1,
        headerRange: file.header.moved(by: found.start),
        bodyRange: file.body.moved(by: found.start), end: 0, contentType: .octetStream,
        disposition: nil, transferEncoding: file.encoding, contentID: nil, givenName: name
      )
    }
    .numberedAsSiblings
  }

  private static func files(in text: Bytes, _ part: MIMEPart) -> [(UuencodedFile, String)] {
    UuencodedFile.all(in: text).map {
      ($0, Charset.decode(text.part($0.name), label: part.contentType.charset).text)
    }
  }

  // MARK: TNEF

  private mutating func tnef(in part: MIMEPart) -> [MIMEPart] {
    var source = part.source
    var range = part.bodyRange
    var bytes: [UInt8] = []
    if part.transferEncoding.isDecoded {
      guard part.bodyRange.count > 0, let content = decode(part) else { return [] }
      bytes = content
      range = bytes.indices
    }
    let isDecoded = part.transferEncoding.isDecoded
    let most = budget - bytes.count
    let found =
      isDecoded
      ? bytes.withUnsafeBytes { TNEFParts.all(in: $0, maxText: most) }
      : withBody(of: part) { TNEFParts.all(in: $0, maxText: most) }
    guard let found else { return [] }
    parts[part.index].isItem = found.isItem
    guard !found.parts.isEmpty, hasRoom(in: part) else { return [] }
    if isDecoded { source = keep(bytes) }
    if found.parts.count > room { note(.mimeLimit) }
    return found.parts.prefix(room).map { found in
      var inner = found.part(depth: part.depth + 1)
      if let text = found.text {
        inner.source = keep(text)
        inner.bodyRange = text.indices
      } else {
        inner.source = source
        inner.bodyRange = found.range.moved(by: range.lowerBound)
      }
      inner.headerRange = inner.bodyRange.lowerBound..<inner.bodyRange.lowerBound
      return inner
    }
    .numberedAsSiblings
  }
}

extension Range<Int> {
  /// The range so much further on.
  fileprivate func moved(by distance: Int) -> Range<Int> {
    (lowerBound + distance)..<(upperBound + distance)
  }
}

extension [MIMEPart] {
  /// Parts that stand side by side and hold nothing.
  fileprivate var numberedAsSiblings: [MIMEPart] {
    enumerated().map { place, part in
      var part = part
      part.end = place + 1
      return part
    }
  }
}
