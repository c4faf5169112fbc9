import CSystem
import GRDB
import Glibc

/// One organization's store: a SQLite file.
///
/// Writes are durable when they return (`synchronous = FULL`). The connection stays open until the
/// process ends: closing it would cost a checkpoint and change nothing.
public final class Store {
  /// How a store is opened.
  public struct Configuration: Sendable {
    /// The file; absolute.
    public var path: String
    /// Whether the file is made where there is none.
    public var createsFile: Bool
    /// By when all waiting must be over.
    public var deadline: Deadline

    /// Makes a configuration.
    public init(path: String, createsFile: Bool, deadline: Deadline) {
      self.path = path
      self.createsFile = createsFile
      self.deadline = deadline
    }
  }

  /// Beyond so many bytes the write-ahead log is brought into the store and emptied.
  public static let largestLog = 256 << 10

  private let queue: DatabaseQueue
  private let lock: WritersLock?
  private let logPath: String?
  private let deadline: Deadline

  /// Opens a store, makes it at its first use, and brings an older one to this version.
  ///
  /// - Throws: `StoreError`.
  public init(_ configuration: Configuration) throws {
    let deadline = configuration.deadline
    self.deadline = deadline
    let path = configuration.path
    let lock = WritersLock(path: path + ".lock")
    self.lock = lock
    logPath = path + "-wal"
    let isNew: Bool
    if configuration.createsFile {
      isNew = try StoreFile.create(path)
    } else {
      var status = stat()
      guard stat(path, &status) == 0 else {
        throw StoreError(systemError: errno, while: "looking for it")
      }
      guard status.st_mode & S_IFMT == S_IFREG else {
        throw StoreError(.notAStore, detail: "not a regular file")
      }
      isNew = status.st_size == 0
    }
    queue = try StoreError.translating {
      // Two that make a store at once would meet in the change to write-ahead logging.
      isNew
        ? try lock.whileHeld(deadline) { try Self.open(path, deadline: deadline) }
        : try Self.open(path, deadline: deadline)
    }
    let version = try StoreError.translating {
      try queue.unsafeRead { db in
        (
          try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0,
          try Int.fetchOne(db, sql: "PRAGMA application_id") ?? 0
        )
      }
    }
    try prepare(version: version.0, applicationID: version.1, lock: lock)
  }

  /// A store in memory, for a look at what would happen.
  ///
  /// - Throws: `StoreError`.
  public init(inMemoryUntil deadline: Deadline) throws {
    self.deadline = deadline
    lock = nil
    logPath = nil
    queue = try StoreError.translating {
      let queue = try DatabaseQueue()
      try StoreSchema.migrate(queue)
      return queue
    }
  }

  private static func open(_ path: String, deadline: Deadline) throws -> DatabaseQueue {
    var configuration = GRDB.Configuration()
    // Its pragma would cost a statement; the tables are written by this module alone.
    configuration.foreignKeysEnabled = false
    configuration.busyMode = .timeout(Double(max(1, deadline.remainingMilliseconds)) / 1000)
    configuration.prepareDatabase { db in
      guard csystem_configure_database(UnsafeMutableRawPointer(db.sqliteConnection)) == 0 else {
        throw StoreError(.unexpected, detail: "sqlite3_db_config")
      }
      // GRDB's own setting of the journal mode would lower `synchronous` to NORMAL.
      try db.execute(
        sql: """
          PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0;
          PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY
          """)
    }
    return try DatabaseQueue(path: path, configuration: configuration)
  }

  private func prepare(version: Int, applicationID: Int, lock: WritersLock) throws {
    if version == StoreSchema.version, applicationID == StoreSchema.applicationID { return }
    guard applicationID == StoreSchema.applicationID || (version == 0 && applicationID == 0) else {
      throw StoreError(.notAStore, detail: "a database of another program")
    }
    guard version <= StoreSchema.version else { throw StoreError(.newerVersion) }
    try StoreError.translating {
      try lock.whileHeld(deadline) {
        let tables = try queue.unsafeRead { db in
          try Int.fetchOne(
            db,
            sql: "SELECT count(*) FROM sqlite_master WHERE name NOT LIKE 'grdb\\_%' ESCAPE '\\'")
        }
        let isOurs = try queue.unsafeRead { db in
          try Int.fetchOne(db, sql: "PRAGMA application_id") == StoreSchema.applicationID
        }
        guard isOurs || tables == 0 else {
          throw StoreError(.notAStore, detail: "a database of another program")
        }
        try StoreSchema.migrate(queue)
      }
    }
  }

  /// Reads.
  ///
  /// - Throws: `StoreError`; what the body throws.
  func read<Result>(_ body: (Database) throws -> Result) throws -> Result {
    try StoreError.translating { try queue.unsafeRead(body) }
  }

  /// Reads a state in which nothing changes meanwhile.
  ///
  /// - Throws: `StoreError`; what the body throws.
  func readConsistently<Result>(_ body: (Database) throws -> Result) throws -> Result {
    try StoreError.translating { try queue.read(body) }
  }

  /// Writes in one transaction, durably, when it is this one's turn.
  ///
  /// - Throws: `StoreError`; what the body throws, and then nothing was written.
  func write<Result>(_ body: (Database) throws -> Result) throws -> Result {
    try StoreError.translating {
      guard let lock else { return try transaction(body) }
      return try lock.whileHeld(deadline) {
        let result = try transaction(body)
        emptyLog()
        return result
      }
    }
  }

  private func transaction<Result>(_ body: (Database) throws -> Result) throws -> Result {
    try queue.writeWithoutTransaction { db in
      var result: Result?
      try db.inTransaction(.immediate) {
        result = try body(db)
        return .commit
      }
      guard let result else { throw StoreError(.unexpected, detail: "a transaction that ended") }
      return result
    }
  }

  /// Brings a long write-ahead log into the store.
  ///
  /// A reader at work may hinder it: the next writer tries again.
  private func emptyLog() {
    guard let logPath, StoreFile.size(logPath) > Self.largestLog else { return }
    try? queue.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA busy_timeout = 0")
      _ = try? db.checkpoint(.truncate)
      try db.execute(sql: "PRAGMA busy_timeout = \(max(1, deadline.remainingMilliseconds))")
    }
  }
}
