import Glibc

/// Finds the messages of an mbox.
///
/// A message begins with a `From ` line that counts by what stands around it; in the form of MMDF,
/// between lines of four bytes 1. Where its Content-Length tells an end at which the next one begins,
/// lines before that end begin none.
package struct MboxScanner {
  /// Where a message lies.
  package struct Message {
    /// The first byte, of its `From ` line.
    package var offset: Int
    /// The length without the empty line that parts it from the next.
    package var length: Int
    /// The first line without its line end, cut at `MboxFromLine.longest` bytes.
    package var fromLine: [UInt8]
    /// When it was delivered, in seconds since 1970; `nil` where its line does not tell.
    package var deliveredAt: Int64?
    /// Its header section.
    package var header: MboxHeader
  }

  /// Where an mbox begins, and in which form it is.
  struct Beginning {
    /// The first byte of the first `From ` line.
    var offset: Int
    /// Whether it is in the form of MMDF.
    var isMMDF: Bool
  }

  /// How lines are marked.
  private(set) var quoting = MboxQuoting.plain

  private let file: MailFile
  private let end: Int
  private let buffer: UnsafeMutableRawBufferPointer
  private let headerBuffer: UnsafeMutableRawBufferPointer

  private static let windowSize = 1 << 20
  /// So much of a window is seen again in the next: more than any line that matters is long.
  private static let overlap = 8192
  static let mmdfMark: [UInt8] = [1, 1, 1, 1]

  /// Scans a file.
  ///
  /// - Parameters:
  ///   - file: The file.
  ///   - end: Where it ends, in bytes.
  ///   - body: Takes each message, in order.
  /// - Returns: How lines are marked in this file.
  /// - Throws: `InputError`; what the body throws.
  package static func scan(
    _ file: MailFile, end: Int, _ body: (Message) throws -> Void
  ) throws -> MboxQuoting {
    guard let beginning = try beginning(of: file) else { return .plain }
    var scanner = MboxScanner(file, end)
    defer {
      scanner.buffer.deallocate()
      scanner.headerBuffer.deallocate()
    }
    if beginning.isMMDF {
      try scanner.runMMDF(body)
    } else {
      try scanner.run(from: beginning.offset, body)
    }
    return scanner.quoting
  }

  /// Where an mbox begins: after a byte order mark and empty lines; `nil` where a file is none.
  ///
  /// - Throws: `InputError`.
  static func beginning(of file: MailFile) throws(InputError) -> Beginning? {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: overlap, alignment: 16)
    defer { buffer.deallocate() }
    let count = try file.read(into: buffer, at: 0)
    return beginning(in: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
  }

  /// The same, of a file's first bytes: all that it has, or some thousand.
  static func beginning(in bytes: UnsafeRawBufferPointer) -> Beginning? {
    var offset = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    while offset < bytes.count, bytes[offset] == 10 || bytes[offset] == 13 { offset += 1 }
    let rest = UnsafeRawBufferPointer(rebasing: bytes[offset...])
    if isMMDFLine(rest) { return Beginning(offset: offset, isMMDF: true) }
    guard let line = MboxFromLine(rest) else { return nil }
    // The first line may be followed by nothing, or by a message without header.
    let isAlone = rest.firstIndex(of: 10).map { $0 + 1 == rest.count } ?? true
    guard
      line.isUsual || isAlone
        || MboxFromLine.separating(bytes, at: offset, hasEmptyLine: true) != nil
    else { return nil }
    return Beginning(offset: offset, isMMDF: false)
  }

  private static func isMMDFLine(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard bytes.starts(with: mmdfMark) else { return false }
    return bytes.count == 4 || bytes[4] == 10
      || (bytes[4] == 13 && (bytes.count == 5 || bytes[5] == 10))
  }

  private init(_ file: MailFile, _ end: Int) {
    self.file = file
    self.end = end
    buffer = .allocate(byteCount: Self.windowSize, alignment: 4096)
    headerBuffer = .allocate(byteCount: MboxHeader.largest, alignment: 4096)
  }

  private mutating func run(
    from beginning: Int, _ body: (Message) throws -> Void
  ) throws {
    var message: Message?
    // Where Content-Length says that the message at hand ends.
    var promised = 0
    var hasBare = false
    var hasDouble = false
    try forEachCandidate(MboxFromLine.mark, from: beginning) {
      scanner, offset, quotes, window, at in
      guard quotes == 0 else {
        if quotes > 1 { hasDouble = true }
        return
      }
      let line = UnsafeRawBufferPointer(rebasing: window[at...])
      let hasEmptyLine = MboxFromLine.hasEmptyLine(before: at, in: window)
      let found =
        message == nil
        ? MboxFromLine(line)
        : MboxFromLine.separating(window, at: at, hasEmptyLine: hasEmptyLine)
      guard let found else { return }
      if message != nil, offset < promised {
        hasBare = true
        return
      }
      if let message { try body(scanner.finished(message, at: offset)) }
      let next = try scanner.message(at: offset, line, deliveredAt: found.deliveredAt)
      promised = try scanner.promisedEnd(of: next)
      message = next
    }
    if let message { try body(finished(message, at: end)) }
    quoting = hasBare ? .none : hasDouble ? .reversible : .plain
  }

  private mutating func runMMDF(_ body: (Message) throws -> Void) throws {
    var start: Int?
    func finish(_ scanner: MboxScanner, at end: Int) throws {
      guard let start, end > start else { return }
      let count = try scanner.file.read(
        into: UnsafeMutableRawBufferPointer(
          rebasing: scanner.headerBuffer[..<min(scanner.headerBuffer.count, end - start)]),
        at: start)
      let bytes = UnsafeRawBufferPointer(rebasing: scanner.headerBuffer[..<count])
      let fromLine = MboxFromLine(bytes)
      var message = try scanner.message(at: start, bytes, deliveredAt: fromLine?.deliveredAt)
      message.length = end - start
      try body(message)
    }
    try forEachCandidate(Self.mmdfMark, from: 0) { scanner, offset, quotes, window, at in
      let line = UnsafeRawBufferPointer(rebasing: window[at...])
      guard quotes == 0, Self.isMMDFLine(line) else { return }
      try finish(scanner, at: offset)
      start = offset + (line.firstIndex(of: 10).map { $0 + 1 } ?? line.count)
    }
    try finish(self, at: end)
    quoting = .none
  }

  private func message(
    at offset: Int, _ line: UnsafeRawBufferPointer, deliveredAt: Int64?
  ) throws -> Message {
    let text = line.prefix(MboxFromLine.longest)
    let name = text[..<(text.firstIndex(of: 10) ?? text.count)]
    var header = MboxHeader(UnsafeRawBufferPointer(rebasing: line.prefix(MboxHeader.largest)))
    if header.bodyOffset == nil, line.count < MboxHeader.largest, offset + line.count < end {
      let count = try file.read(
        into: UnsafeMutableRawBufferPointer(
          rebasing: headerBuffer[..<min(headerBuffer.count, end - offset)]), at: offset)
      header = MboxHeader(UnsafeRawBufferPointer(rebasing: headerBuffer[..<count]))
    }
    return Message(
      offset: offset, length: 0, fromLine: Array(name.last == 13 ? name.dropLast() : name),
      deliveredAt: deliveredAt,
      header: header)
  }

  /// Gives each line that begins with a mark after any number of `>`: its offset, how many `>` there
  /// are, a part of the file, and where the line begins in that.
  private func forEachCandidate(
    _ mark: [UInt8], from beginning: Int,
    _ body: (MboxScanner, Int, Int, UnsafeRawBufferPointer, Int) throws -> Void
  ) throws {
    var base = 0
    var from = beginning
    while base < end {
      let count = try file.read(
        into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<min(buffer.count, end - base)]),
        at: base)
      guard count > 0 else { return }
      let window = UnsafeRawBufferPointer(rebasing: buffer[..<count])
      let isLast = base + count >= end
      // What begins later is seen whole in the next window.
      let stop = isLast ? count : max(count - Self.overlap, 1)
      while let found = ByteSearch.find(mark, in: window, from: from - base), found < stop {
        from = base + found + mark.count
        var start = found
        while start > 0, window[start - 1] == UInt8(ascii: ">") { start -= 1 }
        // Nothing but a byte order mark is before the first line.
        let isLineStart =
          base + start == beginning || (start == 0 ? base == 0 : window[start - 1] == 10)
        guard isLineStart else { continue }
        try body(self, base + start, found - start, window, start)
      }
      if isLast { return }
      from = max(from, base + stop)
      // One byte and all `>` before it are needed to see that a line begins.
      base = base + stop - min(Self.overlap, stop - 1)
    }
  }

  /// Where a message ends by its Content-Length; 0 where that is absent or tells no likely end.
  private func promisedEnd(of message: Message) throws -> Int {
    guard let bodyOffset = message.header.bodyOffset, let length = message.header.contentLength,
      length >= 0
    else { return 0 }
    let (promised, isTooLarge) = (message.offset + bodyOffset).addingReportingOverflow(length)
    guard !isTooLarge, promised <= end else { return 0 }
    if promised == end { return promised }
    let next = try file.read(
      into: UnsafeMutableRawBufferPointer(
        rebasing: headerBuffer[..<min(Self.overlap, end - promised)]), at: promised)
    let rest = UnsafeRawBufferPointer(rebasing: headerBuffer[..<next])
    let skipped = rest.prefix { $0 == 10 || $0 == 13 }.count
    if promised + skipped == end { return promised }
    guard skipped <= 4 else { return 0 }
    return MboxFromLine.separating(rest, at: skipped, hasEmptyLine: skipped > 0) == nil
      ? 0 : promised
  }

  /// A message that ends at an offset: the empty line there belongs to the mbox.
  private func finished(_ message: Message, at end: Int) throws -> Message {
    var message = message
    message.length = end - message.offset
    let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 5, alignment: 16)
    defer { room.deallocate() }
    let wanted = min(5, message.length)
    let count = try file.read(
      into: UnsafeMutableRawBufferPointer(rebasing: room[..<wanted]), at: end - wanted)
    let tail = room[..<count]
    if tail.suffix(2).elementsEqual([10, 10]) {
      // The empty line of a message without body ends its header section.
      message.length -= isBodyless(message) ? 0 : 1
    } else if tail.suffix(4).elementsEqual([13, 10, 13, 10]) {
      message.length -= isBodyless(message) ? 0 : 2
    }
    return message
  }

  private func isBodyless(_ message: Message) -> Bool {
    message.length <= MboxHeader.largest
      && message.header.bodyOffset.map { $0 >= message.length } ?? true
  }
}
