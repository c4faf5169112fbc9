import Mailboxes
import Tracking
import TrackingStore

/// What `show` prints.
struct CopyText {
  private let copy: StoredCopy

  init(_ copy: StoredCopy) {
    self.copy = copy
  }

  /// The copy, line by line.
  var text: String {
    var rows = [["Mail", "\(copy.id), \(copy.direction.rawValue)"]]
    for participant in copy.participants {
      let label = participant.role == "envelope" ? "Envelope to" : participant.role.capitalized
      var value = participant.name.map { "\($0) <\(participant.address)>" } ?? participant.address
      if !participant.records.isEmpty {
        value += " (" + participant.records.joined(separator: ", ") + ")"
      }
      rows.append([label, value])
    }
    rows.append(["Date", TextOutput.date(copy.sentAt) + " UTC"])
    rows.append(["Subject", copy.subject])
    if let id = copy.messageID { rows.append(["Message-ID", id]) }
    rows.append(["Tracked", "\(TextOutput.date(copy.trackedAt)) UTC: \(why)"])
    rows.append(["Owner", owner])
    rows.append(["Regarding", regarding])
    rows.append(["Conversation", conversation])
    for delivery in copy.deliveries {
      rows.append(
        [
          "Mailbox",
          "\(delivery.mailbox), seen \(TextOutput.date(delivery.firstSeenAt)) UTC"
            + (delivery.timesSeen > 1
              ? ", \(delivery.timesSeen) times, last \(TextOutput.date(delivery.lastSeenAt))" : ""),
        ])
      if let folder = delivery.folder {
        let place = MessageFinder.find(delivery.fileName, in: MailPath(folder))
        rows.append(["File", place?.description ?? "no longer in \(folder)"])
      }
    }
    if !copy.related.isEmpty {
      let ids = copy.related.map(\.description).joined(separator: ", ")
      rows.append(["Same Message-ID", "mail \(ids)"])
    }
    rows.append(
      [
        "Size",
        TextOutput.size(copy.size) + (copy.isTruncated ? ", of which the beginning is stored" : ""),
      ])
    return TextOutput.table(rows)
  }

  private var why: String {
    var text = copy.isManual ? "by hand" : copy.explanation
    if let rule = copy.rule { text += " (rule '\(rule)')" }
    if let reason = copy.reason { text += " (\(reason.name), \(reason.rawValue))" }
    return text
  }

  private var owner: String {
    copy.owner + (Ownership.Reason(rawValue: copy.ownerReason).map { ", \($0.words)" } ?? "")
  }

  private var regarding: String {
    guard let record = copy.regarding else { return "nothing" }
    switch copy.regardingSource.flatMap(CopyDraft.Regarding.Source.init(rawValue:)) {
    case .manual: return "\(record), set by hand"
    case .rule: return "\(record), set by the rule"
    case .conversation, nil: return "\(record), as the conversation"
    }
  }

  private var conversation: String {
    "\(copy.conversation)"
      + (copy.answers.map { answered in
        ", answers mail \(answered)" + (copy.correlation.map { " (\($0.rawValue))" } ?? "")
      } ?? "")
  }
}
