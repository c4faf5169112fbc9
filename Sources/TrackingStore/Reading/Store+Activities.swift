import Foundation
import GRDB
import Tracking

extension Store {
  /// What a copy needs to become an activity; `nil` where there is no such copy.
  ///
  /// - Throws: `StoreError`.
  package func activity(of id: CopyID) throws -> TrackedActivity? {
    try read { db in
      let row = try Row.fetchOne(
        db.cachedStatement(
          sql: """
            SELECT copy.key, copy.direction, copy.token, copy.thread_index, copy.is_subject_changed,
                user.address, answered.key, answered.direction
              FROM copy LEFT JOIN user ON user.id = copy.accepting_user
                LEFT JOIN copy AS answered ON answered.id = copy.answers
              WHERE copy.id = ?
            """),
        arguments: [id])
      return row.map { row in
        let key: Data = row[0]
        let threadIndex: Data? = row[3]
        let answeredKey: Data? = row[6]
        let answeredDirection: String? = row[7]
        return TrackedActivity(
          id: TrackedActivity.id(key: Array(key), direction: row[1]),
          answers: answeredKey.flatMap { key in
            answeredDirection.map { TrackedActivity.id(key: Array(key), direction: $0) }
          },
          token: row[2], threadIndex: threadIndex.map(Array.init), isSubjectChanged: row[4],
          acceptingUser: row[5])
      }
    }
  }
}
