/// The bytes of a page that is being written.
///
/// What is written as it stands is a literal of ours (`StaticString`): no text that was read can become
/// markup, because nothing that takes one leaves it as it is.
struct PageBuffer {
  private(set) var bytes: [UInt8] = []
  /// How many hidden characters were named.
  private var names = 0

  init(capacity: Int = 8192) { bytes.reserveCapacity(capacity) }

  /// Writes markup.
  mutating func raw(_ markup: StaticString) {
    markup.withUTF8Buffer { bytes.append(contentsOf: $0) }
  }

  /// Writes a number.
  mutating func number(_ number: Int) {
    guard number >= 0, number < 10 else {
      bytes.append(contentsOf: String(number).utf8)
      return
    }
    bytes.append(UInt8(48 + number))
  }

  /// Writes a number with its thousands apart: `12,345`.
  mutating func count(_ number: Int) {
    let digits = Array(String(number).utf8)
    for (place, digit) in digits.enumerated() {
      if place > 0, (digits.count - place) % 3 == 0, digits[place - 1] != 0x2D {
        bytes.append(0x2C)
      }
      bytes.append(digit)
    }
  }

  /// Writes a text as content of an element; what is harmful stands out.
  mutating func text(_ text: String) { write(text, in: .element) }

  /// Writes a text as an attribute's value, or where no element can be.
  mutating func plain(_ text: String) { write(text, in: .attribute) }

  /// The same of a text that may be long: its beginning, at most so many bytes.
  mutating func text(_ text: String, limit: Int) { write(text, in: .element, limit: limit) }

  /// The same of a text that may be long: its beginning, at most so many bytes.
  mutating func plain(_ text: String, limit: Int) { write(text, in: .attribute, limit: limit) }

  private mutating func write(_ text: String, in place: Escape.Place, limit: Int = .max) {
    var text = text
    text.withUTF8 { whole in
      var end = whole.count
      if end > limit {
        end = limit
        while end > 0, whole[end] & 0xC0 == 0x80 { end -= 1 }
      }
      let start = UnsafeBufferPointer(rebasing: whole[..<end])
      Escape.write(start, to: &bytes, in: place, names: &names)
      if end < whole.count { raw("…") }
    }
  }

  /// Writes a part of a text in UTF-8 as content of an element.
  mutating func text(utf8 text: UnsafeBufferPointer<UInt8>) {
    Escape.write(text, to: &bytes, in: .element, names: &names)
  }

  /// Writes a part of a message's own text, in UTF-8.
  mutating func body(utf8 text: UnsafeBufferPointer<UInt8>) {
    Escape.write(text, to: &bytes, in: .body, names: &names)
  }

  /// Writes a part of a text in UTF-8 as an attribute's value.
  mutating func plain(utf8 text: UnsafeBufferPointer<UInt8>) {
    Escape.write(text, to: &bytes, in: .attribute, names: &names)
  }

  /// Writes the way from a page to a file of the archive, as an attribute's value.
  mutating func path(_ path: ArchivePath, from page: ArchivePath) {
    for _ in 0..<page.depth { raw("../") }
    plain(path.text)
  }
}
