import CSystem
import Glibc
import InternetMessage
import Mailboxes
import TrackingStore

/// Where whole messages wait that could not be decided or written yet: a folder with a file for
/// each.
///
/// A file is there whole or not at all. Beside it lies how often it was tried, noted before the
/// attempt: a message that crashes us does so a bounded number of times.
public struct Spool: Sendable {
  /// The folder.
  public let path: String
  /// The most bytes that wait.
  public let limit: Int

  /// 1 GiB.
  public static let defaultLimit = 1 << 30

  /// How often an entry is tried before it is left to `retry`.
  public static let mostAutomaticAttempts = 5

  static let entrySuffix = ".mail"
  private static let attemptsSuffix = ".tries"

  /// Names a spool; nothing is looked at or made.
  public init(path: String, limit: Int = defaultLimit) {
    // With a slash at its end a link would be followed.
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    self.path = path
    self.limit = limit
  }

  // MARK: The folder

  /// Makes the folder where there is none, and makes sure that it is this user's alone.
  ///
  /// - Throws: `FileError`; `SpoolError.unsafe`.
  public func prepare() throws {
    if try check() { return }
    try AtomicFile.makeFolder(path)
    _ = try check()
  }

  /// Makes sure that the folder is this user's alone.
  ///
  /// - Returns: Whether there is one.
  /// - Throws: `FileError`; `SpoolError.unsafe`.
  @discardableResult public func check() throws -> Bool {
    var status = stat()
    guard lstat(path, &status) == 0 else {
      if errno == ENOENT { return false }
      throw FileError(path: path, code: errno)
    }
    if let distrust = Distrust.ofSpool(status) { throw SpoolError.unsafe(distrust) }
    return true
  }

  /// Whether no message waits.
  ///
  /// A folder that is not there is empty.
  public var isEmpty: Bool { names(atMost: 1).isEmpty }

  /// The names of the entries, oldest first.
  private func names(atMost most: Int = Int.max) -> [String] {
    allNames(atMost: most) { $0.hasSuffix(Self.entrySuffix) && !$0.hasPrefix(".") }.sorted()
  }

  private func allNames(
    atMost most: Int = Int.max, where isWanted: (String) -> Bool = { _ in true }
  ) -> [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while names.count < most, let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if isWanted(name) { names.append(name) }
    }
    return names
  }

  /// A name for a message that arrives now.
  static func newName() -> String {
    let time = String(csystem_realtime())
    return String(repeating: "0", count: max(0, 20 - time.count)) + time + "-\(getpid())"
      + entrySuffix
  }

  // MARK: Entries

  /// Keeps a message until it can be tracked.
  ///
  /// - Throws: `FileError`, `SpoolError`, `InputError`. Nothing was kept then.
  func add(_ entry: SpoolEntry, message: MessageInput) throws {
    try prepare()
    guard bytesWaiting() + message.heldCount <= limit else { throw SpoolError.full }
    try AtomicFile.write(entry.name, in: path) { write in
      try entry.header.withUnsafeBytes(write)
      try message.forEachChunk { try write($0) }
    }
  }

  private func bytesWaiting() -> Int {
    names().reduce(0) { $0 + (fileSize($1) ?? 0) }
  }

  private func fileSize(_ name: String) -> Int? {
    var status = stat()
    guard lstat(path + "/" + name, &status) == 0 else { return nil }
    return Int(status.st_size)
  }

  /// What waits, oldest first; files that are no entries are left out.
  public func entries() -> [SpoolEntry] {
    names().compactMap { try? entry($0) }
  }

  /// The names of all files that are entries or should be.
  func entryNames() -> [String] { names() }

  /// Files of which no run will know any more: half-written ones an hour old, and how often entries
  /// were tried that are gone.
  func leftovers() -> [String] {
    let entries = Set(names())
    return allNames().filter { name in
      if name.hasSuffix(Self.attemptsSuffix), !name.hasPrefix(".") {
        return !entries.contains(String(name.dropLast(Self.attemptsSuffix.count)))
      }
      var status = stat()
      return name.hasPrefix(".tmp-") && lstat(path + "/" + name, &status) == 0
        && status.st_mtim.tv_sec < time(nil) - 3600
    }.map { path + "/" + $0 }
  }

  /// How many entries cannot be read.
  public func damagedEntries() -> [String] {
    names().filter { (try? entry($0)) == nil }
  }

  private func entry(_ name: String) throws -> SpoolEntry {
    let (descriptor, size) = try openFile(name)
    defer { close(descriptor) }
    // Most headers are short: no more is read than it takes to find the end of this one.
    var start: [UInt8] = []
    var wanted = 4096
    while true {
      let read = min(wanted, size, SpoolEntry.longestHeader)
      let count = start.count
      start += try Self.bytes(of: descriptor, at: count, count: read - count)
      if SpoolEntry.isWholeHeader(start),
        var entry = SpoolEntry(name: name, start: start, fileSize: size)
      {
        entry.attempts = attempts(of: name)
        return entry
      }
      guard start.count == read, read < min(size, SpoolEntry.longestHeader),
        SpoolEntry.begins(start)
      else { throw SpoolError.damagedEntry(name) }
      wanted *= 8
    }
  }

  private static func bytes(of descriptor: Int32, at offset: Int, count: Int) throws -> [UInt8] {
    try Array(unsafeUninitializedCapacity: max(0, count)) { buffer, filled in
      filled = 0
      while filled < count {
        let read = pread(
          descriptor, buffer.baseAddress.map { $0 + filled }, count - filled, off_t(offset + filled)
        )
        if read < 0, errno == EINTR { continue }
        guard read >= 0 else { throw FileError(path: "", code: errno) }
        if read == 0 { return }
        filled += read
      }
    }
  }

  /// Opens a file of the spool and says how long it is: never a FIFO, which would keep us waiting.
  private func openFile(_ name: String) throws -> (descriptor: Int32, size: Int) {
    let descriptor = Glibc.open(
      path + "/" + name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw FileError(path: path, code: errno) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw SpoolError.damagedEntry(name)
    }
    return (descriptor, Int(status.st_size))
  }

  /// Opens an entry's message; the caller closes the descriptor.
  func open(_ entry: SpoolEntry) throws -> Int32 {
    let (descriptor, _) = try openFile(entry.name)
    lseek(descriptor, off_t(entry.messageOffset), SEEK_SET)
    return descriptor
  }

  /// Takes an entry away.
  ///
  /// - Throws: `FileError`.
  public func remove(_ entry: SpoolEntry) throws { try remove(name: entry.name) }

  /// Takes an entry away that may be damaged.
  ///
  /// - Throws: `FileError`; `SpoolError.noEntry` for a name that none can have.
  public func remove(name: String) throws {
    guard Self.isName(name) else { throw SpoolError.noEntry(name) }
    guard unlink(path + "/" + name) == 0 || errno == ENOENT else {
      throw FileError(path: path, code: errno)
    }
    unlink(path + "/" + name + Self.attemptsSuffix)
    try AtomicFile.syncFolder(path)
  }

  /// Gives the message of an entry, byte for byte.
  ///
  /// - Throws: `SpoolError`, `FileError`, `InputError`; what the body throws.
  public func message(
    ofEntry name: String, _ body: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    guard Self.isName(name), fileSize(name) != nil else { throw SpoolError.noEntry(name) }
    let descriptor = try open(try entry(name))
    defer { close(descriptor) }
    try MessageInput(descriptor: descriptor, temporaryFolders: []).passThrough(body)
  }

  /// Whether a text may name an entry: no path leads out of the spool.
  private static func isName(_ name: String) -> Bool {
    name.hasSuffix(entrySuffix) && !name.hasPrefix(".") && !name.utf8.contains(UInt8(ascii: "/"))
  }

  /// Whether there is an entry of a name, damaged or not.
  public func hasEntry(_ name: String) -> Bool { Self.isName(name) && fileSize(name) != nil }

  private func attempts(of name: String) -> Int {
    guard let bytes = try? FileContents.read(path + "/" + name + Self.attemptsSuffix, limit: 100)
    else { return 0 }
    return Int(String(decoding: bytes.prefix { $0 != 10 }, as: UTF8.self)) ?? 0
  }

  /// Notes how often an entry was tried; before the attempt.
  func setAttempts(_ count: Int, of entry: SpoolEntry) throws {
    try AtomicFile.write(entry.name + Self.attemptsSuffix, in: path, replaces: true) { write in
      try Array("\(count)\n".utf8).withUnsafeBytes(write)
    }
  }

  // MARK: Draining

  /// Runs a body while no other process drains the spool.
  ///
  /// - Throws: `SpoolError.busy` where another does until the deadline; what the body throws.
  func whileDraining<Result>(until deadline: Deadline, _ body: () throws -> Result) throws -> Result
  {
    let descriptor = Glibc.open(
      path + "/.lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw FileError(path: path, code: errno) }
    defer { close(descriptor) }
    let result = csystem_lock_until(descriptor, deadline.monotonicNanoseconds)
    guard result == 0 else {
      throw result == ETIMEDOUT ? SpoolError.busy : FileError(path: path, code: result)
    }
    return try body()
  }
}
