/// Cuts a header section into fields (RFC 5322 sections 2.2 and 4.5).
struct FieldScanner {
  private let bytes: UnsafeRawBufferPointer
  private let lineEnd: UInt8
  private let maxFields: Int
  private(set) var fields: [HeaderField] = []
  private(set) var notes: [Note] = []
  private var hasNotedJunk = false
  private var hasNotedLimit = false

  /// So many tell a reader enough; whoever adds one looks through those that are there.
  private static let maxNotes = 50

  init(_ bytes: UnsafeRawBufferPointer, lineEnd: UInt8, maxFields: Int) {
    self.bytes = bytes
    self.lineEnd = lineEnd
    self.maxFields = maxFields
    fields.reserveCapacity(32)
  }

  /// A field whose last line has not been seen yet.
  private struct Open {
    var start: Int
    var nameEnd: Int
    var valueStart: Int
    var valueEnd: Int
    var end: Int
  }

  /// Reads all fields from a place to the end, or to the blank line.
  mutating func scan(from start: Int) {
    var open: Open?
    var position = start
    while position < bytes.count {
      let lineFeed = bytes.position(of: lineEnd, from: position)
      let next = lineFeed.map { $0 + 1 } ?? bytes.count
      var contentEnd = lineFeed ?? bytes.count
      if lineEnd == ASCII.lineFeed, lineFeed != nil, contentEnd > position,
        bytes[contentEnd - 1] == ASCII.carriageReturn
      {
        contentEnd -= 1
      }
      if contentEnd == position { break }
      let first = bytes[position]
      if first == ASCII.space || first == ASCII.tab {
        if open != nil {
          open?.valueEnd = contentEnd
          open?.end = next
        } else {
          noteJunk()
        }
      } else if let field = field(from: position, contentEnd: contentEnd, end: next) {
        close(open)
        open = field
      } else {
        close(open)
        open = nil
        noteJunk()
      }
      position = next
    }
    close(open)
  }

  /// Reads the first line of a field; `nil` where it is none.
  private mutating func field(from start: Int, contentEnd: Int, end: Int) -> Open? {
    var nameEnd = start
    while nameEnd < contentEnd, ASCII.isFieldName(bytes[nameEnd]) { nameEnd += 1 }
    guard nameEnd > start, nameEnd < contentEnd else { return nil }
    var colon = nameEnd
    // QUIRK: RFC 5322 section 4.5 lets blanks stand before the colon in obsolete syntax only. It is
    // read, since a mail reader that reads it would show the field.
    while colon < contentEnd, bytes[colon] == ASCII.space || bytes[colon] == ASCII.tab {
      colon += 1
    }
    guard colon < contentEnd, bytes[colon] == UInt8(ascii: ":") else { return nil }
    if colon > nameEnd, notes.count < Self.maxNotes {
      let name = String(decoding: bytes[start..<nameEnd], as: UTF8.self).lowercased()
      let note = Note(.blankBeforeColon, field: name)
      if !notes.contains(note) { notes.append(note) }
    }
    return Open(
      start: start, nameEnd: nameEnd, valueStart: colon + 1, valueEnd: contentEnd, end: end)
  }

  private mutating func close(_ open: Open?) {
    guard let open else { return }
    guard fields.count < maxFields else {
      if !hasNotedLimit { notes.append(Note(.headerLimit)) }
      hasNotedLimit = true
      return
    }
    fields.append(
      HeaderField(
        range: open.start..<open.end, nameRange: open.start..<open.nameEnd,
        valueRange: open.valueStart..<open.valueEnd))
  }

  private mutating func noteJunk() {
    guard !hasNotedJunk else { return }
    hasNotedJunk = true
    notes.append(Note(.junkLine))
  }
}
