import CSystem
import Glibc
import MailPipeline
import System

/// A line on the terminal that shows how far something has come; nothing where stderr is none.
final class ProgressLine {
  private let isOnTerminal = isatty(2) == 1
  private var shownAt: Int64 = 0
  private var isShown = false

  /// Shows a text, a few times a second at most.
  func show(_ text: @autoclosure () -> String) {
    guard isOnTerminal else { return }
    let now = csystem_monotonic()
    guard now - shownAt > 200_000_000 else { return }
    shownAt = now
    isShown = true
    SystemLog.standardError("\r\u{1B}[K" + text())
  }

  /// Takes the line away.
  func clear() {
    guard isShown else { return }
    isShown = false
    SystemLog.standardError("\r\u{1B}[K")
  }
}
