import Foundation
import GRDB
import System
import Tracking

extension Store {
  /// What a copy needs to become an activity; `nil` where there is no such copy.
  ///
  /// - Throws: `StoreError`.
  package func activity(of id: CopyID) throws -> StoredActivity? {
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
        return StoredActivity(
          id: StoredActivity.id(key: Array(key), direction: row[1]),
          answers: answeredKey.flatMap { key in
            answeredDirection.map { StoredActivity.id(key: Array(key), direction: $0) }
          },
          token: row[2], threadIndex: threadIndex.map(Array.init), isSubjectChanged: row[4],
          acceptingUser: row[5])
      }
    }
  }
}

/// What of a copy is only needed where it becomes an activity of another system.
package struct StoredActivity: Sendable, Hashable {
  /// A UUID (RFC 9562, version 8) that the message has wherever and however often it is exported.
  package let id: String
  /// The same of the copy that it answers.
  package let answers: String?
  /// The tracking token in its subject.
  package let token: String?
  /// Its Thread-Index.
  package let threadIndex: [UInt8]?
  /// Whether its subject is another than that of what it answers; `nil` where it answers nothing.
  package let isSubjectChanged: Bool?
  /// The user or queue whose filter accepted it.
  package let acceptingUser: String?

  /// The UUID of a key and a direction.
  static func id(key: [UInt8], direction: String) -> String {
    var bytes = Array(SHA256.digest(of: key + Array(direction.utf8)).prefix(16))
    bytes[6] = bytes[6] & 0x0F | 0x80
    bytes[8] = bytes[8] & 0x3F | 0x80
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for (number, byte) in bytes.enumerated() {
      if [4, 6, 8, 10].contains(number) { text.append(UInt8(ascii: "-")) }
      text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
    return String(decoding: text, as: UTF8.self)
  }
}
