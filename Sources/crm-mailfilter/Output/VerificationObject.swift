/// The last line of `verify --json`.
struct VerificationObject: Encodable {
  let schema = JSONOutput.schema
  let kind = "summary"
  let organizations: Int
  let copies: Int
  let waiting: Int
  let findings: Int
  let mended: Int
  let unbound: [String]
}
