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
    var lines: [String] = []
    let body = message.textWithLinks.string
    if !body.isEmpty {
      lines.append("")
      for line in body.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
        // A tab is no control character to neutralise here, but layout.
        let shown = SafeText.neutralised(
          line.split(separator: "\t", omittingEmptySubsequences: false).joined(separator: "    "))
        lines += terminal.width.map { DisplayWidth.wrapped(shown, to: $0) } ?? [shown]
      }
    }
    let attachments = message.attachments
    if !attachments.isEmpty {
      lines.append("")
      let rows = attachments.map {
        ["Part \($0.number)", $0.name ?? "-", $0.mediaType, TextOutput.size($0.size)]
      }
      return lines.joined(separator: "\n") + "\n" + TextOutput.table(rows)
    }
    return lines.isEmpty ? "" : lines.joined(separator: "\n") + "\n"
  }
}
