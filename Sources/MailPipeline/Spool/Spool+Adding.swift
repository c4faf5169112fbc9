import Glibc
import InternetMessage
import Mailboxes
import System
import Tracking

extension Spool {
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
  struct PlaceFailure: Error {}

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

  static func sync(_ path: String) throws {
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
}
