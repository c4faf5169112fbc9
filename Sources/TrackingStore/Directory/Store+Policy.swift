import GRDB
import Tracking

extension Store {
  /// The organization's policy.
  ///
  /// - Throws: `StoreError`.
  package func policy() throws -> OrganizationPolicy {
    try read { try policy(in: $0) }
  }

  /// Changes one setting.
  ///
  /// - Throws: `StoreError`; `PolicySettingError`.
  package func setPolicy(_ name: String, to value: String) throws {
    let setting = try PolicySetting.named(name)
    try write { db in
      var policy = try Self.policy(in: db)
      try setting.set(value, in: &policy)
      try db.execute(
        sql: "INSERT INTO policy VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2",
        arguments: [name, setting.value(in: policy)])
    }
  }

  static func policy(in db: Database) throws -> OrganizationPolicy {
    var policy = OrganizationPolicy()
    try db.forEachRow("SELECT name, value FROM policy") { _ in
    } _: { row in
      let name = row.text(0) ?? ""
      do {
        try PolicySetting.named(name).set(row.text(1) ?? "", in: &policy)
      } catch {
        throw StoreError(.damaged, detail: "the policy setting '\(name)'")
      }
      return true
    }
    return policy
  }
}
