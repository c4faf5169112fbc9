/// How a part wants to be shown (RFC 2183).
public struct ContentDisposition: Sendable, Hashable {
  /// Whether it asks to be kept apart from the text.
  ///
  /// A disposition that is not known counts as an attachment (RFC 2183 section 2.8).
  public let isAttachment: Bool
  /// The parameters.
  public let parameters: MIMEParameters

  /// Reads a Content-Disposition field.
  ///
  /// - Parameter value: The raw value of the field.
  public init(_ value: UnsafeRawBufferPointer) {
    self = MIMEParameterParser.withPlainValue(value) { ContentDisposition(plain: $0) }
  }

  private init(plain value: Bytes) {
    var start = 0
    while start < value.count, ASCII.isBlank(value[start]) || value[start] == ASCII.quote {
      start += 1
    }
    var end = start
    while end < value.count, ASCII.isAtom(value[end]), value[end] != UInt8(ascii: "=") { end += 1 }
    if end < value.count, value[end] == UInt8(ascii: "=") {
      // The word is missing: this is a parameter already.
      end = start
    }
    let word = value.part(start..<end)
    isAttachment = !word.isEmpty && !word.equalsFolded("inline")
    var parser = MIMEParameterParser(value, from: end)
    parameters = parser.parse()
  }
}
