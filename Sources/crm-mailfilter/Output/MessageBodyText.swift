import InternetMessage
import MailPipeline
import System

/// What `show` prints of a message itself: its text, with what is of attached messages ruled off, then
/// what is attached.
struct MessageBodyText {
  private let message: Message
  private let dates: DateText

  /// A message that stands deeper in others is ruled off as if it did not.
  private static let maxDepth = 8
  /// What begins an attached message, and each line of it.
  private static let (corner, rule) = ("┌ ", "│ ")

  init(_ message: Message, dates: DateText) {
    self.message = message
    self.dates = dates
  }

  /// The text, line by line, and a line for each attachment; on a terminal, long lines are broken
  /// between words.
  func text(on terminal: Terminal) -> String {
    var text = ""
    let body = message.textWithLinks
    // The message itself is the part 0.
    var lastMessage = 0
    for section in body.sections {
      let depth = min(section.depth, Self.maxDepth)
      text += "\n"
      if section.part > lastMessage {
        lastMessage = section.part
        text += heading(of: message.structure.parts[section.part], at: depth, on: terminal)
      }
      let lines = String(decoding: body.utf8[section.range], as: UTF8.self)
      text += shown(lines, at: depth, on: terminal)
    }
    let attachments = message.attachments
    guard !attachments.isEmpty else { return text }
    let rows = attachments.map {
      ["Part \($0.number)", $0.name ?? "-", $0.mediaType, TextOutput.size($0.size)]
    }
    return text + "\n" + Self.layout.text(rows, on: terminal)
  }

  private static let layout = ColumnLayout(columns: [
    ColumnLayout.Column(style: .yellow), ColumnLayout.Column(minimum: 16, readiness: 2),
    ColumnLayout.Column(minimum: 16), ColumnLayout.Column(),
  ])

  /// Who wrote an attached message, when, and its subject.
  private func heading(of part: MIMEPart, at depth: Int, on terminal: Terminal) -> String {
    let header = message.header(ofAttached: part)
    let sender = header?.from.first.map { sender in
      let address = sender.address.description
      return " from " + (sender.displayName.map { "\($0) <\(address)>" } ?? address)
    }
    let date = header?.date.map { ", \(dates.long($0.secondsSince1970))" }
    let subject = (header?.subject ?? message.name(of: part)).map { ": \($0)" }
    let line =
      "Part \(part.number), a message" + [sender, date, subject].compactMap { $0 }.joined()
    let outer = String(repeating: Self.rule, count: depth - 1)
    let lines = wrapped(SafeText.neutralised(line), at: depth, on: terminal)
    return lines.enumerated().map { number, line in
      outer + (number == 0 ? Self.corner : Self.rule) + terminal.styled(line, .bold) + "\n"
    }.joined()
  }

  private func wrapped(_ line: String, at depth: Int, on terminal: Terminal) -> [String] {
    let room = terminal.width.map { $0 - 2 * depth } ?? 0
    return room >= 16 || depth == 0 && room > 0 ? DisplayWidth.wrapped(line, to: room) : [line]
  }

  /// A text whose lines do not begin as those of an attached message do: that line is ours alone.
  static func withoutRules(_ text: String) -> String {
    let signs = [
      (corner.utf8.prefix(3), UInt8(ascii: "+")), (rule.utf8.prefix(3), UInt8(ascii: "|")),
    ]
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count)
    var isStart = true
    var rest = text.utf8[...]
    while let byte = rest.first {
      if isStart, let sign = signs.first(where: { rest.starts(with: $0.0) }) {
        bytes.append(sign.1)
        rest.removeFirst(3)
      } else {
        bytes.append(byte)
        rest.removeFirst()
      }
      // Behind blanks it would look the same.
      isStart = byte == UInt8(ascii: "\n") || isStart && byte == UInt8(ascii: " ")
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The lines of a text, each of which ends with a newline.
  private func shown(_ body: String, at depth: Int, on terminal: Terminal) -> String {
    // All at once: a hostile message has millions of lines.
    let safe = Self.withoutRules(SafeText.neutralisedLines(body))
    guard terminal.width != nil || depth > 0 else { return safe }
    let margin = String(repeating: Self.rule, count: depth)
    return safe.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .dropLast()
      .map { line in
        wrapped(String(Substring(line)), at: depth, on: terminal)
          .map { margin + $0 + "\n" }.joined()
      }.joined()
  }
}
