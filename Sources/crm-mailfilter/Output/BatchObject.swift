import MailPipeline
import Tracking

/// What `batch --json` prints at its end.
struct BatchObject: Encodable {
  let summary: BatchSummary
  let isDryRun: Bool

  private enum CodingKeys: String, CodingKey {
    case schema, seen, tracked, duplicates, refused, ignored, known, vanished, failures, interrupted
    case unrecognised
    case unchangedFolders = "unchanged_folders"
    case leftOut = "left_out"
    case passedOver = "passed_over"
    case dryRun = "dry_run"
    case keptFromRules = "kept_from_rules"
    case rulesChanged = "rules_changed"
  }

  private struct FailureObject: Encodable {
    let path: String
    let reason: String
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(JSONOutput.schema, forKey: .schema)
    try container.encode(isDryRun, forKey: .dryRun)
    try container.encode(summary.isInterrupted, forKey: .interrupted)
    try container.encode(summary.seen, forKey: .seen)
    try container.encode(summary.verdicts[.track] ?? 0, forKey: .tracked)
    try container.encode(summary.verdicts[.duplicate] ?? 0, forKey: .duplicates)
    try container.encode(summary.reasons[.refuse] ?? [:], forKey: .refused)
    try container.encode(summary.reasons[.ignore] ?? [:], forKey: .ignored)
    try container.encode(
      summary.keptFromRules.mapValues { kinds in
        Dictionary(uniqueKeysWithValues: kinds.map { ($0.key.rawValue, $0.value) })
      }, forKey: .keptFromRules)
    try container.encode(summary.hasOtherRules, forKey: .rulesChanged)
    try container.encode(summary.known, forKey: .known)
    try container.encode(summary.unchangedFolders, forKey: .unchangedFolders)
    try container.encode(summary.leftOut, forKey: .leftOut)
    try container.encode(summary.flagged, forKey: .passedOver)
    try container.encode(summary.vanished, forKey: .vanished)
    try container.encode(
      summary.unrecognised.map { FailureObject(path: $0.path, reason: $0.reason) },
      forKey: .unrecognised)
    try container.encode(
      summary.failures.map { FailureObject(path: $0.path, reason: $0.reason) }, forKey: .failures)
  }
}

/// What `batch --explain --json` prints for each message.
struct BatchMessageObject: Encodable {
  let report: Report
  let place: String

  private enum CodingKeys: String, CodingKey {
    case schema, place, verdict, reason, code, rule, explanation, copy
  }

  func encode(to encoder: any Encoder) throws {
    let verdict = report.verdict
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(JSONOutput.schema, forKey: .schema)
    try container.encode(place, forKey: .place)
    try container.encode(verdict.kind.rawValue, forKey: .verdict)
    try container.encode(verdict.reason, forKey: .reason)
    try container.encode(verdict.code?.rawValue, forKey: .code)
    try container.encode(verdict.rule, forKey: .rule)
    try container.encode(verdict.explanation, forKey: .explanation)
    try container.encode(verdict.copy?.rawValue, forKey: .copy)
  }
}
