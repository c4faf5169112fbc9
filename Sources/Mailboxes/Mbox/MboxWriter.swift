import Glibc

/// Writes messages as an mbox whose marks can be taken away again (mboxrd).
///
/// A `From ` line stands before each message, an empty line after it, and each of its lines that begins
/// with `From `, whatever number of `>` before it, gets one `>` more.
package struct MboxWriter {
  private let output: (UnsafeRawBufferPointer) throws -> Void
  /// How much of `From ` the present line began with, marks left out, which is not written yet; `nil`
  /// where the line began otherwise.
  private var matched: Int? = 0
  private var endsLine = true
  private var buffer: [UInt8] = []

  /// Makes a writer that gives its bytes to a function.
  package init(_ output: @escaping (UnsafeRawBufferPointer) throws -> Void) {
    self.output = output
  }

  /// Writes the line before a message.
  ///
  /// - Parameters:
  ///   - sender: The reverse-path; empty or `nil` for none.
  ///   - time: When it came, in seconds since 1970; the line has it in UTC.
  /// - Throws: What the output throws.
  package mutating func begin(sender: String?, time: Int64) throws {
    // White space in a local part would end the address.
    let isPlain = sender?.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F } ?? false
    let name = isPlain && sender?.isEmpty == false ? sender ?? "" : "MAILER-DAEMON"
    try put(Array("From \(name) \(Self.date(time))\n".utf8))
    matched = 0
    endsLine = true
  }

  /// Writes some bytes of the message.
  ///
  /// - Throws: What the output throws.
  package mutating func write(_ bytes: UnsafeRawBufferPointer) throws {
    guard let base = bytes.baseAddress, !bytes.isEmpty else { return }
    buffer.removeAll(keepingCapacity: true)
    var position = 0
    while position < bytes.count {
      if let count = matched {
        if bytes[position] == MboxFromLine.mark[count] {
          position += 1
          matched = count + 1
          if count + 1 == MboxFromLine.mark.count {
            // Where in a row of marks the new one stands makes no difference.
            buffer.append(UInt8(ascii: ">"))
            buffer += MboxFromLine.mark
            matched = nil
          }
          continue
        }
        buffer += MboxFromLine.mark[..<count]
        if count == 0, bytes[position] == UInt8(ascii: ">") {
          buffer.append(bytes[position])
          position += 1
          continue
        }
        matched = nil
      }
      let found = memchr(base + position, 10, bytes.count - position)
      let end = found.map { UnsafeRawPointer($0) - base }
      let next = end.map { $0 + 1 } ?? bytes.count
      buffer += bytes[position..<next]
      position = next
      if end != nil { matched = 0 }
    }
    endsLine = bytes[bytes.count - 1] == 10
    try buffer.withUnsafeBytes(output)
  }

  /// Writes what ends the message: the end of its last line where that is missing, and an empty line.
  ///
  /// - Throws: What the output throws.
  package mutating func end() throws {
    if let matched { try put(Array(MboxFromLine.mark[..<matched])) }
    matched = 0
    try put(endsLine ? [10] : [10, 10])
  }

  private func put(_ bytes: [UInt8]) throws {
    guard !bytes.isEmpty else { return }
    try bytes.withUnsafeBytes(output)
  }

  /// A time as asctime(3) writes it, in UTC.
  private static func date(_ seconds: Int64) -> String {
    var time = time_t(min(max(seconds, 0), 253_402_300_799))
    var parts = tm()
    gmtime_r(&time, &parts)
    var text = [CChar](repeating: 0, count: 32)
    guard asctime_r(&parts, &text) != nil else { return "Thu Jan  1 00:00:00 1970" }
    let line = text.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) }
    return String(decoding: line, as: UTF8.self)
  }
}

/// How an mbox marks lines of a message that begin with `From `.
package enum MboxQuoting: Sendable, Hashable {
  /// Not at all: Content-Length tells where a message ends (mboxcl2).
  case none
  /// By a `>`; lines that begin with `>From ` of their own are not marked (mboxo).
  case plain
  /// By a `>`, those that begin with `>From `, too (mboxrd).
  case reversible
}
