import CSystem
import GRDB
import Glibc
import System
import Tracking

/// One organization's store: a SQLite file.
///
/// Writes are durable when they return (`synchronous = FULL`). Most who open one keep it until the process
/// ends: closing it would cost a checkpoint and change nothing.
package final class Store {
  /// How a store is opened.
  package struct Configuration: Sendable {
    /// The file; absolute.
    package var path: String
    /// Whether the file is made where there is none.
    package var createsFile: Bool
    /// By when all waiting must be over.
    package var deadline: Deadline
    /// The Unix group whose members may open it, too; their folder is changed with it.
    package var group: UInt32?

    /// Whether an older store is brought to this version even where that takes long.
    package var migratesLarge = true

    /// Makes a configuration.
    package init(path: String, createsFile: Bool, deadline: Deadline) {
      self.path = path
      self.createsFile = createsFile
      self.deadline = deadline
    }
  }

  /// Beyond so many bytes the write-ahead log is brought into the store and emptied.
  package static let largestLog = 256 << 10

  /// The same while writes are gathered, in pages: meanwhile the log is brought in beside the writes,
  /// and is begun anew only where a write finds all of it brought in.
  static let maxGatheredPages: Int32 = 32_768
  /// How much of a store is held in memory while writes are gathered, in KiB: a transaction, whole.
  static let gatheredMemory = 48_000

  /// The same while syncs are deferred: less is written where more of it is brought in at once.
  static let largestDeferredLog = 4 << 20

  /// SQLite's page, in bytes.
  ///
  /// The making of a store of one page may have been cut short.
  private static let pageSize = 4_096

  private var queue: DatabaseQueue
  /// Whether the store lies where nobody can write.
  package let isOnReadOnlyMedium: Bool
  /// Whether what is written now is for a temporary copy of such a store, and may be lost.
  var writesToCopy = false
  let lock: WritersLock?
  let logPath: String?
  let deadline: Deadline
  /// Whether copies keep the bytes of their messages: all but a sketch do.
  let storesContent: Bool
  /// The transaction in which writes are gathered, while they are.
  private var gathering: Database?
  /// While this store has the turn to write.
  private var turn: WritersLock.Turn?
  /// Whether a write that fails among gathered ones is undone alone.
  private var undoesEach = false
  /// Brings the log into the store beside gathered writes; made with the first of them.
  private var checkpointer: Checkpointer?
  /// Whether a write survives a power cut only after `syncLog`.
  private var defersSync = false
  /// How many pages were in the log after the last gathered writes.
  private let loggedPages = UnsafeMutablePointer<Int32>.allocate(capacity: 1)
  /// What of gathered writes goes into the index of words.
  var gatheredDocuments: [(id: CopyID, document: SearchDocument)] = []
  /// What gathered writes know of the store, and in which of its versions.
  private var cache = (version: Int64(-1), content: StoreCache())

  deinit { loggedPages.deallocate() }

  /// Opens a store, makes it at its first use, and brings an older one to this version.
  ///
  /// - Throws: `StoreError`.
  package init(_ configuration: Configuration) throws {
    let deadline = configuration.deadline
    self.deadline = deadline
    storesContent = true
    let path = configuration.path
    isOnReadOnlyMedium = StoreFile.isOnReadOnlyMedium(path)
    guard !isOnReadOnlyMedium else {
      lock = nil
      logPath = nil
      guard try StoreFile.examine(path) > 0 else { throw StoreError(.missing) }
      queue = try deadline.ofThisTurn.boundWaits {
        try StoreError.translating { try Self.openToRead(path) }
      }
      try deadline.ofThisTurn.boundWaits { try prepareToRead() }
      return
    }
    let lock = WritersLock(path: path + ".lock", store: path)
    self.lock = lock
    logPath = path + "-wal"
    if let group = configuration.group { try StoreFile.share(path, with: group) }
    let size =
      try configuration.createsFile ? StoreFile.create(path) : StoreFile.examine(path)
    guard size > 0 || configuration.createsFile else { throw StoreError(.missing) }
    let opening = deadline.ofThisTurn
    let queue = try opening.boundWaits {
      try StoreError.translating {
        // Two that make a store at once, or finish one whose making was cut short, would meet in the
        // change to write-ahead logging.
        size <= Self.pageSize
          ? try lock.whileHeld(opening) { _ in try Self.open(path) } : try Self.open(path)
      }
    }
    self.queue = queue
    let version = try opening.boundWaits { try Self.version(queue) }
    if version.0 > 0, version.0 < StoreSchema.version, !configuration.migratesLarge,
      version.1 == StoreSchema.applicationID
    {
      let newest = try read { try Int.fetchOne($0, sql: "SELECT max(id) FROM copy") ?? 0 }
      guard newest <= StoreSchema.maxCopiesMigratedInPassing else {
        throw StoreError(.needsMigration)
      }
    }
    try opening.boundWaits {
      try prepare(version: version.0, applicationID: version.1, lock: lock)
    }
    // GRDB asks SQLite what each statement reads, for observers, which there are none; it costs as much as
    // preparing them. Migrations need it.
    queue.unsafeRead { csystem_drop_authorizer(UnsafeMutableRawPointer($0.sqliteConnection)) }
  }

  private static func version(_ queue: DatabaseQueue) throws -> (Int, Int) {
    try StoreError.translating {
      try queue.unsafeRead { db in
        (
          try Int.fetchOne(db.makeStatement(sql: "PRAGMA user_version")) ?? 0,
          try Int.fetchOne(db.makeStatement(sql: "PRAGMA application_id")) ?? 0
        )
      }
    }
  }

  /// Makes ready a store that cannot be written: one of an older version becomes a copy of this one.
  private func prepareToRead() throws {
    let (version, applicationID) = try Self.version(queue)
    guard applicationID == StoreSchema.applicationID else {
      throw StoreError(.notAStore, detail: "a database of another program")
    }
    guard version <= StoreSchema.version else { throw StoreError(.newerVersion) }
    if version < StoreSchema.version { try becomeCopy() }
  }

  /// Goes on with a temporary copy that nobody else sees and that can be written, where the store
  /// itself cannot.
  ///
  /// - Throws: `StoreError`.
  func becomeCopy() throws {
    try StoreError.translating {
      // SQLite's name for a temporary file.
      let copy = try DatabaseQueue(path: "", configuration: Self.keptConfiguration)
      try queue.backup(to: copy)
      try StoreSchema.migrate(copy)
      queue = copy
    }
  }

  /// The name under which SQLite opens a store to read it.
  ///
  /// On a read-only medium it can make neither log nor index of the log. Where no log lies there, nothing
  /// is missed without them.
  private static func nameToRead(_ path: String) -> String {
    guard StoreFile.isOnReadOnlyMedium(path), StoreFile.size(path + "-wal") == 0 else {
      return StoreFile.name(path)
    }
    return StoreFile.uri(path) + "?immutable=1"
  }

  private static func openToRead(_ path: String) throws -> DatabaseQueue {
    var configuration = waitingConfiguration
    configuration.readonly = true
    configuration.prepareDatabase { db in
      csystem_keep_queue()
      guard csystem_configure_database(UnsafeMutableRawPointer(db.sqliteConnection)) == 0 else {
        throw StoreError(.unexpected, detail: "sqlite3_db_config")
      }
    }
    return try DatabaseQueue(path: nameToRead(path), configuration: configuration)
  }

  /// Opens a store to examine it, whatever its version and state: nothing is written.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - deadline: By when all waiting must be over.
  /// - Throws: `StoreError`.
  package init(examining path: String, until deadline: Deadline) throws {
    self.deadline = deadline
    storesContent = true
    lock = nil
    logPath = nil
    isOnReadOnlyMedium = StoreFile.isOnReadOnlyMedium(path)
    queue = try deadline.ofThisTurn.boundWaits {
      try StoreError.translating { try Self.openToRead(path) }
    }
  }

  /// A store in memory, for a look at what would happen.
  ///
  /// - Throws: `StoreError`.
  package init(inMemoryUntil deadline: Deadline) throws {
    self.deadline = deadline
    storesContent = true
    isOnReadOnlyMedium = false
    lock = nil
    logPath = nil
    queue = try StoreError.translating {
      let queue = try DatabaseQueue(configuration: Self.keptConfiguration)
      try StoreSchema.migrate(queue)
      return queue
    }
  }

  /// A sketch of a store, to try out what would happen.
  ///
  /// It has all but the bytes of the messages, in a temporary file that nobody else sees. The store
  /// itself is only read.
  ///
  /// - Parameters:
  ///   - path: The store's file; `nil` for one that is not there yet.
  ///   - deadline: By when all waiting must be over.
  ///   - isMirror: Whether it has what is known of an organization elsewhere, too.
  /// - Throws: `StoreError`.
  package init(
    sketchOf path: String?, until deadline: Deadline, asMirror isMirror: Bool = false
  ) throws {
    self.deadline = deadline
    storesContent = false
    isOnReadOnlyMedium = false
    lock = nil
    logPath = nil
    queue = try deadline.ofThisTurn.boundWaits {
      try StoreError.translating { try Self.sketch(of: path, asMirror: isMirror) }
    }
  }

  private static func sketch(of path: String?, asMirror isMirror: Bool) throws -> DatabaseQueue {
    // SQLite's name for a temporary file.
    let queue = try DatabaseQueue(path: "", configuration: waitingConfiguration)
    try StoreSchema.migrate(queue)
    if isMirror { try queue.write { try $0.execute(sql: mirrorTables) } }
    guard let path else { return queue }
    try queue.writeWithoutTransaction { db in
      try db.execute(sql: "ATTACH ? AS original", arguments: [nameToRead(path)])
      try db.inTransaction {
        let tables = try String.fetchAll(
          db,
          sql: """
            SELECT name FROM main.sqlite_schema WHERE type = 'table'
              AND name NOT IN ('content', 'remote_request', 'grdb_migrations') AND name NOT GLOB 'search_*'
              AND (name NOT GLOB 'sqlite_*' OR name = 'sqlite_sequence')
            """)
        for table in tables {
          try db.execute(sql: "DELETE FROM main.\"\(table)\"")
          try db.execute(
            sql: "INSERT INTO main.\"\(table)\" SELECT * FROM original.\"\(table)\"")
        }
        return .commit
      }
      try db.execute(sql: "DETACH original")
    }
    return queue
  }

  /// GRDB's defaults, and no thread when the database is closed.
  static var keptConfiguration: GRDB.Configuration {
    _ = configuresLibrary
    var configuration = GRDB.Configuration()
    configuration.prepareDatabase { _ in csystem_keep_queue() }
    return configuration
  }

  /// The same for a file that others use: what they hold is waited for until this thread's waiting
  /// ends, however many statements meet it.
  private static var waitingConfiguration: GRDB.Configuration {
    var configuration = keptConfiguration
    // Its pragma would cost a statement; the tables are written by this module alone.
    configuration.foreignKeysEnabled = false
    configuration.busyMode = .callback { csystem_wait_a_little(Int32(clamping: $0)) != 0 }
    return configuration
  }

  // Once, before the library is used.
  private static let configuresLibrary: Void = csystem_configure_sqlite()

  private static func open(_ path: String) throws -> DatabaseQueue {
    var configuration = waitingConfiguration
    configuration.prepareDatabase { db in
      let connection = UnsafeMutableRawPointer(db.sqliteConnection)
      guard csystem_configure_database(connection) == 0 else {
        throw StoreError(.unexpected, detail: "sqlite3_db_config")
      }
      // GRDB's own setting of the journal mode would lower `synchronous` to NORMAL, and its way of
      // executing several statements costs as much as reading a message.
      let result = csystem_execute(
        connection,
        """
        PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0;
        PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY; PRAGMA cell_size_check = ON
        """)
      guard result == 0 else {
        throw DatabaseError(
          resultCode: ResultCode(rawValue: result), message: db.lastErrorMessage)
      }
    }
    return try DatabaseQueue(path: StoreFile.name(path), configuration: configuration)
  }

  private func prepare(version: Int, applicationID: Int, lock: WritersLock) throws {
    if version == StoreSchema.version, applicationID == StoreSchema.applicationID { return }
    guard applicationID == StoreSchema.applicationID || (version == 0 && applicationID == 0) else {
      throw StoreError(.notAStore, detail: "a database of another program")
    }
    guard version <= StoreSchema.version else { throw StoreError(.newerVersion) }
    try StoreError.translating {
      try lock.whileHeld(deadline.ofThisTurn) { _ in
        // A making that was cut short leaves at most the table of migrations, and SQLite's index of
        // it: it is finished here.
        let tables = try queue.unsafeRead { db in
          try Int.fetchOne(
            db,
            sql: "SELECT count(*) FROM sqlite_master WHERE tbl_name NOT LIKE 'grdb\\_%' ESCAPE '\\'"
          )
        }
        let isOurs = try queue.unsafeRead { db in
          try Int.fetchOne(db, sql: "PRAGMA application_id") == StoreSchema.applicationID
        }
        guard isOurs || tables == 0 else {
          throw StoreError(.notAStore, detail: "a database of another program")
        }
        try StoreSchema.migrate(queue)
        // A number that somebody else changed would have it looked through each time.
        try queue.writeWithoutTransaction {
          try $0.execute(sql: "PRAGMA user_version = \(StoreSchema.version)")
        }
      }
    }
  }

  /// Reads.
  ///
  /// - Throws: `StoreError`; what the body throws.
  func read<Result>(_ body: (Database) throws -> Result) throws -> Result {
    try StoreError.translating {
      if let gathering { return try body(gathering) }
      return try deadline.ofThisTurn.boundWaits { try queue.unsafeRead(body) }
    }
  }

  /// Reads several things of one state, in one transaction; also while writes are gathered.
  ///
  /// - Throws: `StoreError`; what the body throws.
  func readAtOnce<Result>(_ body: (Database) throws -> Result) throws -> Result {
    try StoreError.translating {
      if let gathering { return try body(gathering) }
      return try queue.unsafeRead { try Self.transaction("BEGIN", in: $0, body) }
    }
  }

  /// Reads a state in which nothing changes meanwhile.
  ///
  /// - Throws: `StoreError`; what the body throws.
  func readConsistently<Result>(_ body: (Database) throws -> Result) throws -> Result {
    // Not GRDB's `read`: it switches a flag of SQLite before and after, upon which SQLite prepares all
    // statements anew.
    try deadline.ofThisTurn.boundWaits {
      try StoreError.translating {
        try queue.unsafeRead { try Self.transaction("BEGIN", in: $0, body) }
      }
    }
  }

  /// Writes all of it, as it is at one moment, into another database.
  func copyAll(to target: DatabaseQueue) throws {
    try deadline.ofThisTurn.boundWaits { try queue.backup(to: target) }
  }

  /// Makes sure that nothing is taken for written that is gone when this process ends.
  private func requireMedium() throws {
    guard !isOnReadOnlyMedium || writesToCopy else {
      throw StoreError(.readOnly, detail: "a read-only medium")
    }
  }

  /// Writes in one transaction, durably, when it is this one's turn.
  ///
  /// - Throws: `StoreError`; what the body throws, and then nothing was written.
  func write<Result>(_ body: (Database) throws -> Result) throws -> Result {
    try requireMedium()
    return try StoreError.translating {
      if let gathering {
        return try undoesEach ? savepoint(in: gathering, body) : body(gathering)
      }
      guard let lock else { return try transaction(body) }
      return try serve(lock, until: deadline.ofThisTurn) {
        let result = try transaction(body)
        if !defersSync { emptyLog() }
        return result
      }
    }
  }

  /// Makes one transaction of all writes of a body.
  ///
  /// After it the writes survive the end of this process; a power cut they survive after `settle`.
  /// Other writers wait meanwhile, and the first that queued is served next: a body should be
  /// short.
  ///
  /// - Parameters:
  ///   - deadline: How long to wait for the turn.
  ///   - undoesEach: Whether a write that fails is undone alone, which costs each of them. Otherwise
  ///     the body must throw where one failed.
  ///   - body: Reads and writes.
  /// - Returns: What the body returns.
  /// - Throws: `StoreError`; what the body throws, and then nothing was written.
  package func gather<Result>(
    until deadline: Deadline, undoesEach: Bool = true, _ body: () throws -> Result
  ) throws -> Result {
    func run() throws -> Result {
      do {
        return try transaction { db in
          // Others may have written since this connection had the turn last.
          let version = try Int64.fetchOne(db.cachedStatement(sql: "PRAGMA data_version")) ?? -1
          if version != cache.version { cache = (version, StoreCache()) }
          gathering = db
          self.undoesEach = undoesEach
          defer {
            gathering = nil
            gatheredDocuments = []
          }
          let result = try body()
          try indexGathered(in: db)
          return result
        }
      } catch {
        // What was found in it is undone.
        cache = (-1, StoreCache())
        throw error
      }
    }
    try requireMedium()
    return try StoreError.translating {
      guard let lock else { return try run() }
      if checkpointer == nil { try prepareToGather() }
      // Before the turn: nobody waits for it.
      if loggedPages.pointee > Self.maxGatheredPages { awaitEndOfLog() }
      return try serve(lock, until: deadline) {
        let result = try run()
        checkpointer?.start()
        return result
      }
    }
  }

  /// Whether a transaction lasts long while another writer waits: it should end.
  package var isOverdue: Bool { turn?.isOverdue ?? false }

  private func serve<Result>(
    _ lock: WritersLock, until deadline: Deadline, _ body: () throws -> Result
  ) throws -> Result {
    try deadline.boundWaits {
      try lock.whileHeld(deadline) { turn in
        self.turn = turn
        defer { self.turn = nil }
        return try body()
      }
    }
  }

  /// Makes gathered writes survive a power cut, and brings them from the log into the store unless a
  /// reader hinders it.
  ///
  /// - Throws: `StoreError`.
  package func settle() throws {
    guard let lock, checkpointer != nil else { return }
    try StoreError.translating {
      // Whatever it is at comes first.
      awaitEndOfLog()
      try lock.whileHeld(deadline.ofThisTurn) { _ in
        emptyLog(largest: 0)
        guard let logPath, StoreFile.size(logPath) > 0 else { return }
        try StoreFile.sync(logPath)
      }
    }
  }

  /// Has writes survive the end of this process alone, and a power cut when `syncLog` returns; or, as
  /// always else, a power cut when they return.
  ///
  /// Each is a transaction of its own as before, seen by everybody at once; what a power cut takes are the
  /// newest.
  ///
  /// - Throws: `StoreError`.
  package func deferSync(_ defers: Bool) throws {
    guard lock != nil, defers != defersSync else { return }
    if !defers { try syncLog() }
    try StoreError.translating {
      try queue.writeWithoutTransaction {
        try $0.execute(sql: "PRAGMA synchronous = \(defers ? "NORMAL" : "FULL")")
      }
    }
    defersSync = defers
  }

  /// Makes writes of which the sync was deferred survive a power cut.
  ///
  /// - Throws: `StoreError`.
  package func syncLog() throws {
    guard defersSync, let lock, let logPath, StoreFile.size(logPath) > 0 else { return }
    // Whoever empties the log meanwhile synced it, and the store, before.
    try StoreFile.sync(logPath)
    guard StoreFile.size(logPath) > Self.largestDeferredLog else { return }
    try StoreError.translating {
      try lock.whileHeld(deadline.ofThisTurn) { _ in emptyLog() }
    }
  }

  /// Gets ready for many writes: a transaction's pages, whole, are held in memory, and the log is
  /// synced when it is brought into the store, by another connection meanwhile.
  private func prepareToGather() throws {
    try queue.writeWithoutTransaction { db in
      try db.execute(
        sql: "PRAGMA cache_size = -\(Self.gatheredMemory); PRAGMA synchronous = NORMAL")
      loggedPages.initialize(to: 0)
      if let connection = db.sqliteConnection {
        csystem_note_log(UnsafeMutableRawPointer(connection), loggedPages)
      }
    }
    checkpointer = Checkpointer(
      try deadline.ofThisTurn.boundWaits { try Self.open(queue.path) })
  }

  /// What need not be asked for twice while writes are gathered.
  var gatheredCache: StoreCache? { gathering == nil ? nil : cache.content }

  /// The settings of the organization, as the statement that asks for them sees them.
  func policy(in db: Database) throws -> OrganizationPolicy {
    if let policy = gatheredCache?.policy { return policy }
    let policy = try Self.policy(in: db)
    gatheredCache?.policy = policy
    return policy
  }

  /// Whether anything was withdrawn.
  func hasTombstones(in db: Database) throws -> Bool {
    if let known = gatheredCache?.hasTombstones { return known }
    let found = try Tombstone.areAny(in: db)
    gatheredCache?.hasTombstones = found
    return found
  }

  private func savepoint<Result>(
    in db: Database, _ body: (Database) throws -> Result
  ) throws -> Result {
    // As `inSavepoint`, which prepares its statements each time.
    try db.cachedStatement(sql: "SAVEPOINT gathered").execute()
    do {
      let result = try body(db)
      try db.cachedStatement(sql: "RELEASE gathered").execute()
      return result
    } catch {
      // Some errors end the whole transaction by themselves.
      if db.isInsideTransaction {
        try db.execute(sql: "ROLLBACK TO gathered; RELEASE gathered")
      }
      throw error
    }
  }

  private func transaction<Result>(_ body: (Database) throws -> Result) throws -> Result {
    try queue.writeWithoutTransaction { try Self.transaction("BEGIN IMMEDIATE", in: $0, body) }
  }

  /// As `inTransaction`, whose way of executing its statements costs a filter as much as reading a message.
  private static func transaction<Result>(
    _ beginning: String, in db: Database, _ body: (Database) throws -> Result
  ) throws -> Result {
    try db.cachedStatement(sql: beginning).execute()
    do {
      let result = try body(db)
      // Fails where an error that the body passed over ended the transaction.
      try db.cachedStatement(sql: "COMMIT").execute()
      return result
    } catch {
      // Some errors end it by themselves. What was thrown first says more than why this fails.
      if db.isInsideTransaction { try? db.cachedStatement(sql: "ROLLBACK").execute() }
      throw error
    }
  }

  /// Waits until all of the log is in the store.
  ///
  /// SQLite begins it anew at the next write then, unless a reader hinders it: a file that keeps its
  /// length is written faster than one that is cut and grows.
  private func awaitEndOfLog() { checkpointer?.awaitEnd() }

  /// Brings a long write-ahead log into the store.
  ///
  /// A reader at work may hinder it: the next writer tries again.
  ///
  /// - Parameters:
  ///   - largest: What is not longer stays.
  ///   - milliseconds: How long to wait for readers, while other writers wait for this one.
  func emptyLog(largest: Int = Store.largestLog, waiting milliseconds: Int = 0) {
    guard let logPath, StoreFile.size(logPath) > largest else { return }
    Deadline(milliseconds: milliseconds).boundWaits {
      queue.writeWithoutTransaction { db in _ = try? db.checkpoint(.truncate) }
    }
  }
}
