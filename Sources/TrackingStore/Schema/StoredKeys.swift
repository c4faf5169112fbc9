import GRDB
import Tracking

/// Keys stand in columns and in the parameters of statements as their numbers.
extension DatabaseValueConvertible where Self: OrganizationKey {
  package var databaseValue: DatabaseValue { rawValue.databaseValue }

  package static func fromDatabaseValue(_ value: DatabaseValue) -> Self? {
    Int64.fromDatabaseValue(value).map { Self($0) }
  }
}

extension StatementColumnConvertible where Self: OrganizationKey {
  package init?(sqliteStatement: SQLiteStatement, index: CInt) {
    self.init(Int64(sqliteStatement: sqliteStatement, index: index))
  }
}

extension CopyID: DatabaseValueConvertible, StatementColumnConvertible {
  /// The key of the first chunk of the copy's stored content; the others follow it.
  var firstChunk: Int64 { rawValue * CopyWriter.chunksPerCopy }
}

extension UserID: DatabaseValueConvertible, StatementColumnConvertible {}
extension ConversationID: DatabaseValueConvertible, StatementColumnConvertible {}
extension RecordID: DatabaseValueConvertible, StatementColumnConvertible {}
