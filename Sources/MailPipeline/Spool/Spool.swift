import CSystem
import Glibc
import InternetMessage
import Mailboxes
import System
import Tracking

/// Where whole messages wait that could not be decided or written yet: a file for each, in folders
/// that `SpoolPlace` describes.
///
/// A file is there whole or not at all. Beside it lies how often it was tried, noted before the
/// attempt: a message that crashes us does so a bounded number of times.
package struct Spool: Sendable {
  /// The folder.
  package let path: String
  /// The most bytes that wait.
  package let limit: Int

  /// 1 GiB.
  package static let defaultLimit = 1 << 30

  /// How often an entry is tried before it is left to `retry`.
  package static let maxAutomaticAttempts = 5

  static let temporaryPrefix = ".tmp-"

  /// Names a spool; nothing is looked at or made.
  package init(path: String, limit: Int = defaultLimit) {
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
  package func prepare() throws {
    if try check() { return }
    try AtomicFile.makeFolder(path)
    _ = try check()
  }

  /// Makes sure that the folder is this user's alone.
  ///
  /// - Returns: Whether there is one.
  /// - Throws: `FileError`; `SpoolError.unsafe`.
  @discardableResult package func check() throws -> Bool {
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
  package var isEmpty: Bool {
    names(in: "", atMost: 1) {
      $0.hasPrefix(SpoolPlace.queuePrefix) || SpoolPlace.isName($0)
    }.isEmpty
  }

  /// The names in a folder of the spool, in no order.
  ///
  /// - Parameters:
  ///   - folder: The folder within the spool; empty for the spool itself.
  ///   - most: After how many to stop.
  ///   - end: When to stop: the spool may be large.
  ///   - isWanted: Which.
  /// - Returns: Nothing where the folder cannot be read.
  func names(
    in folder: String, atMost most: Int = Int.max, until end: Deadline? = nil,
    where isWanted: (String) -> Bool = { _ in true }
  ) -> [String] {
    (try? list(folder, atMost: most, until: end, where: isWanted)) ?? []
  }

  /// The same, where a folder that cannot be read is not an empty one.
  ///
  /// - Throws: `FileError`.
  private func list(
    _ folder: String, atMost most: Int = Int.max, until end: Deadline? = nil,
    where isWanted: (String) -> Bool = { _ in true }
  ) throws(FileError) -> [String] {
    let folder = folder.isEmpty ? path : path + "/" + folder
    guard let stream = opendir(folder) else { throw FileError(path: folder, code: errno) }
    defer { closedir(stream) }
    var names: [String] = []
    var count = 0
    while names.count < most, let entry = readdir(stream) {
      count += 1
      if count & 255 == 0, end?.hasPassed ?? false { break }
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { FilePath.text(of: $0) }
      }
      if name != ".", name != "..", isWanted(name) { names.append(name) }
    }
    return names
  }

  /// A name for a message that arrives now, before it has a number.
  static func newName() -> String {
    SpoolPlace.padded(Int(csystem_realtime()), to: 20) + "-\(getpid())" + SpoolPlace.suffix
  }

  // MARK: The layout

  /// The entries directly in the spool, by their names.
  func unqueued(until end: Deadline? = nil) -> [SpoolPlace] {
    names(in: "", until: end, where: SpoolPlace.isName).sorted()
      .map { SpoolPlace(folder: "", name: $0) }
  }

  /// The queues.
  func queues() -> [String] {
    names(in: "") { $0.hasPrefix(SpoolPlace.queuePrefix) }.sorted()
  }

  /// The folders of a queue, the oldest first.
  func folders(of queue: String) -> [String] {
    names(in: queue) { $0.utf8.allSatisfy { $0 >= 48 && $0 <= 57 } }
      .sorted { (SpoolPlace.number(of: $0) ?? 0) < (SpoolPlace.number(of: $1) ?? 0) }
      .map { queue + "/" + $0 }
  }

  /// The entries in a folder of a queue, the oldest first.
  func places(in folder: String) -> [SpoolPlace] {
    names(in: folder, where: SpoolPlace.isName).map { (SpoolPlace.number(of: $0) ?? Int.max, $0) }
      .sorted { $0 < $1 }.map { SpoolPlace(folder: folder, name: $0.1) }
  }

  /// All entries and what should be one: those without a number, then the oldest first.
  func forEachPlace(_ body: (SpoolPlace) throws -> Void) rethrows {
    for place in unqueued() { try body(place) }
    var cursor = SpoolCursor(self)
    while let place = cursor.next() { try body(place) }
  }

  /// The queue of what waits for an organization by a profile.
  static func queue(profile: String?, organization: String?) -> UInt64 {
    hash([profile, organization])
  }

  /// An organization's name as the index has it; 0 where none is known.
  static func organizationHash(_ name: String?) -> UInt64 { name == nil ? 0 : hash([name]) }

  private static func hash(_ parts: [String?]) -> UInt64 {
    var bytes: [UInt8] = []
    for part in parts { bytes += part.map { [1] + $0.utf8 + [0] } ?? [0] }
    return SHA256.digest(of: bytes)[..<8].reduce(0) { $0 << 8 | UInt64($1) }
  }

  // MARK: Adding

  /// Keeps a message until it can be tracked.
  ///
  /// It is written whole under a temporary name, then given a number and its place. Where that
  /// cannot be had (somebody stopped holds the lock, no folder can be made), it lies directly in the
  /// spool, by the time of the clock.
  ///
  /// - Throws: `FileError`, `SpoolError`, `InputError`. Nothing was kept then.
  func add(_ entry: SpoolEntry, message: MessageInput) throws {
    try prepare()
    let header = entry.header
    let size = header.count + message.heldCount
    guard try hasRoom(for: size) else { throw SpoolError.full }
    let names = MessageName.all(of: MessageHeader(try message.readHeader()))
    func moves(_ temporary: String) throws {
      try place(temporary, entry, names: names, size: size)
    }
    try AtomicFile.write(entry.name, in: path, moves: moves) { write in
      try header.withUnsafeBytes(write)
      try message.forEachChunk { try write($0) }
    }
  }

  /// Gives a whole file its place.
  private func place(
    _ file: String, _ entry: SpoolEntry, names: [MessageName], size: Int
  ) throws {
    var written: [String]
    do {
      written = try whileNumbering { ledger in
        var end = try end()
        let written = try enqueue(file, entry, names: names, at: &end)
        ledger?.add(size)
        return written
      }
      // That it has its temporary name no more.
      written.append(path)
    } catch is PlaceFailure {
      let result = renameNew(file, path + "/" + entry.name)
      guard result == 0 else { throw FileError(path: path, code: result) }
      written = [path]
    }
    for folder in written { try Self.sync(folder) }
  }

  /// Why a file has no number: it is where it was.
  private struct PlaceFailure: Error {}

  /// Where the next entries go, while nobody else gives numbers.
  private struct End {
    let index: SpoolIndex
    var number: Int
  }

  private func end() throws(PlaceFailure) -> End {
    do {
      return try End(
        index: SpoolIndex(in: path, names: list("", where: SpoolIndex.isName))
          ?? SpoolIndex(makingIn: path),
        number: nextNumber())
    } catch {
      throw PlaceFailure()
    }
  }

  /// Moves a whole file into its queue, behind all that waits; nobody else does meanwhile.
  ///
  /// - Returns: The files and folders that are to be synced.
  /// - Throws: `PlaceFailure`.
  private func enqueue(
    _ file: String, _ entry: SpoolEntry, names: [MessageName], at end: inout End
  ) throws(PlaceFailure) -> [String] {
    do {
      let queue = Self.queue(profile: entry.profile, organization: entry.organization)
      let nonce = UInt64.random(in: 0 ... .max)
      let place = SpoolPlace(queue: queue, number: end.number, nonce: nonce)
      let folder = path + "/" + place.folder
      if mkdir(folder, 0o700) != 0, errno != EEXIST { try AtomicFile.makeFolder(folder) }
      var written = try end.index.add(
        names, queue: queue, organization: Self.organizationHash(entry.organization),
        number: end.number, nonce: nonce)
      let result = renameNew(file, path + "/" + place.path)
      guard result == 0 else { throw FileError(path: folder, code: result) }
      end.number += 1
      // The queue, too, for a folder that is new in it.
      written += [folder, String(folder.dropLast(10))]
      return written
    } catch {
      throw PlaceFailure()
    }
  }

  /// The number after all that are in use.
  private func nextNumber() throws -> Int {
    var next = 1
    for queue in try list("", where: { $0.hasPrefix(SpoolPlace.queuePrefix) }) {
      guard let folder = folders(of: queue).last else { continue }
      let last = try list(folder).lazy.compactMap { SpoolPlace.number(of: $0) }.max() ?? 0
      next = max(next, last + 1)
    }
    return next
  }

  private static func sync(_ path: String) throws {
    let descriptor = System.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { throw FileError(path: path, code: errno) }
    defer { close(descriptor) }
    // Some file systems cannot sync a folder; their names are as safe as they get.
    guard fsync(descriptor) == 0 || errno == EINVAL else {
      throw FileError(path: path, code: errno)
    }
  }

  /// Moves what lies directly in the spool into its queue, as far as there is time.
  ///
  /// What is no entry stays where it is.
  ///
  /// - Returns: Whether all was looked at.
  @discardableResult func enqueueAll(until end: Deadline?) -> Bool {
    let places = unqueued(until: end)
    var written: Set<String> = []
    // The new names first, then that the old ones are gone.
    defer {
      for folder in written { try? Self.sync(folder) }
      if !written.isEmpty { try? Self.sync(path) }
    }
    var rest = places[...]
    while !rest.isEmpty {
      if end?.hasPassed ?? false { return false }
      // In turns: others who keep a message wait for the same lock.
      let some = rest.prefix(50)
      rest = rest.dropFirst(50)
      let isDone: Void? = try? whileNumbering { _ in
        var last = try self.end()
        for place in some {
          if end?.hasPassed ?? false { return }
          guard let entry = try? entry(place), let names = try? names(of: entry),
            let files = try? enqueue(path + "/" + place.path, entry, names: names, at: &last)
          else { continue }
          written.formUnion(files)
          // Tried as often as before counts no more: its failure may be over.
          unlink(path + "/" + place.path + SpoolPlace.attemptsSuffix)
        }
      }
      if isDone == nil { break }
    }
    return !(end?.hasPassed ?? false)
  }

  // MARK: How much waits

  /// How many bytes wait, in the file of the lock under which numbers are given.
  ///
  /// It is added to after an entry came, and taken from before one goes: a run that is killed between
  /// leaves it too low, never so high that a message is not kept for it.
  private struct Ledger {
    var bytes: Int
    /// When all was counted, in seconds since 1970.
    var countedAt: Int

    private static let length = 64

    init(bytes: Int, countedAt: Int) {
      self.bytes = bytes
      self.countedAt = countedAt
    }

    /// `nil` where nothing was noted yet, or what is there is no number.
    init?(_ descriptor: Int32) {
      var text = [UInt8](repeating: 0, count: Self.length)
      guard pread(descriptor, &text, text.count, 0) == Self.length else { return nil }
      let parts = String(decoding: text, as: UTF8.self).split(separator: " ")
      guard parts.count >= 2, let bytes = Int(parts[0]), let countedAt = Int(parts[1]), bytes >= 0
      else { return nil }
      self.init(bytes: bytes, countedAt: countedAt)
    }

    mutating func add(_ count: Int) {
      let (sum, isTooMuch) = bytes.addingReportingOverflow(count)
      bytes = isTooMuch ? Int.max : max(0, sum)
    }

    func write(_ descriptor: Int32) {
      var text = Array("\(SpoolPlace.padded(bytes, to: 20)) \(countedAt) ".utf8)
      text += [UInt8](repeating: 32, count: max(0, Self.length - text.count))
      text[Self.length - 1] = 10
      // What is not written is counted again.
      if pwrite(descriptor, text, Self.length, 0) != Self.length { ftruncate(descriptor, 0) }
    }
  }

  private var ledgerPath: String { path + "/.order" }

  /// How long the lock is waited for that is held for some file operations, in milliseconds.
  private static let numberingPatience = 300

  /// Runs a body while nobody else gives numbers, changes the index or counts.
  ///
  /// - Throws: `PlaceFailure` where the lock cannot be had; what the body throws.
  private func whileNumbering<Result>(
    _ body: (inout Ledger?) throws -> Result
  ) throws -> Result {
    let descriptor = System.open(ledgerPath, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw PlaceFailure() }
    defer { close(descriptor) }
    let end = Deadline(milliseconds: Self.numberingPatience)
    guard csystem_lock_until(descriptor, end.monotonicNanoseconds) == 0 else {
      throw PlaceFailure()
    }
    var ledger = Ledger(descriptor)
    defer { ledger?.write(descriptor) }
    return try body(&ledger)
  }

  /// How often all is counted for want of room, in seconds: to count takes long where much waits.
  private static let countingInterval = 60

  private func hasRoom(for size: Int) throws -> Bool {
    // No FIFO in its place is waited for.
    let descriptor = System.open(ledgerPath, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    var ledger: Ledger?
    if descriptor >= 0 {
      ledger = Ledger(descriptor)
      close(descriptor)
    }
    let room = limit.subtractingReportingOverflow(size).partialValue
    if let ledger {
      if ledger.bytes <= room { return true }
      // It is too high where somebody else took files away.
      let age = Int(csystem_realtime() / 1_000_000_000).subtractingReportingOverflow(
        ledger.countedAt)
      if !age.overflow, (0..<Self.countingInterval).contains(age.partialValue) { return false }
    }
    return recount() <= room
  }

  /// Counts the bytes that wait, and notes them.
  ///
  /// - Returns: How many.
  @discardableResult package func recount() -> Int {
    func count() -> Int {
      var bytes = 0
      forEachPlace { bytes += fileSize($0) ?? 0 }
      return bytes
    }
    guard (try? check()) == true else { return 0 }
    let counted = try? whileNumbering { ledger in
      let bytes = count()
      ledger = Ledger(bytes: bytes, countedAt: Int(csystem_realtime() / 1_000_000_000))
      return bytes
    }
    return counted ?? count()
  }

  private func fileSize(_ place: SpoolPlace) -> Int? {
    var status = stat()
    guard lstat(path + "/" + place.path, &status) == 0 else { return nil }
    return Int(status.st_size)
  }

  // MARK: Entries

  /// What waits, oldest first; files that are no entries are left out.
  package func entries() -> [SpoolEntry] { allContents().entries }

  /// The names of entries that cannot be read.
  package func damagedEntries() -> [String] { allContents().damaged.map(\.name) }

  /// What waits, oldest first, and the names of entries that cannot be read.
  package func contents() -> (entries: [SpoolEntry], damaged: [String]) {
    let all = allContents()
    return (all.entries, all.damaged.map(\.name))
  }

  /// All that is an entry or should be one.
  func allContents() -> (entries: [SpoolEntry], damaged: [SpoolPlace]) {
    var entries: [SpoolEntry] = []
    var damaged: [SpoolPlace] = []
    forEachPlace { place in
      if let entry = try? entry(place) {
        entries.append(entry)
      } else if fileSize(place) != nil {
        damaged.append(place)
      }
    }
    return (entries, damaged)
  }

  /// Reads an entry without its message.
  ///
  /// - Throws: `FileError`, `SpoolError`.
  func entry(_ place: SpoolPlace) throws -> SpoolEntry {
    let (descriptor, size) = try openFile(place)
    defer { close(descriptor) }
    // Most headers are short: no more is read than it takes to find the end of this one.
    var start: [UInt8] = []
    var wanted = 4096
    while true {
      let read = min(wanted, size, SpoolEntry.longestHeader)
      let count = start.count
      start += try Self.bytes(of: descriptor, at: count, count: read - count)
      if SpoolEntry.isWholeHeader(start),
        var entry = SpoolEntry(name: place.name, start: start, fileSize: size)
      {
        entry.place = place
        (entry.attempts, entry.lastFailure) = attempts(of: place)
        return entry
      }
      guard start.count == read, read < min(size, SpoolEntry.longestHeader),
        SpoolEntry.begins(start)
      else { throw SpoolError.damagedEntry(place.name) }
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
  private func openFile(_ place: SpoolPlace) throws -> (descriptor: Int32, size: Int) {
    let descriptor = System.open(
      path + "/" + place.path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw FileError(path: path, code: errno) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw SpoolError.damagedEntry(place.name)
    }
    return (descriptor, Int(status.st_size))
  }

  /// Opens an entry's message; the caller closes the descriptor.
  func open(_ entry: SpoolEntry) throws -> Int32 {
    let (descriptor, _) = try openFile(entry.place)
    lseek(descriptor, off_t(entry.messageOffset), SEEK_SET)
    return descriptor
  }

  /// The header of an entry's message.
  ///
  /// - Throws: `FileError`, `SpoolError`, `InputError`.
  func header(of entry: SpoolEntry, limits: HeaderSection.Limits = .init()) throws -> MessageHeader
  {
    let descriptor = try open(entry)
    defer { close(descriptor) }
    let input = MessageInput(descriptor: descriptor, temporaryFolders: [])
    return MessageHeader(try input.readHeader(limits: limits))
  }

  private func names(of entry: SpoolEntry) throws -> [MessageName] {
    MessageName.all(of: try header(of: entry))
  }

  /// Takes an entry away.
  ///
  /// - Throws: `FileError`.
  package func remove(_ entry: SpoolEntry) throws { try remove(entry.place) }

  /// Takes an entry away that may be damaged.
  ///
  /// - Throws: `FileError`; `SpoolError.noEntry` for a name that none has.
  package func remove(name: String) throws {
    guard let place = place(named: name) else { throw SpoolError.noEntry(name) }
    try remove(place)
  }

  private func remove(_ place: SpoolPlace) throws {
    let file = path + "/" + place.path
    let size = fileSize(place) ?? 0
    let names = (try? entry(place)).flatMap { try? self.names(of: $0) } ?? []
    _ = try? whileNumbering { ledger in
      ledger?.add(-size)
      if let index = SpoolIndex(in: path, names: self.names(in: "", where: SpoolIndex.isName)) {
        try index.remove(names, of: place)
      }
    }
    guard unlink(file) == 0 || errno == ENOENT else { throw FileError(path: path, code: errno) }
    unlink(file + SpoolPlace.attemptsSuffix)
    let folder = place.isQueued ? path + "/" + place.folder : path
    do {
      try Self.sync(folder)
    } catch let error as FileError where error.code == ENOENT {
      // Somebody else took the last of it.
      return
    }
    guard place.isQueued else { return }
    // While nobody puts something into them.
    _ = try? whileNumbering { _ in
      if rmdir(folder) == 0, let slash = folder.lastIndex(of: "/") {
        rmdir(String(folder[..<slash]))
      }
    }
  }

  /// Gives the message of an entry, byte for byte.
  ///
  /// - Throws: `SpoolError`, `FileError`, `InputError`; what the body throws.
  package func message(
    ofEntry name: String, _ body: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    guard let place = place(named: name) else { throw SpoolError.noEntry(name) }
    let descriptor = try open(try entry(place))
    defer { close(descriptor) }
    try MessageInput(descriptor: descriptor, temporaryFolders: []).passThrough(body)
  }

  /// Whether there is an entry of a name, damaged or not.
  package func hasEntry(_ name: String) -> Bool { place(named: name) != nil }

  /// Where the entry of a name lies.
  func place(named name: String) -> SpoolPlace? {
    guard SpoolPlace.isName(name) else { return nil }
    var places = [SpoolPlace(folder: "", name: name)]
    if let number = SpoolPlace.number(of: name) {
      let folder = SpoolPlace.padded(number / SpoolPlace.folderSize, to: 9)
      places += queues().map { SpoolPlace(folder: $0 + "/" + folder, name: name) }
    }
    return places.first { fileSize($0) != nil }
  }

  // MARK: Attempts

  private static let longestReason = 1_000

  /// How often an entry was tried, and why the last time failed, where that was noted.
  private func attempts(of place: SpoolPlace) -> (count: Int, reason: String?) {
    let file = path + "/" + place.path + SpoolPlace.attemptsSuffix
    guard let bytes = try? FileContents.read(file, limit: Self.longestReason + 100) else {
      return (0, nil)
    }
    let lines = bytes.split(separator: 10, omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
    let reason = lines.count > 2 ? lines[1] : ""
    return (max(0, Int(lines[0]) ?? 0), reason.isEmpty ? nil : reason)
  }

  /// Notes how often an entry was tried; before the attempt.
  ///
  /// It is not synced: what an attempt kills is a process, not the machine.
  ///
  /// - Parameters:
  ///   - count: How often.
  ///   - entry: The entry.
  ///   - reason: Why it failed, in one line; noted after the attempt.
  /// - Throws: `FileError`.
  func setAttempts(_ count: Int, of entry: SpoolEntry, because reason: String? = nil) throws {
    let file = path + "/" + entry.place.path + SpoolPlace.attemptsSuffix
    if count <= 0, reason == nil {
      unlink(file)
      return
    }
    let descriptor = System.open(
      file, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o600)
    guard descriptor >= 0 else { throw FileError(path: path, code: errno) }
    defer { close(descriptor) }
    var text = Array("\(count)\n".utf8)
    if let reason = reason ?? entry.lastFailure {
      text += reason.utf8.filter { $0 != 10 }.prefix(Self.longestReason) + [10]
    }
    guard pwrite(descriptor, text, text.count, 0) == text.count else {
      throw FileError(path: path, code: errno)
    }
    ftruncate(descriptor, off_t(text.count))
  }

  // MARK: Care

  /// Whether a name is that of a file that was being written.
  static func isTemporary(_ name: String) -> Bool { name.hasPrefix(temporaryPrefix) }

  /// Files of which no run will know any more: half-written ones an hour old, and how often entries
  /// were tried that are gone.
  func leftovers() -> [String] {
    var found = names(in: "", where: Self.isTemporary).map { path + "/" + $0 }.filter { file in
      var status = stat()
      return lstat(file, &status) == 0 && status.st_mtim.tv_sec < time(nil) - 3600
    }
    for folder in [""] + queues().flatMap(folders) {
      let names = names(in: folder)
      let entries = Set(names.filter(SpoolPlace.isName))
      for name in names
      where name.hasSuffix(SpoolPlace.attemptsSuffix) && !name.hasPrefix(".")
        && !entries.contains(String(name.dropLast(SpoolPlace.attemptsSuffix.count)))
      {
        found.append(path + "/" + (folder.isEmpty ? name : folder + "/" + name))
      }
    }
    return found
  }

  /// All paths that are to be this user's alone.
  func paths() -> [String] {
    var paths: [String] = []
    for queue in queues() { paths.append(path + "/" + queue) }
    for folder in queues().flatMap(folders) { paths.append(path + "/" + folder) }
    forEachPlace { paths.append(path + "/" + $0.path) }
    return paths
  }

  // MARK: Who waits for whom

  /// What waits of an organization's own mail and has one of some names.
  ///
  /// Mail for which no organization was known yet counts where it waits by the same profile.
  ///
  /// - Parameters:
  ///   - names: The names.
  ///   - organization: The organization.
  ///   - profile: The profile.
  ///   - end: When to stop looking at what has no number yet.
  /// - Returns: The places; `nil` where there was no time to look at all.
  func places(
    named names: [MessageName], organization: String?, profile: String?, until end: Deadline? = nil
  ) -> [SpoolPlace]? {
    guard !names.isEmpty, !isEmpty else { return [] }
    var found: [SpoolPlace] = []
    let content = self.names(in: "")
    if let index = SpoolIndex(in: path, names: content) {
      let own = Self.organizationHash(organization)
      let unknown = Self.queue(profile: profile, organization: nil)
      for name in names {
        // One that cannot be read holds nobody up.
        for record in (try? index.records(of: name)) ?? []
        where record.organization == own || record.queue == unknown {
          if fileSize(record.place) != nil { found.append(record.place) }
        }
      }
    }
    let wanted = Set(names)
    for name in content where SpoolPlace.isName(name) {
      if end?.hasPassed ?? false { return nil }
      guard let entry = try? entry(SpoolPlace(folder: "", name: name)),
        entry.organization == organization || entry.organization == nil && entry.profile == profile,
        let names = try? self.names(of: entry), !wanted.isDisjoint(with: names)
      else { continue }
      found.append(entry.place)
    }
    return found
  }

  // MARK: Draining

  /// Runs a body while no other process drains the spool.
  ///
  /// - Throws: `SpoolError.busy` where another does until the deadline; what the body throws.
  package func whileDraining<Result>(
    until deadline: Deadline, _ body: () throws -> Result
  ) throws -> Result {
    let descriptor = System.open(
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

/// Goes through the queues in the order in which their entries came, reading one folder of each at a
/// time.
struct SpoolCursor {
  private struct Queue {
    let name: String
    /// Those that were not read yet, the oldest last.
    var folders: [String]
    /// Those of the folder that was read, the oldest last.
    var places: [SpoolPlace] = []
  }

  private let spool: Spool
  private var queues: [Queue]

  init(_ spool: Spool) {
    self.spool = spool
    queues = spool.queues().map {
      Queue(name: $0, folders: spool.folders(of: $0).reversed())
    }
  }

  /// The oldest entry that was not given yet.
  mutating func next() -> SpoolPlace? {
    var oldest: (index: Int, number: Int)?
    for index in queues.indices {
      while queues[index].places.isEmpty, let folder = queues[index].folders.popLast() {
        queues[index].places = spool.places(in: folder).reversed()
      }
      guard let place = queues[index].places.last else { continue }
      let number = place.number ?? Int.max
      if oldest.map({ number < $0.number }) ?? true { oldest = (index, number) }
    }
    return oldest.flatMap { queues[$0.index].places.popLast() }
  }

  /// Passes over the rest of an entry's queue, where it lies in the one that is its own.
  mutating func skipQueue(of entry: SpoolEntry) {
    let own = SpoolPlace.queueName(
      Spool.queue(profile: entry.profile, organization: entry.organization))
    guard entry.place.folder.hasPrefix(own + "/") else { return }
    queues.removeAll { $0.name == own }
  }
}
