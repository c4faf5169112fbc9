import CSystem
import GRDB
import InternetMessage
import Tracking

/// Statements that each message runs, without what GRDB does for each run: values go to SQLite as they
/// are, in no array and no box, and rows are looked at where they stand.
extension Database {
  /// Runs a statement that changes something.
  ///
  /// - Parameters:
  ///   - sql: The statement; it stays prepared.
  ///   - bind: Gives all of its values, in their order.
  /// - Throws: `DatabaseError`; what the closure throws.
  func run(_ sql: String, _ bind: (inout StatementValues) throws -> Void) throws {
    try forEachRow(sql, bind) { _ in false }
  }

  /// Runs a statement that asks for something.
  ///
  /// - Parameters:
  ///   - sql: The statement; it stays prepared. It must not be asked again before this returns.
  ///   - bind: Gives all of its values, in their order.
  ///   - body: Looks at a row; whether another one is wanted.
  /// - Throws: `DatabaseError`; what the closures throw.
  func forEachRow(
    _ sql: String, _ bind: (inout StatementValues) throws -> Void,
    _ body: (StatementRow) throws -> Bool
  ) throws {
    let statement = UnsafeMutableRawPointer(try cachedStatement(sql: sql).sqliteStatement)
    defer { csystem_reset(statement) }
    var values = StatementValues(statement)
    try bind(&values)
    var result = values.result
    if result == 0 {
      var isWanted = true
      while isWanted {
        result = csystem_step(statement)
        isWanted = try result == Self.row && body(StatementRow(statement))
      }
    }
    guard result != Self.row, result != Self.done else { return }
    // Neither the statement's text nor its values: they could hold parts of a message.
    throw DatabaseError(resultCode: ResultCode(rawValue: result), message: lastErrorMessage)
  }

  /// Whether a statement finds anything.
  func findsAny(
    _ sql: String, _ bind: (inout StatementValues) throws -> Void
  ) throws -> Bool {
    var isFound = false
    try forEachRow(sql, bind) { _ in
      isFound = true
      return false
    }
    return isFound
  }

  /// SQLITE_ROW.
  private static var row: Int32 { 100 }
  /// SQLITE_DONE.
  private static var done: Int32 { 101 }
}

/// The values of a statement, given one after the other.
struct StatementValues {
  private let statement: UnsafeMutableRawPointer
  private var parameter: Int32 = 0
  /// The first result code that was none of success.
  private(set) var result: Int32 = 0

  init(_ statement: UnsafeMutableRawPointer) { self.statement = statement }

  private mutating func note(_ code: Int32) { if result == 0 { result = code } }

  mutating func add(_ value: Int64?) {
    parameter += 1
    guard let value else { return note(csystem_bind_null(statement, parameter)) }
    note(csystem_bind_integer(statement, parameter, value))
  }

  mutating func add(_ value: Int?) { add(value.map(Int64.init)) }

  mutating func add(_ value: Bool?) { add(value.map { $0 ? Int64(1) : 0 }) }

  mutating func add(_ key: (some OrganizationKey)?) { add(key?.rawValue) }

  mutating func add(_ text: String?) {
    parameter += 1
    guard var text else { return note(csystem_bind_null(statement, parameter)) }
    // A NUL ends it, as it does where GRDB binds what is looked for.
    note(text.withUTF8 { csystem_bind_text(statement, parameter, $0.baseAddress, $0.count) })
  }

  mutating func add(bytes: [UInt8]?) {
    guard let bytes else {
      parameter += 1
      return note(csystem_bind_null(statement, parameter))
    }
    bytes.withUnsafeBytes { add($0, isKept: false) }
  }

  /// Gives bytes; those that are kept must stay where they are until the statement has run.
  mutating func add(_ bytes: UnsafeRawBufferPointer, isKept: Bool) {
    parameter += 1
    note(
      csystem_bind_bytes(statement, parameter, bytes.baseAddress, bytes.count, isKept ? 1 : 0))
  }
}

/// A row, only as long as it is looked at.
struct StatementRow {
  private let statement: UnsafeMutableRawPointer

  init(_ statement: UnsafeMutableRawPointer) { self.statement = statement }

  /// An integer; 0 for a null.
  func integer(_ column: Int32) -> Int64 { csystem_column_integer(statement, column) }

  /// An integer; `nil` for a null.
  func integerOrNil(_ column: Int32) -> Int64? {
    csystem_column_is_null(statement, column) != 0 ? nil : integer(column)
  }

  /// A text; `nil` for a null.
  func text(_ column: Int32) -> String? {
    var count = 0
    guard let bytes = csystem_column_text(statement, column, &count) else { return nil }
    return String(decoding: UnsafeRawBufferPointer(start: bytes, count: count), as: UTF8.self)
  }
}
