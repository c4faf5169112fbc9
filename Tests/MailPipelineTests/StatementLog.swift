import Synchronization

/// The SQL that a connection ran.
final class StatementLog: Sendable {
  private let found = Mutex(Set<String>())

  /// The statements, each once; without those that bound a transaction or set something.
  var statements: Set<String> {
    found.withLock { found in
      found.filter { sql in
        !["BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PRAGMA"].contains {
          sql.hasPrefix($0)
        }
      }
    }
  }

  func add(_ sql: String) { found.withLock { _ = $0.insert(sql) } }
}
