import CSystem
import Glibc
import MailPipeline

/// Prints what a batch does while it does it: lines where they are asked for, and on a terminal how
/// far it has come.
final class BatchPrinter: BatchObserver {
  let wantsReports: Bool
  private let isJSON: Bool
  private let startedAt = csystem_monotonic()
  private let line = ProgressLine()

  init(explains: Bool, isJSON: Bool) {
    wantsReports = explains
    self.isJSON = isJSON
  }

  func decided(_ report: Report, at place: String) {
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
    line.show(describe(progress))
  }

  private func describe(_ progress: BatchProgress) -> String {
    let seconds = Double(csystem_monotonic() - startedAt) / 1e9
    let rate = Double(progress.done) / max(seconds, 0.001)
    let left = Int(Double(progress.total - progress.done) / max(rate, 0.001))
    return "\(BatchText.grouped(progress.done)) of \(BatchText.grouped(progress.total)), "
      + "\(BatchText.grouped(progress.tracked)) tracked, \(BatchText.grouped(Int(rate)))/s, "
      + "\(left / 60) min \(left % 60) s left"
  }

  /// Takes the line away that shows how far it has come.
  func clear() { line.clear() }
}
