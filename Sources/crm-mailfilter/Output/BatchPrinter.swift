import CSystem
import Glibc
import MailPipeline

/// Prints what a batch does while it does it: lines where they are asked for, and on a terminal how
/// far it has come.
final class BatchPrinter: BatchObserver {
  private let explains: Bool
  private let isJSON: Bool
  private let isOnTerminal = isatty(2) == 1
  private let startedAt = csystem_monotonic()
  private var shownAt: Int64 = 0
  private var isShown = false

  init(explains: Bool, isJSON: Bool) {
    self.explains = explains
    self.isJSON = isJSON
  }

  func decided(_ report: Report, at place: String) {
    guard explains else { return }
    clear()
    if isJSON {
      // Nothing in it that could not be encoded.
      guard let line = try? JSONOutput.line(BatchMessageObject(report: report, place: place)) else {
        return
      }
      print(line)
    } else {
      let verdict = report.verdict
      print(Log.neutralised("\(place): \(verdict.kind.rawValue): \(verdict.explanation)"))
    }
  }

  func advanced(to progress: BatchProgress) {
    let now = csystem_monotonic()
    guard isOnTerminal, now - shownAt > 200_000_000 else { return }
    shownAt = now
    let seconds = Double(now - startedAt) / 1e9
    let rate = Double(progress.done) / max(seconds, 0.001)
    let left = Int(Double(progress.total - progress.done) / max(rate, 0.001))
    isShown = true
    Log.standardError(
      "\r\u{1B}[K\(BatchText.grouped(progress.done)) of \(BatchText.grouped(progress.total)), "
        + "\(BatchText.grouped(progress.tracked)) tracked, \(BatchText.grouped(Int(rate)))/s, "
        + "\(left / 60) min \(left % 60) s left")
  }

  /// Takes the line away that shows how far it has come.
  func clear() {
    guard isShown else { return }
    isShown = false
    Log.standardError("\r\u{1B}[K")
  }
}
