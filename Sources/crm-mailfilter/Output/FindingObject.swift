import TrackingStore

/// A finding of `verify --json`.
struct FindingObject: Encodable {
  let schema = JSONOutput.schema
  let kind = "finding"
  let organization: String?
  let area: String
  let problem: String
  let remedy: String
  let isMended: Bool

  private enum CodingKeys: String, CodingKey {
    case schema, kind, organization, area, problem, remedy
    case isMended = "mended"
  }

  init(_ finding: Finding, organization: String?, isMended: Bool) {
    self.organization = organization
    area = finding.area.rawValue
    problem = finding.problem
    remedy = finding.remedy
    self.isMended = isMended
  }
}
