import Glibc

/// Finds the messages of an mbox.
///
/// A message begins with a `From ` line that has a date. Where its Content-Length tells an end at
/// which the next one begins, lines before that end begin none.
struct MboxScanner {
  /// Where a message lies.
  struct Message {
    /// The first byte, of its `From ` line.
    var offset: Int
    /// The length without the empty line that parts it from the next.
    var length: Int
    /// The `From ` line without its line end, cut at `MboxFromLine.longest` bytes.
    var fromLine: [UInt8]
    /// When it was delivered, in seconds since 1970.
    var deliveredAt: Int64
  }

  /// How lines are marked.
  private(set) var quoting = MboxQuoting.plain

  private let file: MailFile
  private let end: Int
  private let buffer: UnsafeMutableRawBufferPointer

  private static let windowSize = 1 << 20
  /// So much of a window is seen again in the next: more than any line that matters is long.
  private static let overlap = 4096

  /// Scans a file.
  ///
  /// - Parameters:
  ///   - file: The file.
  ///   - body: Takes each message, in order.
  /// - Returns: How lines are marked in this file.
  /// - Throws: `InputError`; what the body throws.
  static func scan(_ file: MailFile, _ body: (Message) throws -> Void) throws -> MboxQuoting {
    var scanner = MboxScanner(file)
    defer { scanner.buffer.deallocate() }
    try scanner.run(body)
    return scanner.quoting
  }

  private init(_ file: MailFile) {
    self.file = file
    end = file.size
    buffer = .allocate(byteCount: Self.windowSize, alignment: 4096)
  }

  private mutating func run(_ body: (Message) throws -> Void) throws {
    var message: Message?
    // Where Content-Length says that the message at hand ends.
    var promised = 0
    var hasBare = false
    var hasDouble = false
    try forEachCandidate { scanner, offset, quotes, line in
      guard quotes == 0 else {
        if quotes > 1 { hasDouble = true }
        return
      }
      guard let fromLine = MboxFromLine(line) else { return }
      if message != nil, offset < promised {
        hasBare = true
        return
      }
      if let message { try body(scanner.finished(message, at: offset)) }
      let lineEnd = line.firstIndex(of: 10) ?? line.count
      let text = line[..<min(lineEnd, MboxFromLine.longest)]
      message = Message(
        offset: offset, length: 0,
        fromLine: Array(text.last == 13 ? text.dropLast() : text),
        deliveredAt: fromLine.deliveredAt)
      promised = try scanner.promisedEnd(ofMessageAt: offset)
    }
    if let message { try body(finished(message, at: end)) }
    quoting = hasBare ? .none : hasDouble ? .reversible : .plain
  }

  /// Gives each line that begins with `From ` after any number of `>`.
  private func forEachCandidate(
    _ body: (MboxScanner, Int, Int, UnsafeRawBufferPointer) throws -> Void
  ) throws {
    var base = 0
    var from = 0
    while base < end {
      let count = try file.read(
        into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<min(buffer.count, end - base)]),
        at: base)
      guard count > 0 else { return }
      let window = UnsafeRawBufferPointer(rebasing: buffer[..<count])
      let isLast = base + count >= end
      // What begins later is seen whole in the next window.
      let stop = isLast ? count : max(count - Self.overlap, 1)
      while let found = ByteSearch.find(MboxFromLine.mark, in: window, from: from - base),
        found < stop
      {
        from = base + found + MboxFromLine.mark.count
        var start = found
        while start > 0, window[start - 1] == UInt8(ascii: ">") { start -= 1 }
        let isLineStart = start == 0 ? base == 0 : window[start - 1] == 10
        guard isLineStart else { continue }
        try body(
          self, base + start, found - start, UnsafeRawBufferPointer(rebasing: window[start...]))
      }
      if isLast { return }
      from = max(from, base + stop)
      // One byte and all `>` before it are needed to see that a line begins.
      base = base + stop - min(Self.overlap, stop - 1)
    }
  }

  /// Where a message ends by its Content-Length; 0 where that is absent or tells no likely end.
  private func promisedEnd(ofMessageAt offset: Int) throws -> Int {
    let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 32 << 10, alignment: 16)
    defer { room.deallocate() }
    let count = try file.read(
      into: UnsafeMutableRawBufferPointer(rebasing: room[..<min(room.count, end - offset)]),
      at: offset)
    let bytes = UnsafeRawBufferPointer(rebasing: room[..<count])
    guard let header = Self.header(bytes), let length = header.contentLength else { return 0 }
    let promised = offset + header.bodyOffset + length
    guard length >= 0, promised <= end else { return 0 }
    if promised == end { return promised }
    let next = try file.read(
      into: UnsafeMutableRawBufferPointer(
        rebasing: room[..<min(MboxFromLine.longest, end - promised)]), at: promised)
    let rest = UnsafeRawBufferPointer(rebasing: room[..<next])
    let skipped = rest.prefix { $0 == 10 || $0 == 13 }.count
    if promised + skipped == end { return promised }
    guard skipped <= 4 else { return 0 }
    return MboxFromLine(UnsafeRawBufferPointer(rebasing: rest[skipped...])) == nil ? 0 : promised
  }

  private static func header(
    _ bytes: UnsafeRawBufferPointer
  ) -> (bodyOffset: Int, contentLength: Int?)? {
    let name = Array("content-length:".utf8)
    var contentLength: Int?
    var start = 0
    while start < bytes.count {
      let lineEnd = bytes[start...].firstIndex(of: 10) ?? bytes.count
      let line = bytes[start..<lineEnd]
      if line.isEmpty || (line.count == 1 && line.first == 13) {
        return (min(lineEnd + 1, bytes.count), contentLength)
      }
      if contentLength == nil, line.count < 64,
        line.prefix(name.count).map({ $0 | 0x20 }).elementsEqual(name.map { $0 | 0x20 })
      {
        let value = line.dropFirst(name.count).filter { $0 != 32 && $0 != 9 && $0 != 13 }
        contentLength = Int(String(decoding: value, as: UTF8.self))
      }
      start = lineEnd + 1
    }
    return nil
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
      message.length -= try isBodyless(message) ? 0 : 1
    } else if tail.suffix(4).elementsEqual([13, 10, 13, 10]) {
      message.length -= try isBodyless(message) ? 0 : 2
    }
    return message
  }

  private func isBodyless(_ message: Message) throws -> Bool {
    guard message.length <= 32 << 10 else { return false }
    let room = UnsafeMutableRawBufferPointer.allocate(byteCount: message.length, alignment: 16)
    defer { room.deallocate() }
    let count = try file.read(into: room, at: message.offset)
    let header = Self.header(UnsafeRawBufferPointer(rebasing: room[..<count]))
    return header.map { $0.bodyOffset >= count } ?? true
  }
}
