import InternetMessage
import Tracking

/// Users and records of a test.
struct SmallDirectory: Directory {
  var users: [OrganizationUser] = []
  var matches: [String: [RecordMatch]] = [:]

  func users(havingAddress address: AddrSpec) -> [OrganizationUser] {
    users.filter { $0.addresses.contains(address) }
  }

  func records(matching address: AddrSpec, limit: Int) -> [RecordMatch] {
    Array((matches[address.comparisonKey] ?? []).prefix(limit))
  }
}

/// An address of a test.
func address(_ text: String) -> AddrSpec {
  let parts = text.split(separator: "@")
  return AddrSpec(localPart: String(parts[0]), domain: String(parts[1]))
}
