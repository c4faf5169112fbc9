import MailPipeline
import System
import Tracking

/// What is known here of an organization elsewhere, for people.
struct RemoteStateText {
  let state: RemoteState
  /// How many messages wait for it.
  let waiting: Int
  /// Where it is; `nil` where that is not to be said.
  var place: String?
  /// The present, in seconds since 1970.
  let now: Int64

  private func time(_ seconds: Int64?) -> String? {
    seconds.map { DateText(now: now, isISO: false).long($0) }
  }

  /// Names and values.
  var rows: [[String]] {
    var facts: [(String, String)] = [
      ("name", state.name ?? "-"), ("place", place ?? "-"),
      ("organization", state.organization ?? "-"),
      ("user", state.user ?? "-"), ("store", state.storePath), ("copies", "\(state.copies)"),
      ("waiting", "\(waiting)"), ("last sync", time(state.syncedAt) ?? "never"),
    ]
    if let reached = time(state.reachedAt), state.reachedAt != state.syncedAt {
      facts.append(("reached", reached))
    }
    if let notBefore = state.notBefore, notBefore > now, let text = time(notBefore) {
      facts.append(("not before", text))
    }
    if let trouble = state.trouble { facts.append(("trouble", trouble)) }
    if let warning = state.warning { facts.append(("warning", warning)) }
    facts += state.remarks.map { ("remark", $0) }
    if let keepsRefusals = state.keepsRefusals {
      facts.append((PolicySetting.refusals, keepsRefusals ? "yes" : "no"))
    }
    if let end = time(state.certificateEnd) { facts.append(("certificate", "until \(end)")) }
    return facts.map { [$0.0, SafeText.neutralised($0.1)] }
  }

  /// In a line, for `stats`.
  var line: String {
    var parts = [
      "last sync \(time(state.syncedAt) ?? "never")",
      "\(waiting) \(waiting == 1 ? "message waits" : "messages wait")",
    ]
    if let trouble = state.trouble { parts.append(trouble) }
    return SafeText.neutralised(parts.joined(separator: ", "))
  }
}
