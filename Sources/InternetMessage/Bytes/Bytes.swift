import Glibc

/// A view of bytes that the scanners of this module read; positions count from its start.
typealias Bytes = UnsafeRawBufferPointer

extension UnsafeRawBufferPointer {
  /// The first place of a byte at or after `start`, by memchr(3).
  @inline(__always)
  func position(of byte: UInt8, from start: Int) -> Int? {
    guard start < count, let base = baseAddress,
      let found = memchr(base + start, Int32(byte), count - start)
    else { return nil }
    return base.distance(to: UnsafeRawPointer(found))
  }

  /// A part of the view.
  @inline(__always)
  func part(_ range: Range<Int>) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: self[range])
  }

  /// Whether the bytes at a place are those of a literal.
  func has(_ literal: StaticString, at position: Int) -> Bool {
    let length = literal.utf8CodeUnitCount
    guard position >= 0, position + length <= count else { return false }
    for index in 0..<length where self[position + index] != literal.utf8Start[index] {
      return false
    }
    return true
  }

  /// Whether all bytes, folded to lower case, are those of a literal in lower case.
  func equalsFolded(_ literal: StaticString) -> Bool {
    guard count == literal.utf8CodeUnitCount else { return false }
    for index in 0..<count where ASCII.lowercased(self[index]) != literal.utf8Start[index] {
      return false
    }
    return true
  }

  /// Whether the bytes begin, folded to lower case, with a literal in lower case.
  func hasFoldedPrefix(_ literal: StaticString) -> Bool {
    let length = literal.utf8CodeUnitCount
    guard count >= length else { return false }
    return part(0..<length).equalsFolded(literal)
  }

  /// The bytes without blanks and line ends at both sides.
  var trimmed: UnsafeRawBufferPointer {
    var start = 0
    var end = count
    while start < end, ASCII.isBlank(self[start]) { start += 1 }
    while end > start, ASCII.isBlank(self[end - 1]) { end -= 1 }
    return part(start..<end)
  }
}
