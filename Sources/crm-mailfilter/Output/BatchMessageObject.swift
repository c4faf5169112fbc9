import MailPipeline

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
