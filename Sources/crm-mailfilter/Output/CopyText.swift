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
        value += " (" + participant.records.map(named).joined(separator: ", ") + ")"
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
    rows.append(["Arrived", dates.long(copy.arrivedAt)])
    rows.append(["Tracked", "\(dates.long(copy.trackedAt)): \(copy.why)"])
    rows.append(["Owner", copy.ownerWords])
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

  private var regarding: String {
    guard let record = copy.regarding.map(named) else { return "nothing" }
    return copy.regardingNote.map { "\(record), \($0)" } ?? record
  }

  /// A record's id, and what it is called.
  private func named(_ record: String) -> String {
    copy.recordNames[record].map { "\(record) \($0)" } ?? record
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

extension TrackedCopy {
  /// Why it is tracked, in words.
  var why: String {
    var text = isManual ? "by hand" : explanation
    if let rule { text += " (rule '\(rule)')" }
    if let reason { text += " (\(reason.name), \(reason.rawValue))" }
    return text
  }

  /// Who owns it, and why.
  var ownerWords: String {
    owner + (Ownership.Reason(rawValue: ownerReason).map { ", \($0.words)" } ?? "")
  }

  /// Who said what record it belongs to; `nil` where it belongs to none.
  var regardingNote: String? {
    guard regarding != nil else { return nil }
    switch regardingSource.flatMap(CopyDraft.Regarding.Source.init(rawValue:)) {
    case .manual: return "set by hand"
    case .rule: return "set by the rule"
    case .organization: return "set by the organization"
    case .conversation, nil: return "as the conversation"
    }
  }
}

/// What `list` prints: number, time, the other side, record, subject.
///
/// On a terminal, where the column may be cut, a person's name stands before the address; in a pipe
/// there is the address alone.
struct CopyList {
  let dates: DateText

  private static let layout = ColumnLayout(columns: [
    ColumnLayout.Column(isRightAligned: true, style: .yellow),
    ColumnLayout.Column(style: .cyan),
    ColumnLayout.Column(minimum: 16, readiness: 5),
    ColumnLayout.Column(minimum: 8, readiness: 8, style: .green),
    ColumnLayout.Column(minimum: 16, readiness: 4),
  ])

  /// A line for each copy, and below it one of its text, where `snippet` gives one.
  func text(
    _ copies: [CopySummary], on terminal: Terminal,
    snippet: ((CopyID) throws -> SearchSnippet?)? = nil
  ) throws -> String {
    let text = Self.layout.text(copies.map { row($0, on: terminal) }, on: terminal)
    guard let snippet else { return text }
    var result = ""
    for (copy, line) in zip(copies, text.split(separator: "\n", omittingEmptySubsequences: false)) {
      result += line + "\n"
      if let found = try snippet(copy.id) {
        result += Self.margin + found.text(on: terminal) + "\n"
      }
    }
    return result
  }

  /// What stands before a line of a message's text.
  static let margin = "    "

  private func row(_ copy: CopySummary, on terminal: Terminal) -> [String] {
    func person(_ address: String?, _ name: String?) -> String {
      guard let address else { return "nobody" }
      // One that looks like an address could be taken for the address.
      guard terminal.width != nil, let name, !name.contains("@") else { return address }
      return "\(name) <\(address)>"
    }
    let other =
      copy.direction == .incoming
      ? "from " + person(copy.senderAddress, copy.senderName)
      : "to " + person(copy.recipientAddress, copy.recipientName)
    let record = copy.regarding.map { id in copy.regardingName.map { "\(id) \($0)" } ?? id }
    return [copy.id.description, dates.short(copy.sentAt), other, record ?? "-", copy.subject]
  }
}
