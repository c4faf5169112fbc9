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
      time, question.sender?.description, recipients.joined(separator: ", "), question.subject,
      code.rawValue,
    ])
  }

  /// Takes away the refused questions that name an address.
  ///
  /// - Returns: How many there are; they stay where `isDryRun`.
  static func remove(naming address: AddrSpec, isDryRun: Bool, in db: Database) throws -> Int {
    let rows = try Row.fetchAll(db, sql: "SELECT id, sender, recipients FROM refused_question")
    let named = rows.filter { row in
      let sender: String? = row[1]
      let recipients: String = row[2]
      let all = [sender].compactMap { $0 } + recipients.split(separator: ", ").map(String.init)
      return all.contains { AddrSpec($0) == address }
    }
    guard !isDryRun else { return named.count }
    for row in named {
      try db.execute(sql: "DELETE FROM refused_question WHERE id = ?", arguments: [row[0] as Int64])
    }
    return named.count
  }
}
