import Tracking

/// The schema `crm` of an organization in PostgreSQL, by versions.
///
/// A version's tables are a script that is never changed; what can be replaced (functions, policies,
/// privileges) is one for all versions, and is carried out whenever the schema is brought to this one. So
/// no login holds a function of another version than its tables.
package enum PostgreSQLSchema {
  /// The version that this program makes and knows.
  package static let version = migrations.count

  /// The oldest server that is promised to serve, as PostgreSQL counts.
  package static let oldestServer = 15_00_00

  /// The roles without a login: the owner of all of it, and the groups of those who are let in.
  ///
  /// Each has what the groups behind it have.
  package static let roles: [(name: String, groups: [String])] = [
    ("crm_owner", []), ("crm_reader", []), ("crm_member", ["crm_reader"]),
    ("crm_administrator", ["crm_member"]), ("crm_host", []),
  ]

  /// What makes each version of the one before it.
  static let migrations = [PostgreSQLTables.version1]

  /// What holds at this version, whatever was there before.
  static var definitions: [String] {
    [
      PostgreSQLDecision.script, PostgreSQLDelivery.script, PostgreSQLDirectory.script,
      PostgreSQLMoving.script, PostgreSQLPolicies.script, privileges, settings,
    ]
  }

  /// What every login of a group may call; what is not named here only functions call.
  static let callable: [(group: String, functions: [String])] = [
    (
      "crm_reader, crm_host",
      [
        "me()", "acting()", "may(text)", "directory()", "changes(text, int)",
        "withdraw(uuid, text)",
      ]
    ),
    (
      "crm_reader",
      [
        "copies(uuid[])", "read_content(uuid)", "content(uuid, int)", "first_record(jsonb)",
        "records(text, text, text, int)", "outsiders()", "without_record(jsonb)",
        "change_user(jsonb)", "regard(uuid, text, text)",
      ]
    ),
    (
      "crm_member, crm_host",
      [
        "decide(jsonb, bool)", "deliver(uuid, uuid, jsonb, bytea)", "append(uuid, int, bytea)",
        "settle(uuid[])",
      ]
    ),
    (
      "crm_administrator",
      [
        "set_policy(text, text, jsonb)", "add_user(jsonb)", "remove_user(bigint)",
        "set_host(text, bool)", "set_records(jsonb)", "change_record(text, text, jsonb)",
        "merge_record(text, text, text, text)", "convert_record(text, text, text, text)",
        "rename_records(jsonb)", "remove_record(text, text)", "count_of_new(jsonb)",
        "forget(jsonb, bool)", "prune(bigint, text, text, text, int, bool)",
        "set_companies(jsonb)", "settle_companies(jsonb)", "companies()",
        "take_copies(jsonb)", "take_records(jsonb)", "tombstones(text, int)",
        "take_tombstones(text, jsonb)",
      ]
    ),
  ]

  /// The groups that may call a function, as they stand in the list; `nil` where only functions call it.
  static func groups(of function: String) -> String? {
    callable.first { entry in entry.functions.contains { $0.hasPrefix(function + "(") } }?.group
  }

  private static var privileges: String {
    var lines = [
      "REVOKE ALL ON SCHEMA crm FROM PUBLIC;",
      "GRANT USAGE ON SCHEMA crm TO crm_reader, crm_host;",
      "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA crm FROM PUBLIC, crm_reader, crm_member, "
        + "crm_administrator, crm_host;",
    ]
    for (group, functions) in callable {
      for function in functions {
        lines.append("GRANT EXECUTE ON FUNCTION crm.\(function) TO \(group);")
      }
    }
    return lines.joined(separator: "\n")
  }

  /// The settings that the organization has not yet, with what holds where nobody settled anything.
  private static var settings: String {
    let policy = OrganizationPolicy()
    return PolicySetting.all.map { setting in
      "INSERT INTO crm.policy VALUES ('\(setting.name)', '\(setting.value(in: policy))') "
        + "ON CONFLICT DO NOTHING;"
    }.joined(separator: "\n")
  }
}
