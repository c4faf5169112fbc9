import InternetMessage
import MailPipeline
import Tracking

/// What `explain` prints.
struct ReportText {
  private let report: Report

  init(_ report: Report) {
    self.report = report
  }

  private var mailbox: String {
    report.isOthers ? "no mailbox of the profile" : report.facts.mailbox.owner.description
  }

  /// The report, line by line.
  func text(on terminal: Terminal) -> String {
    let facts = report.facts
    var rows = [
      ["From", facts.sender.map { $0.address.description } ?? "nobody"],
      ["To", facts.recipients.map(\.description).joined(separator: ", ")],
      ["Subject", facts.header.subject ?? "none"],
      ["Direction", "\(facts.direction.rawValue), through \(mailbox)"],
      ["Outside", outside],
    ]
    rows += report.remarks.map { ["Whose", $0] }
    for note in facts.header.notes {
      rows.append(["Note", note.kind.explanation + (note.field.map { " (\($0))" } ?? "")])
    }
    for rule in report.rules {
      rows.append(
        [
          "Rule \(rule.number)",
          "\(rule.name): \(rule.isMatch ? "matches:" : "fails on:") \(rule.reason)",
        ])
    }
    if let finding = report.correlation {
      rows += finding.remarks.map { ["Correlation", $0] }
      rows.append(
        [
          "Correlation",
          finding.correlation.map { "answers mail \($0.copy) (\($0.method.rawValue))" }
            ?? "answers no tracked mail",
        ])
    }
    rows.append(["Verdict", verdict])
    if let ownership = report.verdict.ownership {
      rows.append(
        ["Owner", "\(report.verdict.owner ?? "user \(ownership.user)"), \(ownership.reason.words)"])
    }
    return LabelledLines(rows: rows.map { ($0[0], $0[1]) }).text(on: terminal)
  }

  private var outside: String {
    let addresses = report.facts.externalParticipants
    return addresses.isEmpty ? "nobody" : addresses.map(\.description).joined(separator: ", ")
  }

  private var verdict: String {
    let verdict = report.verdict
    var text = verdict.kind.rawValue + ": " + verdict.explanation
    if let rule = verdict.rule { text += " (rule '\(rule)')" }
    if let code = verdict.code { text += " (\(code.name), \(code.rawValue))" }
    return text
  }
}

extension Ownership.Reason {
  /// The reason after the owner's name.
  var words: String {
    switch self {
    case .answeredCopy: "who owns the mail that it answers"
    case .senderRecord: "who owns the sender's record"
    case .firstRecipient: "the first recipient who is a user"
    case .sender: "who wrote it"
    case .mailbox: "the owner of the mailbox"
    case .organization: "whom the organization names"
    }
  }
}
