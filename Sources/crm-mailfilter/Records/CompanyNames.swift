import RecordFiles
import Tracking

/// Accounts by their names, as files name the companies of people.
struct CompanyNames {
  /// By the letters and digits of the name; `nil` where several accounts have it.
  private(set) var records: [String: RecordReference?] = [:]

  /// No accounts.
  init() {}

  /// The accounts of a administration.
  ///
  /// - Throws: `StoreError`.
  init(in administration: any OrganizationAdministration) throws {
    for account in try administration.records(type: "account", limit: Int.max) {
      if let name = account.name { add(name, account.record) }
    }
  }

  /// A name as it is compared: its letters and digits, in lower case and without accents.
  static func key(_ name: String) -> String { TableHeading.key(of: name) }

  /// Adds an account.
  mutating func add(_ name: String, _ record: RecordReference) {
    let key = Self.key(name)
    guard !key.isEmpty else { return }
    if let other = records[key], other != record {
      records[key] = .some(nil)
    } else {
      records[key] = record
    }
  }

  /// Gives records that belong to a company by its name the account that has the name now.
  ///
  /// - Throws: `StoreError`.
  static func settle(in administration: any OrganizationAdministration) throws {
    let companies = try administration.companies()
    guard !companies.isEmpty else { return }
    let accounts = try CompanyNames(in: administration).records
    try administration.settleCompanies(
      companies.compactMap { company in
        guard case let account?? = accounts[company] else { return nil }
        return (company, account)
      })
  }
}
