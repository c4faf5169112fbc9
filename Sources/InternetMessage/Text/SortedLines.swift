/// A table in the program's own text, which nothing builds at its start: lines of a key, a blank and
/// a value, in the order of their keys' bytes.
struct SortedLines {
  private let bytes: Bytes

  /// A table of lines, each ended by a line feed.
  init(text: StaticString) {
    bytes = Bytes(start: text.utf8Start, count: text.utf8CodeUnitCount)
  }

  /// The value of a key, by bisection.
  func value(of key: some Collection<UInt8>) -> Bytes? {
    // Both begin a line.
    var low = 0
    var high = bytes.count
    while low < high {
      var start = low + (high - low) / 2
      while start > low, bytes[start - 1] != ASCII.lineFeed { start -= 1 }
      guard let end = bytes.position(of: ASCII.lineFeed, from: start) else { return nil }
      let blank = bytes.position(of: ASCII.space, from: start) ?? end
      let found = bytes.part(start..<min(blank, end))
      if found.elementsEqual(key) { return bytes.part(min(blank + 1, end)..<end) }
      if found.lexicographicallyPrecedes(key) {
        low = end + 1
      } else {
        high = start
      }
    }
    return nil
  }
}
