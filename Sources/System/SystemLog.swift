import CSystem
import Glibc

/// The one line that the filter says when something went wrong: to stderr and to syslog.
package enum SystemLog {
  /// Says it.
  ///
  /// Terminal controls are neutralised; nothing of a message and no path belongs into it.
  package static func say(_ line: String) {
    let line = SafeText.neutralised(line)
    csystem_log(LOG_WARNING, line)
    standardError("crm-mailfilter: " + line + "\n")
  }

  /// Writes a text to stderr as it is.
  package static func standardError(_ text: String) {
    var text = text
    text.withUTF8 { _ = write(2, $0.baseAddress, $0.count) }
  }
}
