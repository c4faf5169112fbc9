import GRDB
import Tracking

extension StoreError {
  /// Makes an error of one of SQLite's; its SQL and its arguments are left out, they could hold
  /// parts of a message.
  init(_ error: DatabaseError) {
    let kind: Kind =
      switch error.resultCode {
      // PROTOCOL: a write-ahead log that others never let go of.
      case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_PROTOCOL: .locked
      case .SQLITE_FULL: .full
      case .SQLITE_READONLY: .readOnly
      case .SQLITE_CORRUPT: .damaged
      case .SQLITE_NOTADB: .notAStore
      case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH: .permission
      case .SQLITE_IOERR: .inputOutput
      case .SQLITE_NOMEM: .memory
      default: .unexpected
      }
    self.init(kind, detail: "SQLite \(error.extendedResultCode.rawValue)")
  }

  /// Turns what SQLite throws into a store's error and lets others pass.
  static func translating<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as DatabaseError {
      throw StoreError(error)
    }
  }
}
