import CSystem
import Glibc
import MailPipeline
import System
import Tracking

/// What a batch did, for people.
struct BatchText {
  let summary: BatchSummary
  let seconds: Double
  let isDryRun: Bool
  /// The rules that track less than they did in 0.1.
  let narrowed: [NarrowedRule]

  /// Some lines.
  var text: String {
    var rows: [[String]] = [
      ["looked at", Self.grouped(summary.seen), time],
      ["tracked", count(.track), ""],
      ["duplicates", count(.duplicate), ""],
      ["refused", count(.refuse), reasons(of: .refuse)],
      ["ignored", count(.ignore), reasons(of: .ignore)],
    ]
    func add(_ name: String, _ count: Int, _ words: String) {
      if count > 0 { rows.append([name, Self.grouped(count), words]) }
    }
    add("known", summary.known, "decided about before")
    add("unchanged", summary.unchangedFolders, "folders, not looked through")
    let more = summary.leftOut.count > 5 ? " ..." : ""
    add(
      "left out", summary.leftOut.count,
      "folders: " + SafeText.neutralised(summary.leftOut.prefix(5).joined(separator: ", ")) + more)
    add("passed over", summary.flagged, "trashed, drafts or junk")
    add("vanished", summary.vanished, "moved or deleted meanwhile")
    add("not read", summary.unrecognised.count, "no mailbox that is known here")
    add("failed", summary.failures.count, "could not be read")
    let width = rows.map(\.[1].count).max() ?? 0
    for index in rows.indices {
      rows[index][1] = String(repeating: " ", count: width - rows[index][1].count) + rows[index][1]
    }
    let failures = [summary.unrecognised, summary.failures].flatMap { $0.prefix(10) }
      .map { "\($0.path): \($0.reason)\n" }
    return (isDryRun ? "dry run: nothing is written\n" : "")
      + Self.layout.text(rows, on: .standardOutput())
      + (failures.map { String($0.dropLast()) } + remarks).map {
        Terminal.standardOutput().fitted(SafeText.neutralised($0)) + "\n"
      }.joined()
  }

  private static let layout = ColumnLayout(columns: [
    ColumnLayout.Column(), ColumnLayout.Column(),
    ColumnLayout.Column(minimum: 24, isBroken: true),
  ])

  private var time: String {
    let rate = Double(summary.seen) / max(seconds, 0.001)
    return "in \(Double(Int(seconds * 10)) / 10) s"
      + (summary.seen > 0 ? ", \(Self.grouped(Int(rate)))/s" : "")
  }

  private func count(_ kind: Verdict.Kind) -> String {
    Self.grouped(summary.verdicts[kind] ?? 0)
  }

  /// What to know of the rules.
  private var remarks: [String] {
    var lines = narrowed.compactMap { rule -> String? in
      guard let kept = summary.keptFromRules[rule.name] else { return nil }
      let kinds = Exclusion.allCases.filter { kept[$0] != nil }
      let counts = kinds.map { "\($0.rawValue) \(Self.grouped(kept[$0] ?? 0))" }
      return "rule \(rule.number) '\(rule.name)' left out what 0.1 tracked: "
        + counts.joined(separator: ", ")
        + "; add \(Rule.evenLine(kinds)) to track it, even = [] where it is meant so"
    }
    if summary.hasOtherRules {
      lines.append(
        "the rules have changed since what is known was decided about; --again looks at all of it")
    }
    return lines
  }

  private func reasons(of kind: Verdict.Kind) -> String {
    (summary.reasons[kind] ?? [:]).sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      .map { "\($0.key) \(Self.grouped($0.value))" }.joined(separator: ", ")
  }

  /// A number as `12,345`.
  static func grouped(_ number: Int) -> String {
    var text = ""
    for (index, digit) in String(number).reversed().enumerated() {
      if index > 0, index % 3 == 0, digit != "-" { text.append(",") }
      text.append(digit)
    }
    return String(text.reversed())
  }
}

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
      print(SafeText.neutralised("\(place): \(verdict.kind.rawValue): \(verdict.explanation)"))
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
