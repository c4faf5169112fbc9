import CSystem
import Glibc

/// The one line that the filter says when something went wrong: to stderr and to syslog.
public enum Log {
  /// Says it.
  ///
  /// Terminal controls are neutralised; nothing of a message and no path belongs into it.
  public static func say(_ line: String) {
    let line = neutralised(line)
    csystem_log(LOG_WARNING, line)
    standardError("crm-mailfilter: " + line + "\n")
  }

  /// Writes a text to stderr as it is.
  public static func standardError(_ text: String) {
    var text = text
    text.withUTF8 { _ = write(2, $0.baseAddress, $0.count) }
  }

  /// A text in which no control character, and none that turns the writing direction, is left.
  public static func neutralised(_ text: String) -> String {
    var safe = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      safe.append(isHarmful(scalar) ? "\u{FFFD}" : scalar)
    }
    return String(safe)
  }

  /// Whether a terminal may take a character for a command, or show others in another order.
  public static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0...0x1F, 0x7F...0x9F: true
    case 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}
