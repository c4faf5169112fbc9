import CSystem
import Glibc
import MailPipeline
import System

/// What commands print for people.
enum TextOutput {
  /// Columns side by side; the last may be of any width.
  ///
  /// Terminal controls are neutralised.
  static func table(_ rows: [[String]]) -> String {
    let rows = rows.map { $0.map(SafeText.neutralised) }
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in
      rows.map { $0.count > column ? DisplayWidth.of($0[column]) : 0 }.max() ?? 0
    }
    return rows.map { row in
      row.enumerated().map { column, text in
        column == row.count - 1
          ? text : DisplayWidth.padded(text, to: widths[column])
      }.joined(separator: "  ") + "\n"
    }.joined()
  }

  /// A time as `2026-11-24 09:30`, in UTC.
  static func date(_ seconds: Int64) -> String {
    let text = isoDate(seconds)
    return String(text.prefix(10)) + " " + String(text.dropFirst(11).prefix(5))
  }

  /// A time as `2026-11-24T09:30:00Z` (RFC 3339).
  static func isoDate(_ seconds: Int64) -> String {
    var time = time_t(seconds)
    var parts = tm()
    guard gmtime_r(&time, &parts) != nil else { return "?" }
    func pad(_ number: Int32, _ width: Int = 2) -> String {
      let digits = String(number)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    // A Date field may hold any year.
    guard parts.tm_year < 8100, parts.tm_year > -1900 else { return "?" }
    return pad(parts.tm_year + 1900, 4) + "-" + pad(parts.tm_mon + 1) + "-" + pad(parts.tm_mday)
      + "T" + pad(parts.tm_hour) + ":" + pad(parts.tm_min) + ":" + pad(parts.tm_sec) + "Z"
  }

  /// A number of bytes as `6.2 KB`.
  static func size(_ bytes: Int) -> String {
    var value = Double(bytes)
    for unit in ["bytes", "KB", "MB"] {
      if value < 1024 || unit == "MB" {
        return unit == "bytes" ? "\(bytes) bytes" : "\((value * 10).rounded() / 10) \(unit)"
      }
      value /= 1024
    }
    return "\(bytes) bytes"
  }

  /// Now, in seconds since 1970.
  static var now: Int64 { csystem_realtime() / 1_000_000_000 }
}

/// Lines that begin with a label, such as the fields of a message.
struct LabelledLines {
  /// Labels and values.
  let rows: [(label: String, value: String)]

  /// The lines; on a terminal, values are broken to fit it.
  ///
  /// Terminal controls are neutralised.
  func text(on terminal: Terminal) -> String {
    let width = rows.reduce(0) { max($0, DisplayWidth.of($1.label)) } + 2
    let margin = String(repeating: " ", count: width)
    return rows.map { row in
      let value = SafeText.neutralised(row.value)
      // On a terminal of a few columns there is nothing to be gained.
      let room = terminal.width.map { $0 - width } ?? 0
      let lines = room >= 16 ? DisplayWidth.wrapped(value, to: room) : [value]
      let label = DisplayWidth.padded(SafeText.neutralised(row.label), to: width)
      return terminal.styled(label, .bold) + lines.joined(separator: "\n" + margin) + "\n"
    }.joined()
  }
}
