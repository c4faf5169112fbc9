import Glibc
import InternetMessage
import Mailboxes
import System
import Tracking

extension Spool {
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

  func names(of entry: SpoolEntry) throws -> [MessageName] {
    MessageName.all(of: try header(of: entry))
  }

  /// Takes an entry away.
  ///
  /// - Throws: `FileError`.
  package func remove(_ entry: SpoolEntry) throws { try remove([entry.place]) }

  /// Takes an entry away that may be damaged.
  ///
  /// - Throws: `FileError`; `SpoolError.noEntry` for a name that none has.
  package func remove(name: String) throws {
    guard let place = place(named: name) else { throw SpoolError.noEntry(name) }
    try remove([place])
  }

  /// Takes entries away; each folder is synced once.
  ///
  /// - Throws: `FileError`; some of them may be gone then.
  func remove(_ entries: [SpoolEntry]) throws { try remove(entries.map(\.place)) }

  private func remove(_ places: [SpoolPlace]) throws {
    guard !places.isEmpty else { return }
    let known = places.map { place in
      (
        place, size: fileSize(place) ?? 0,
        names: (try? entry(place)).flatMap { try? self.names(of: $0) } ?? []
      )
    }
    _ = try? whileNumbering { ledger in
      ledger?.add(-known.reduce(0) { $0 + $1.size })
      if let index = SpoolIndex(in: path, names: self.names(in: "", where: SpoolIndex.isName)) {
        for (place, _, names) in known { try index.remove(names, of: place) }
      }
    }
    for place in places {
      let file = path + "/" + place.path
      guard unlink(file) == 0 || errno == ENOENT else { throw FileError(path: path, code: errno) }
      unlink(file + SpoolPlace.attemptsSuffix)
    }
    for name in Set(places.map(\.folder)) { try syncFolder(name) }
  }

  /// Makes what was taken from a folder be gone after a power cut, too, and the folder itself where it is empty.
  private func syncFolder(_ name: String) throws {
    let folder = name.isEmpty ? path : path + "/" + name
    do {
      try Self.sync(folder)
    } catch let error as FileError where error.code == ENOENT {
      // Somebody else took the last of it.
      return
    }
    guard !name.isEmpty else { return }
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
}
