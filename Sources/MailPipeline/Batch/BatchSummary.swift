import Tracking

/// What a batch did.
package struct BatchSummary: Sendable {
  /// Messages that were decided about.
  package internal(set) var seen = 0
  /// How many of them got each kind of verdict.
  package internal(set) var verdicts: [Verdict.Kind: Int] = [:]
  /// How many were refused or ignored for each reason.
  package internal(set) var reasons: [Verdict.Kind: [String: Int]] = [:]
  /// How many of each excluded kind were kept from a rule that tracks, by the rule's name.
  package internal(set) var keptFromRules: [String: [Exclusion: Int]] = [:]
  /// Messages that an earlier batch decided about, in folders that changed.
  package internal(set) var known = 0
  /// Folders and mboxes that have not changed since an earlier batch.
  package internal(set) var unchangedFolders = 0
  /// Folders and mboxes that were looked through.
  package internal(set) var folders = 0
  /// The folders that were left out because their names say junk, trash, drafts or not sent yet.
  package internal(set) var leftOut: [String] = []
  /// Messages that were passed over because they are trashed, drafts or junk.
  package internal(set) var flagged = 0
  /// Messages that were gone before they could be opened.
  package internal(set) var vanished = 0
  /// Where mail lies in a form that is not read, and where none is recognised.
  package internal(set) var unrecognised: [BatchFailure] = []
  /// What could not be read.
  package internal(set) var failures: [BatchFailure] = []
  /// Whether the rules are others than those by which what was decided before was decided.
  package internal(set) var hasOtherRules = false
  /// Whether it was stopped before its end.
  package internal(set) var isInterrupted = false

  /// Counts a verdict.
  mutating func count(_ verdict: Verdict) {
    seen += 1
    verdicts[verdict.kind, default: 0] += 1
    if let rule = verdict.rule, let exclusion = verdict.keptFromRule {
      keptFromRules[rule, default: [:]][exclusion, default: 0] += 1
    }
    switch verdict.kind {
    case .track, .duplicate: break
    case .refuse, .ignore, .wait:
      reasons[verdict.kind, default: [:]][verdict.reason, default: 0] += 1
    }
  }
}

/// Why a batch could not begin.
package enum BatchError: Error, Sendable, Hashable, CustomStringConvertible {
  /// No folder bears these names; the names that there are.
  case noFolder([String], of: [String])

  /// In none of the paths is a mailbox that can be read; why not in the first.
  case noMailbox(String)

  /// What failed and what to do, in one line.
  package var description: String {
    switch self {
    case .noMailbox(let reason): reason
    case .noFolder(let names, let present):
      "no folder '\(names.joined(separator: "', '"))'"
        + (present.isEmpty
          ? "; the paths hold no folder"
          : "; there are \(present.sorted().joined(separator: ", "))")
    }
  }
}
