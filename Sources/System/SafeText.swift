/// Makes text that strangers wrote safe for people to look at.
package enum SafeText {
  /// A text in which no control character, and none that turns the writing direction, is left.
  package static func neutralised(_ text: String) -> String {
    var safe = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      safe.append(isHarmful(scalar) ? "\u{FFFD}" : scalar)
    }
    return String(safe)
  }

  /// Whether a terminal may take a character for a command, or show others in another order.
  package static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0...0x1F, 0x7F...0x9F: true
    case 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}
