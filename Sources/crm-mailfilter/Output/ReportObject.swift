import InternetMessage
import MailPipeline
import Tracking

/// What `explain --json` prints.
struct ReportObject: Encodable {
  let report: Report

  private enum CodingKeys: String, CodingKey {
    case schema, message, sender, direction, mailbox, notes, rules, answers, remarks, verdict,
      reason, code, rule, organization, explanation, owner, copy
    case externalParticipants = "external_participants"
    case ownerReason = "owner_reason"
  }

  private struct NoteObject: Encodable {
    let kind: String
    let field: String?
  }

  private struct RuleObject: Encodable {
    let number: Int
    let name: String
    let matches: Bool
    let reason: String
  }

  private struct AnswerObject: Encodable {
    let copy: Int64
    let method: String
    let code: Int
  }

  func encode(to encoder: any Encoder) throws {
    let facts = report.facts
    let verdict = report.verdict
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(JSONOutput.schema, forKey: .schema)
    try container.encode(MessageObject(facts.header), forKey: .message)
    try container.encode(facts.sender?.address.description, forKey: .sender)
    try container.encode(facts.direction.rawValue, forKey: .direction)
    try container.encode(report.isOthers ? nil : facts.mailbox.owner.description, forKey: .mailbox)
    try container.encode(
      facts.externalParticipants.map(\.description), forKey: .externalParticipants)
    try container.encode(
      facts.header.notes.map { NoteObject(kind: $0.kind.rawValue, field: $0.field) }, forKey: .notes
    )
    try container.encode(
      report.rules.map {
        RuleObject(number: $0.number, name: $0.name, matches: $0.isMatch, reason: $0.reason)
      }, forKey: .rules)
    try container.encode(
      report.correlation?.correlation.map {
        AnswerObject(
          copy: $0.copy.rawValue, method: $0.method.rawValue, code: $0.method.code)
      }, forKey: .answers)
    try container.encode(report.remarks + (report.correlation?.remarks ?? []), forKey: .remarks)
    try container.encode(verdict.kind.rawValue, forKey: .verdict)
    try container.encode(verdict.reason, forKey: .reason)
    try container.encode(verdict.code?.rawValue, forKey: .code)
    try container.encode(verdict.rule, forKey: .rule)
    try container.encode(verdict.organization, forKey: .organization)
    try container.encode(verdict.explanation, forKey: .explanation)
    try container.encode(verdict.owner, forKey: .owner)
    try container.encode(verdict.ownership?.reason.rawValue, forKey: .ownerReason)
    try container.encode(verdict.copy?.rawValue, forKey: .copy)
  }
}
