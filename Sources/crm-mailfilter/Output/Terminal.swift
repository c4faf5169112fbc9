import CSystem
import Glibc
import MailPipeline
import System

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
    of(1, environment)
  }

  /// What stderr is.
  static func standardError(_ environment: HostEnvironment = .process) -> Terminal {
    of(2, environment)
  }

  private static func of(_ descriptor: Int32, _ environment: HostEnvironment) -> Terminal {
    guard isatty(descriptor) == 1 else { return .none }
    let measured = Int(csystem_terminal_columns(descriptor))
    let width =
      environment["COLUMNS"].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
      ?? (measured > 0 ? measured : 80)
    let kind = environment["TERM"]
    return Terminal(
      width: width, hasColour: environment["NO_COLOR"] == nil && kind != nil && kind != "dumb")
  }

  /// A line, broken between words where it is longer than the terminal is wide; what goes on has a margin.
  ///
  /// It has no newline at its end, and must hold no controls.
  func fitted(_ line: String, margin: String = "  ") -> String {
    // On a terminal of a few columns there is nothing to be gained.
    guard let width, width - margin.count >= 16, DisplayWidth.of(line) > width else { return line }
    let first = DisplayWidth.wrapped(line, to: width)[0]
    let rest = line.dropFirst(first.count).drop { $0 == " " }
    return
      ([first] + DisplayWidth.wrapped(String(rest), to: width - margin.count).map { margin + $0 })
      .joined(separator: "\n")
  }

  /// Writes a line to stderr, broken between words where that is a terminal.
  ///
  /// Terminal controls are neutralised.
  static func tell(_ line: String) {
    SystemLog.standardError(standardError().fitted(SafeText.neutralised(line)) + "\n")
  }

  /// The same with a margin taken off its columns.
  func narrowed(by columns: Int) -> Terminal {
    Terminal(width: width.map { max(1, $0 - columns) }, hasColour: hasColour)
  }

  /// A text in a style, where there are colours.
  func styled(_ text: String, _ style: TerminalStyle) -> String {
    guard hasColour, style != .plain, !text.isEmpty else { return text }
    return "\u{1B}[\(style.rawValue)m\(text)\u{1B}[m"
  }
}

/// How text looks on a terminal: the parameter of SGR (ECMA-48, section 8.3.117).
enum TerminalStyle: String {
  case plain = "0"
  case bold = "1"
  case faint = "2"
  case green = "32"
  case yellow = "33"
  case cyan = "36"
}

/// Turns bytes that come in pieces into text that a terminal may be given.
///
/// What is no UTF-8, and what `SafeText.isHarmful` names, is U+FFFD; tabs and ends of lines stay, and CRLF
/// is one.
struct TerminalFilter {
  /// A character, or a CR, of which the end has not come yet.
  private var pending: [UInt8] = []

  /// The text of a piece, without what is not whole yet.
  mutating func text(of bytes: UnsafeRawBufferPointer) -> String {
    pending += bytes
    let end = Self.endOfWhole(pending)
    defer { pending.removeSubrange(..<end) }
    return Self.neutralised(pending[..<end])
  }

  /// The text of what is left.
  mutating func rest() -> String {
    defer { pending = [] }
    return Self.neutralised(pending[...])
  }

  private static func neutralised(_ bytes: ArraySlice<UInt8>) -> String {
    var safe = String.UnicodeScalarView()
    let scalars = String(decoding: bytes, as: UTF8.self).unicodeScalars
    var position = scalars.startIndex
    while position < scalars.endIndex {
      let scalar = scalars[position]
      position = scalars.index(after: position)
      if scalar == "\r", position < scalars.endIndex, scalars[position] == "\n" { continue }
      let isKept = scalar == "\n" || scalar == "\t" || !SafeText.isHarmful(scalar)
      safe.append(isKept ? scalar : "\u{FFFD}")
    }
    return String(safe)
  }

  /// Where a character begins that may go on in the next piece; the end where none does.
  private static func endOfWhole(_ bytes: [UInt8]) -> Int {
    guard let last = bytes.last else { return 0 }
    if last == UInt8(ascii: "\r") { return bytes.count - 1 }
    // The first byte of a character is at most three before its last.
    for length in 1...min(3, bytes.count) {
      let byte = bytes[bytes.count - length]
      if byte & 0xC0 == 0x80 { continue }
      let wanted = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
      return wanted > length ? bytes.count - length : bytes.count
    }
    return bytes.count
  }
}
