import InternetMessage
import MailPipeline
import System

/// What `show` prints of a message itself: its text, then what is attached.
struct MessageBodyText {
  private let message: Message

  init(_ message: Message) {
    self.message = message
  }

  /// The text, line by line, and a line for each attachment; on a terminal, long lines are broken
  /// between words.
  func text(on terminal: Terminal) -> String {
    var text = ""
    let body = message.textWithLinks.string
    if !body.isEmpty { text = "\n" + shown(body, on: terminal) }
    let attachments = message.attachments
    guard !attachments.isEmpty else { return text }
    let rows = attachments.map {
      ["Part \($0.number)", $0.name ?? "-", $0.mediaType, TextOutput.size($0.size)]
    }
    return text + "\n" + TextOutput.table(rows)
  }

  /// The body's lines, each of which ends with a newline.
  private func shown(_ body: String, on terminal: Terminal) -> String {
    // All at once: a hostile message has millions of lines.
    let safe = SafeText.neutralisedLines(body)
    guard let width = terminal.width else { return safe }
    return safe.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .dropLast()
      .map { DisplayWidth.wrapped(String(Substring($0)), to: width).joined(separator: "\n") + "\n" }
      .joined()
  }
}
