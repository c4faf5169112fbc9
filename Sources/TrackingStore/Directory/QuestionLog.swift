import GRDB
import InternetMessage
import Tracking

/// What left this side: of tracked mail the copies tell it, of refused mail a table does.
enum QuestionLog {
  /// Keeps a refused question.
  static func insert(
    _ question: Question, _ code: ReasonCode, at time: Int64, in db: Database
  ) throws {
    let recipients = (question.to + question.cc + question.bcc).map(\.description)
    try db.cachedStatement(
      sql: """
        INSERT INTO refused_question (asked_at, sender, recipients, subject, code)
          VALUES (?, ?, ?, ?, ?)
        """
    ).execute(arguments: [
      // An address may hold a comma, but no line end.
      time, question.sender?.description, recipients.joined(separator: "\n"), question.subject,
      code.rawValue,
    ])
  }

  /// Takes away the refused questions that name an address.
  ///
  /// - Returns: How many there are; they stay where `isDryRun`.
  static func remove(naming address: AddrSpec, isDryRun: Bool, in db: Database) throws -> Int {
    let rows = try Row.fetchCursor(db, sql: "SELECT id, sender, recipients FROM refused_question")
    var named: [Int64] = []
    while let row = try rows.next() {
      let sender: String? = row[1]
      let recipients: String = row[2]
      let all = [sender].compactMap { $0 } + recipients.split(separator: "\n").map(String.init)
      if all.contains(where: { AddrSpec($0) == address }) { named.append(row[0]) }
    }
    guard !isDryRun else { return named.count }
    for id in named {
      try db.execute(sql: "DELETE FROM refused_question WHERE id = ?", arguments: [id])
    }
    if !named.isEmpty { try RequestLog.removeGone(in: db) }
    return named.count
  }
}

extension Store {
  /// The questions that were put to the organization, the newest first.
  ///
  /// - Parameter limit: The most that are returned.
  /// - Returns: Those of tracked mail, and of refused mail where the organization keeps them.
  /// - Throws: `StoreError`.
  package func questions(limit: Int) throws -> [LoggedQuestion] {
    try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT id AS mail, NULL AS refusal, coalesce(recorded_at, tracked_at) AS asked_at,
              sender_address AS sender,
              (SELECT group_concat(address, char(10)) FROM participant
                WHERE participant.copy = copy.id
                  AND participant.role NOT IN ('from', 'sender')) AS recipients,
              subject, 1 AS is_accepted, reason_code AS code
            FROM copy
          UNION ALL
          SELECT NULL, id, asked_at, sender, recipients, subject, 0, code FROM refused_question
          ORDER BY asked_at DESC, mail DESC LIMIT ?
          """, arguments: [limit]
      ).map { row in
        let mail: CopyID? = row["mail"]
        let code: Int? = row["code"]
        return LoggedQuestion(
          mail: mail, refusal: row["refusal"], askedAt: row["asked_at"], sender: row["sender"],
          recipients: (row["recipients"] as String?)?.split(separator: "\n").map(String.init) ?? [],
          subject: row["subject"], isAccepted: row["is_accepted"],
          code: code.map(ReasonCode.init(rawValue:)))
      }
    }
  }
}
