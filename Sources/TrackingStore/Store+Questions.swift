import GRDB
import Tracking

extension Store {
  /// The questions that were put to the organization, the newest first.
  ///
  /// - Parameter limit: The most that are returned.
  /// - Returns: Those of tracked mail, and of refused mail where the organization keeps them.
  /// - Throws: `StoreError`.
  public func questions(limit: Int) throws -> [LoggedQuestion] {
    try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT id AS mail, tracked_at AS asked_at, sender_address AS sender,
              (SELECT group_concat(address, char(10)) FROM participant
                WHERE participant.copy = copy.id AND participant.role <> 'from') AS recipients,
              subject, 1 AS is_accepted, reason_code AS code
            FROM copy
          UNION ALL
          SELECT NULL, asked_at, sender, recipients, subject, 0, code FROM refused_question
          ORDER BY asked_at DESC, mail DESC LIMIT ?
          """, arguments: [limit]
      ).map { row in
        let mail: Int64? = row["mail"]
        let code: Int? = row["code"]
        return LoggedQuestion(
          mail: mail.map { CopyID($0) }, askedAt: row["asked_at"], sender: row["sender"],
          recipients: (row["recipients"] as String?)?.split(separator: "\n").map(String.init) ?? [],
          subject: row["subject"], isAccepted: row["is_accepted"],
          code: code.flatMap(ReasonCode.init(rawValue:)))
      }
    }
  }
}
