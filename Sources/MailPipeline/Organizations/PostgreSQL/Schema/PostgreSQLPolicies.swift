/// Who may do what with the tables of an organization in PostgreSQL.
///
/// All writing is done by functions, which belong to `crm_owner`; nobody else may write a row. What may be
/// read is said by policies: who somebody is, is asked once for a statement, in a sub-select, and not for
/// each row (`remote.md`, A3: 17 to 40 times as fast).
enum PostgreSQLPolicies {
  private static let tables = [
    "organization", "policy", "refused_address", "app_user", "user_address", "host", "record",
    "record_address", "record_domain", "record_moved", "conversation", "copy", "content",
    "participant", "attachment", "reference", "delivery", "tombstone", "entry", "change",
    "question_log", "content_read",
  ]

  /// What a login sees of a table; of tables that are not named, nothing.
  private static let readable: [(table: String, condition: String)] = [
    ("policy", "(SELECT crm.acting()) IS NOT NULL"),
    ("refused_address", "(SELECT crm.acting()) IS NOT NULL"),
    ("app_user", "(SELECT crm.acting()) IS NOT NULL"),
    ("user_address", "(SELECT crm.acting()) IS NOT NULL"),
    ("host", "(SELECT crm.may('administer'))"),
    ("record", "(SELECT crm.may('read-organization'))"),
    ("record_address", "(SELECT crm.may('read-organization'))"),
    ("record_domain", "(SELECT crm.may('read-organization'))"),
    ("record_moved", "(SELECT crm.may('read-organization'))"),
    (
      "copy",
      """
      (SELECT crm.may('read-organization'))
        OR ((SELECT crm.may('read-own')) AND (SELECT crm.acting()) = ANY (own_of))
      """
    ),
    (
      "conversation",
      "EXISTS (SELECT FROM crm.copy WHERE copy.conversation = conversation.id)"
    ),
    (
      "content",
      """
      (SELECT crm.may('export')) AND EXISTS (SELECT FROM crm.copy WHERE copy.id = content.copy)
      """
    ),
    ("participant", "EXISTS (SELECT FROM crm.copy WHERE copy.id = participant.copy)"),
    ("attachment", "EXISTS (SELECT FROM crm.copy WHERE copy.id = attachment.copy)"),
    ("reference", "EXISTS (SELECT FROM crm.copy WHERE copy.id = reference.copy)"),
    ("delivery", "EXISTS (SELECT FROM crm.copy WHERE copy.id = delivery.copy)"),
    ("question_log", "(SELECT crm.may('read-organization'))"),
    ("content_read", "(SELECT crm.may('administer'))"),
  ]

  /// The statements.
  static let script: String = {
    var lines: [String] = []
    for table in tables {
      lines += [
        "ALTER TABLE crm.\(table) ENABLE ROW LEVEL SECURITY;",
        "ALTER TABLE crm.\(table) FORCE ROW LEVEL SECURITY;",
        "DROP POLICY IF EXISTS by_functions ON crm.\(table);",
        "CREATE POLICY by_functions ON crm.\(table) TO crm_owner USING (true) WITH CHECK (true);",
        "REVOKE ALL ON crm.\(table) FROM PUBLIC, crm_reader, crm_member, crm_administrator, crm_host;",
      ]
    }
    for (table, condition) in readable {
      lines += [
        "DROP POLICY IF EXISTS reading ON crm.\(table);",
        "CREATE POLICY reading ON crm.\(table) FOR SELECT TO crm_reader USING (\(condition));",
        "GRANT SELECT ON crm.\(table) TO crm_reader;",
      ]
    }
    return lines.joined(separator: "\n")
  }()
}
