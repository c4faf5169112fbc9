import CSystem
import Glibc
import MailPipeline

/// What text is laid out for: a terminal of so many columns, or no terminal.
struct Terminal {
  /// Its columns; `nil` where there is no terminal, and then nothing is cut.
  let width: Int?
  /// Whether text may have colours.
  let hasColour: Bool

  /// No terminal: a pipe or a file.
  static let none = Terminal(width: nil, hasColour: false)

  /// What stdout is.
  ///
  /// `COLUMNS` goes before what the terminal says of itself, as with git. Colours are left away where
  /// `NO_COLOR` is set (no-color.org) or the terminal is a dumb one.
  static func standardOutput(_ environment: HostEnvironment = .process) -> Terminal {
    guard isatty(1) == 1 else { return .none }
    let measured = Int(csystem_terminal_columns(1))
    let width =
      environment["COLUMNS"].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
      ?? (measured > 0 ? measured : 80)
    let kind = environment["TERM"]
    return Terminal(
      width: width, hasColour: environment["NO_COLOR"] == nil && kind != nil && kind != "dumb")
  }

  /// A text in a style, where there are colours.
  func styled(_ text: String, _ style: TerminalStyle) -> String {
    guard hasColour, style != .plain, !text.isEmpty else { return text }
    return "\u{1B}[\(style.rawValue)m\(text)\u{1B}[m"
  }
}
