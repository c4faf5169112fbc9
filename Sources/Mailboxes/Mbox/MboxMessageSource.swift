import Glibc

/// The bytes of one message of an mbox as it was delivered: the marks before its `From ` lines are
/// taken away.
package final class MboxMessageSource: ByteSource {
  // Closed at the end: a batch has many messages in memory at once.
  private var file: MailFile?
  private let quoting: MboxQuoting
  private var offset: Int
  private let end: Int
  /// What was read and not yet given; from `given` on.
  private var waiting: [UInt8] = []
  private var given = 0
  /// The end of what was read, while it may be the beginning of a marked line.
  private var held: [UInt8] = []

  private static let readSize = 64 << 10
  private static let mark = Array(">From ".utf8)

  /// Reads a part of a file.
  package init(_ file: MailFile, _ range: Range<Int>, quoting: MboxQuoting) {
    self.file = file
    self.quoting = quoting
    offset = range.lowerBound
    end = range.upperBound
  }

  package func read(into room: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
    guard let file else { return 0 }
    if quoting == .none {
      let part = UnsafeMutableRawBufferPointer(rebasing: room[..<min(room.count, end - offset)])
      let count = try file.read(into: part, at: offset)
      guard count == part.count else { throw InputError.readFailed(ESTALE) }
      offset += count
      if offset == end { self.file = nil }
      return count
    }
    while given == waiting.count {
      guard offset < end || !held.isEmpty else {
        self.file = nil
        return 0
      }
      try fill(from: file)
    }
    let count = min(room.count, waiting.count - given)
    waiting[given..<(given + count)].withUnsafeBytes { room.copyMemory(from: $0) }
    given += count
    return count
  }

  private func fill(from file: MailFile) throws(InputError) {
    let count = min(Self.readSize, end - offset)
    let room = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
    defer { room.deallocate() }
    // It was longer when it was scanned: somebody took mail out.
    guard try file.read(into: room, at: offset) == count else {
      throw InputError.readFailed(ESTALE)
    }
    var raw = held + room
    held = []
    offset += count
    if offset < end {
      let cut = Self.undecided(raw)
      held = Array(raw[cut...])
      raw.removeSubrange(cut...)
    }
    waiting = unmarked(raw)
    given = 0
  }

  /// Where the end of some bytes begins that may be a line end and the beginning of a mark.
  private static func undecided(_ bytes: [UInt8]) -> Int {
    guard let lineEnd = bytes.lastIndex(of: 10), bytes.count - lineEnd <= readSize / 2 else {
      return bytes.count
    }
    let line = bytes[(lineEnd + 1)...]
    let rest = line.drop { $0 == UInt8(ascii: ">") }
    let isOpen = MboxFromLine.mark.starts(with: rest) && rest.count < MboxFromLine.mark.count
    return isOpen ? lineEnd : bytes.count
  }

  private func unmarked(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    bytes.withUnsafeBytes { bytes in
      var position = 0
      while let found = ByteSearch.find(Self.mark, in: bytes, from: position) {
        var start = found
        while start > position, bytes[start - 1] == UInt8(ascii: ">") { start -= 1 }
        let isMark =
          start > 0 && bytes[start - 1] == 10 && (quoting == .reversible || start == found)
        result += bytes[position..<start]
        result += bytes[(isMark ? start + 1 : start)..<(found + Self.mark.count)]
        position = found + Self.mark.count
      }
      result += bytes[position...]
    }
    return result
  }
}
