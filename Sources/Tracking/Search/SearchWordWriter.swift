/// Gathers the text that `SearchWords` makes.
struct SearchWordWriter {
  private var bytes: [UInt8] = []
  /// Where the last character began that stands alone; `nil` where another came after it.
  private var lastAlone: Int?

  init(capacity: Int) { bytes.reserveCapacity(capacity) }

  /// The text so far.
  var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Appends characters as they are.
  mutating func append(_ characters: UnsafeBufferPointer<UInt8>) {
    guard !characters.isEmpty else { return }
    bytes.append(contentsOf: characters)
    lastAlone = nil
  }

  /// Appends ASCII letters.
  mutating func append(_ letters: StaticString) {
    letters.withUTF8Buffer { append($0) }
  }

  /// Appends a character with a blank on either side.
  mutating func append(alone character: UnsafeBufferPointer<UInt8>) {
    if let last = bytes.last, last != 0x20 { bytes.append(0x20) }
    lastAlone = bytes.count
    bytes.append(contentsOf: character)
    bytes.append(0x20)
  }

  /// Takes the last character back where it stands alone.
  mutating func takeLast() -> String {
    guard let start = lastAlone else { return "" }
    let character = String(decoding: bytes[start...].dropLast(), as: UTF8.self)
    bytes.removeSubrange(start...)
    lastAlone = nil
    return character
  }
}
