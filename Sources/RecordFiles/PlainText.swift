/// Text as people see it.
package enum PlainText {
  /// Without characters that show nothing and blanks at both ends; other white space is one blank.
  package static func cleaned(_ text: String) -> String {
    var cleaned = String.UnicodeScalarView()
    var isBlankDue = false
    for scalar in text.unicodeScalars {
      if isInvisible(scalar) { continue }
      if scalar.properties.isWhitespace || scalar.value < 32 || scalar.value == 127 {
        isBlankDue = !cleaned.isEmpty
        continue
      }
      if isBlankDue { cleaned.append(" ") }
      isBlankDue = false
      cleaned.append(scalar)
    }
    return String(cleaned)
  }

  /// Marks of byte order, joiners and marks of direction, which spreadsheets and web pages leave.
  private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0xFEFF, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x2064, 0x2066...0x2069, 0xAD: true
    default: false
    }
  }
}

extension String {
  /// Without blanks at both ends.
  var trimmed: String {
    guard let first = unicodeScalars.firstIndex(where: { !$0.properties.isWhitespace }),
      let last = unicodeScalars.lastIndex(where: { !$0.properties.isWhitespace })
    else { return "" }
    return String(unicodeScalars[first...last])
  }
}
