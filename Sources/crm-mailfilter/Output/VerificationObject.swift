import TrackingStore

/// The last line of `verify --json`.
struct VerificationObject: Encodable {
  let schema = JSONOutput.schema
  let kind = "summary"
  let organizations: Int
  let copies: Int
  let waiting: Int
  let findings: Int
  let repaired: Int
  let unbound: [String]
  let missing: [String]
  let rules: [String]

  private enum CodingKeys: String, CodingKey {
    case schema, kind, organizations, copies, waiting, findings, unbound, missing, rules
    case repaired = "mended"
  }
}

/// A finding of `verify --json`.
struct FindingObject: Encodable {
  let schema = JSONOutput.schema
  let kind = "finding"
  let organization: String?
  let area: String
  let problem: String
  let remedy: String
  let isRepaired: Bool

  private enum CodingKeys: String, CodingKey {
    case schema, kind, organization, area, problem, remedy
    case isRepaired = "mended"
  }

  init(_ finding: Finding, organization: String?, isRepaired: Bool) {
    self.organization = organization
    area = finding.area.rawValue
    problem = finding.problem
    remedy = finding.remedy
    self.isRepaired = isRepaired
  }
}
