/// How the bytes of a body are written in the message (RFC 2045 section 6).
public enum TransferEncoding: String, Sendable, Hashable, CaseIterable {
  /// As they are: `7bit`, `8bit`, `binary`, or no field at all.
  case identity
  /// RFC 2045 section 6.8.
  case base64
  /// RFC 2045 section 6.7.
  case quotedPrintable = "quoted-printable"
  /// uuencode(1), as POSIX has it; named `x-uuencode`, `uuencode`, `x-uue` or `uue`.
  case uuencode
  /// Any other; the body is left as it stands.
  case unknown

  /// Whether the bytes that are meant are others than those that stand in the message.
  var isDecoded: Bool { self != .identity && self != .unknown }

  /// Reads a Content-Transfer-Encoding field.
  ///
  /// - Parameter value: The raw value of the field.
  public init(_ value: UnsafeRawBufferPointer) {
    var start = 0
    // QUIRK: RFC 2045 section 6.1 allows no quotes and nothing after the word; mailers write both.
    while start < value.count, ASCII.isBlank(value[start]) || value[start] == ASCII.quote {
      start += 1
    }
    var end = start
    while end < value.count, ASCII.isAtom(value[end]) { end += 1 }
    let word = value.part(start..<end)
    if word.isEmpty || word.equalsFolded("7bit") || word.equalsFolded("8bit")
      || word.equalsFolded("binary") || word.equalsFolded("7-bit") || word.equalsFolded("8-bit")
    {
      self = .identity
    } else if word.equalsFolded("base64") {
      self = .base64
    } else if word.equalsFolded("quoted-printable") {
      self = .quotedPrintable
    } else if word.equalsFolded("x-uuencode") || word.equalsFolded("uuencode")
      || word.equalsFolded("x-uue") || word.equalsFolded("uue")
    {
      // QUIRK: RFC 2045 section 6.3 has no such encoding; mailers of Unix use it.
      self = .uuencode
    } else {
      self = .unknown
    }
  }
}
