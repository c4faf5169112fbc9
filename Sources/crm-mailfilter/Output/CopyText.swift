import InternetMessage
import Mailboxes
import Tracking

/// What `show` prints.
struct CopyText {
  private let copy: TrackedCopy
  private let message: Message
  private let readers: [String]
  private let dates: DateText

  /// So many of those who may read it are named.
  private static let maxReaders = 10

  init(_ copy: TrackedCopy, message: Message, readers: [String], dates: DateText) {
    self.copy = copy
    self.message = message
    self.readers = readers
    self.dates = dates
  }

  /// The copy, line by line.
  func text(on terminal: Terminal) -> String {
    LabelledLines(rows: rows.map { ($0[0], $0[1]) }).text(on: terminal)
  }

  private var rows: [[String]] {
    var rows = [["Mail", "\(copy.id), \(copy.direction.rawValue)"]]
    for participant in copy.participants {
      let label = participant.role == "envelope" ? "Envelope to" : participant.role.capitalized
      var value = participant.name.map { "\($0) <\(participant.address)>" } ?? participant.address
      if !participant.records.isEmpty {
        value += " (" + participant.records.joined(separator: ", ") + ")"
      }
      rows.append([label, value])
    }
    let replyTo = message.header.replyTo.map(\.address.description)
    if !replyTo.isEmpty { rows.append(["Reply-To", replyTo.joined(separator: ", ")]) }
    rows.append(["Date", dates.long(copy.sentAt)])
    rows.append(
      ["Subject", copy.subject + (copy.isSubjectChanged ? " (changed from what it answers)" : "")])
    if let id = copy.messageID { rows.append(["Message-ID", id]) }
    let answered = message.header.inReplyTo.map(\.value)
    if !answered.isEmpty { rows.append(["In-Reply-To", answered.joined(separator: " ")]) }
    rows.append(["Tracked", "\(dates.long(copy.trackedAt)): \(why)"])
    rows.append(["Owner", owner])
    rows.append(["Regarding", regarding])
    rows.append(["Conversation", conversation])
    for delivery in copy.deliveries {
      rows.append(
        [
          "Mailbox",
          "\(delivery.mailbox), seen \(dates.long(delivery.firstSeenAt))"
            + (delivery.timesSeen > 1
              ? ", \(delivery.timesSeen) times, last \(dates.long(delivery.lastSeenAt))" : ""),
        ])
      if let envelope = envelope(of: delivery) { rows.append(["Envelope", envelope]) }
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
    rows.append(["May read it", mayRead])
    return rows
  }

  private var mayRead: String {
    let others = readers.count - Self.maxReaders
    return readers.isEmpty
      ? "nobody"
      : readers.prefix(Self.maxReaders).joined(separator: ", ")
        + (others > 0 ? " and \(others) more" : "")
  }

  private func envelope(of delivery: TrackedDelivery) -> String? {
    let sender = delivery.envelopeSender.map { "from " + ($0.isEmpty ? "<>" : $0) }
    let parts = [sender, delivery.envelopeRecipient.map { "to " + $0 }].compactMap { $0 }
    return parts.isEmpty ? nil : parts.joined(separator: " ")
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
    case .organization: return "\(record), set by the organization"
    case .conversation, nil: return "\(record), as the conversation"
    }
  }

  private var conversation: String {
    "\(copy.conversation)"
      + (copy.answers.map { answered in
        ", answers mail "
          + ([answered] + copy.alsoAnswers).map(String.init).joined(separator: " and mail ")
          + (copy.correlation.map { " (\($0.rawValue))" } ?? "")
      } ?? "")
  }
}

/// What `list` prints: number, time, the other side, record, subject.
struct CopyList {
  let dates: DateText

  private static let layout = ColumnLayout(columns: [
    ColumnLayout.Column(isRightAligned: true, style: .yellow),
    ColumnLayout.Column(style: .cyan),
    ColumnLayout.Column(minimum: 16, readiness: 5),
    ColumnLayout.Column(minimum: 8, readiness: 8, style: .green),
    ColumnLayout.Column(minimum: 16, readiness: 4),
  ])

  /// A line for each copy.
  func text(_ copies: [CopySummary], on terminal: Terminal) -> String {
    Self.layout.text(copies.map(row), on: terminal)
  }

  private func row(_ copy: CopySummary) -> [String] {
    let other =
      copy.direction == .incoming
      ? "from \(copy.senderAddress ?? "nobody")"
      : "to \(copy.recipientAddress ?? "nobody")"
    return [
      copy.id.description, dates.short(copy.sentAt), other, copy.regarding ?? "-", copy.subject,
    ]
  }
}
