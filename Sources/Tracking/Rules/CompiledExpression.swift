import Glibc

/// A regular expression compiled by regcomp(3) under the C.UTF-8 locale, whatever the user's is.
final class CompiledExpression {
  private let regex: UnsafeMutablePointer<regex_t>?
  /// What regcomp(3) said; `nil` where it compiled.
  let problem: String?

  init(pattern: String, ignoresCase: Bool) {
    let regex = UnsafeMutablePointer<regex_t>.allocate(capacity: 1)
    regex.initialize(to: regex_t())
    let flags = REG_EXTENDED | REG_NOSUB | (ignoresCase ? REG_ICASE : 0)
    let status = UTF8Locale.use { regcomp(regex, "^.*(\(pattern))", flags) }
    guard status == 0 else {
      var message = [CChar](repeating: 0, count: 256)
      regerror(status, regex, &message, message.count)
      let bytes = message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
      problem = String(decoding: bytes, as: UTF8.self)
      self.regex = nil
      regex.deallocate()
      return
    }
    problem = nil
    self.regex = regex
  }

  deinit {
    guard let regex else { return }
    regfree(regex)
    regex.deallocate()
  }

  func matches(_ text: String) -> Bool {
    guard let regex else { return false }
    var bytes: [CChar] = []
    bytes.reserveCapacity(min(text.utf8.count, RegularExpression.longestText) + 1)
    for scalar in text.unicodeScalars {
      // NUL would end the text; a line end is no part of a header's text.
      let units =
        UTF8.encode(scalar.value == 0 ? "\u{FFFD}" : scalar) ?? UTF8.encodedReplacementCharacter
      guard bytes.count + units.count <= RegularExpression.longestText else { break }
      for unit in units { bytes.append(CChar(bitPattern: unit)) }
    }
    bytes.append(0)
    return UTF8Locale.use { regexec(regex, bytes, 0, nil, 0) == 0 }
  }
}
