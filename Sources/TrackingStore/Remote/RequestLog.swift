import Foundation
import GRDB
import Tracking

/// The requests that were sent to an organization elsewhere: they go when the copy goes, or the question
/// that was refused.
enum RequestLog {
  /// What requests were sent about.
  enum Subject {
    /// A copy, by its id there.
    case copy(String)
    /// A question that was refused.
    case refusal(Int64)
  }

  /// Whether the store has a place for them: not where no organization elsewhere used it since there is one.
  static func isKept(in db: Database) throws -> Bool {
    try Int.fetchOne(
      db.cachedStatement(
        sql: "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'remote_request'"))
      != nil
  }

  /// Keeps requests, unless there are too many of the copy by now.
  static func insert(_ requests: [SentRequest], of subject: Subject, in db: Database) throws {
    guard !requests.isEmpty, try isKept(in: db) else { return }
    var room = SentRequest.most
    var (copy, refusal): (String?, Int64?) = (nil, nil)
    switch subject {
    case .copy(let id):
      copy = id
      room -=
        try Int.fetchOne(
          db.cachedStatement(sql: "SELECT count(*) FROM remote_request WHERE copy = ?"),
          arguments: [id]) ?? 0
    case .refusal(let id): refusal = id
    }
    let statement = try db.cachedStatement(
      sql: """
        INSERT INTO remote_request (
            copy, refusal, sent_at, is_part, method, path, fields, body, left_out, status)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """)
    for request in requests.prefix(max(0, room)) {
      // No field holds a line end: none could be sent.
      let fields = request.fields.map { "\($0.name): \($0.value)" }.joined(separator: "\n")
      try statement.execute(arguments: [
        copy, refusal, request.sentAt, request.isPart, request.method, request.path, fields,
        request.body.map { Data($0) }, request.left, request.status,
      ])
    }
  }

  /// Takes away those of a copy.
  static func remove(of copy: CopyID, in db: Database) throws {
    guard try isKept(in: db) else { return }
    try db.cachedStatement(
      sql: "DELETE FROM remote_request WHERE copy IN (SELECT id FROM remote_copy WHERE copy = ?)"
    ).execute(arguments: [copy])
  }

  /// Takes away those of a copy that was not handed over.
  static func remove(ofPending id: String, in db: Database) throws {
    guard try isKept(in: db) else { return }
    try db.execute(sql: "DELETE FROM remote_request WHERE copy = ?", arguments: [id])
  }

  /// Takes away those whose copy or question is gone.
  static func removeGone(in db: Database) throws {
    guard try isKept(in: db) else { return }
    try db.execute(
      sql: """
        DELETE FROM remote_request WHERE copy IS NOT NULL AND copy NOT IN (SELECT id FROM remote_copy)
        """)
    try db.execute(
      sql: """
        DELETE FROM remote_request
          WHERE refusal IS NOT NULL AND refusal NOT IN (SELECT id FROM refused_question)
        """)
  }
}

extension Store {
  /// Keeps what was sent for a copy that was accepted and is not handed over yet.
  ///
  /// - Throws: `StoreError`.
  package func note(_ requests: [SentRequest], ofPending id: String) throws {
    guard !requests.isEmpty else { return }
    try write { db in
      let isPending = try Int.fetchOne(
        db, sql: "SELECT 1 FROM remote_copy WHERE id = ? AND state = 'pending'", arguments: [id])
      if isPending != nil { try RequestLog.insert(requests, of: .copy(id), in: db) }
    }
  }

  /// Keeps a question that an organization elsewhere refused, and what was sent for it.
  ///
  /// - Throws: `StoreError`.
  package func noteRefusal(
    of question: Question, _ code: ReasonCode, at time: Int64, by requests: [SentRequest]
  ) throws {
    try write { db in
      try QuestionLog.insert(question, code, at: time, in: db)
      try RequestLog.insert(requests, of: .refusal(db.lastInsertedRowID), in: db)
    }
  }

  /// What was sent for a question to an organization elsewhere, and for the copy that came of it.
  ///
  /// - Throws: `StoreError`.
  package func requests(of question: LoggedQuestion) throws -> [SentRequest] {
    try read { db in
      guard try RequestLog.isKept(in: db) else { return [] }
      let columns = "sent_at, is_part, method, path, fields, body, left_out, status"
      return try Row.fetchAll(
        db.cachedStatement(
          sql: """
            SELECT id, \(columns) FROM remote_request
              WHERE copy IN (SELECT id FROM remote_copy WHERE copy = ?1)
            UNION ALL SELECT id, \(columns) FROM remote_request WHERE refusal = ?2 ORDER BY id
            """), arguments: [question.mail, question.refusal]
      ).map { row in
        let fields = (row["fields"] as String).split(separator: "\n").compactMap { line in
          line.range(of: ": ").map {
            SentRequest.Field(
              name: String(line[..<$0.lowerBound]), value: String(line[$0.upperBound...]))
          }
        }
        var request = SentRequest(
          sentAt: row["sent_at"], isPart: row["is_part"], method: row["method"], path: row["path"],
          fields: fields, body: (row["body"] as Data?).map { Array($0) }, status: row["status"])
        request.left = row["left_out"]
        return request
      }
    }
  }
}
