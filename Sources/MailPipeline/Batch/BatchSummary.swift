import Tracking
import TrackingStore

/// What a batch did.
public struct BatchSummary: Sendable {
  /// Messages that were decided about.
  public internal(set) var seen = 0
  /// How many of them got each kind of verdict.
  public internal(set) var verdicts: [Verdict.Kind: Int] = [:]
  /// How many were refused or ignored for each reason.
  public internal(set) var reasons: [Verdict.Kind: [String: Int]] = [:]
  /// Messages that an earlier batch decided about, in folders that changed.
  public internal(set) var known = 0
  /// Folders and mboxes that have not changed since an earlier batch.
  public internal(set) var unchangedFolders = 0
  /// Folders and mboxes that were looked through.
  public internal(set) var folders = 0
  /// The folders that were left out because their names say junk, trash, drafts or not sent yet.
  public internal(set) var leftOut: [String] = []
  /// Messages that were passed over because they are trashed, drafts or junk.
  public internal(set) var flagged = 0
  /// Messages that were gone before they could be opened.
  public internal(set) var vanished = 0
  /// Where mail lies in a form that is not read, and where none is recognised.
  public internal(set) var unrecognised: [BatchFailure] = []
  /// What could not be read.
  public internal(set) var failures: [BatchFailure] = []
  /// Whether it was stopped before its end.
  public internal(set) var isInterrupted = false

  /// Counts a verdict.
  mutating func count(_ verdict: Verdict) {
    seen += 1
    verdicts[verdict.kind, default: 0] += 1
    switch verdict.kind {
    case .track, .duplicate: break
    case .refuse, .ignore: reasons[verdict.kind, default: [:]][verdict.reason, default: 0] += 1
    }
  }
}
