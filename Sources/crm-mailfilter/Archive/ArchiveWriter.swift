import Archive
import CSystem
import MailPipeline
import System
import Tracking

/// Brings the files of an archive's folder to what a plan says: writes what is new or other, takes away
/// what is no more.
final class ArchiveWriter: @unchecked Sendable {
  private let plan: ArchivePlan
  private let folder: FolderTree
  private let open: () throws -> any MailArchive
  private let threads: Int

  // All below is guarded by the condition.
  private let condition = WorkCondition()
  private var state: ArchiveState
  private var idle: [any MailArchive]
  private var slots: [Int]
  private var failure: (any Error)?
  private var obstacle = Obstacle()
  private var unsaved = 0
  private var beginnings: [Int32: String] = [:]
  private var room = ArchiveWriter.maxBeginnings

  /// How many pages were written.
  private(set) var written = 0
  /// How many were taken away.
  private(set) var removed = 0
  /// Whether a message was gone when its page was to be made: lists may lead to it.
  private(set) var isBehind = false

  /// After so many pages what was written is noted: a run that is ended goes on from there.
  private static let savedAtOnce = 20_000
  /// Pieces of work have so many pages.
  private static let pieceSize = 32
  /// Beginnings of texts are kept for feeds up to so many bytes; others are read again.
  private static let maxBeginnings = 24 << 20
  /// Of larger messages one is read at a time, in bytes.
  private static let large = 4 << 20
  private let largeTurn = WorkCondition()

  /// Prepares to write.
  ///
  /// - Parameters:
  ///   - plan: What there is to be.
  ///   - folder: Where.
  ///   - state: What is there.
  ///   - archive: Where mail is read from.
  ///   - threads: How many threads may read mail at a time.
  ///   - open: Opens it once more, for another thread.
  init(
    _ plan: ArchivePlan, in folder: FolderTree, state: ArchiveState, archive: any MailArchive,
    threads: Int, open: @escaping () throws -> any MailArchive
  ) {
    self.plan = plan
    self.folder = folder
    self.state = state
    self.open = open
    self.threads = threads
    idle = [archive]
    slots = Array(0..<max(1, threads))
  }

  /// Brings all files to what the plan says.
  ///
  /// - Parameter mark: What tells that nothing changed since; `nil` where nothing does.
  /// - Returns: The state that was saved last.
  /// - Throws: `FileError`, `UnsafeFile`, `StoreError`, `CommandError` where it was interrupted. Where
  ///   something stood in the way of a file, all others are as they should be.
  func run(mark: String?) throws -> ArchiveState {
    var messages: [Piece] = []
    var lists: [Piece] = []
    var files: [ArchiveKey: ArchiveDigest] = [:]
    var replaced: [ArchiveKey] = []
    plan.eachFile { key, digest in
      let known = state.files[key] ?? .none
      files[key] = known == digest ? digest : ArchiveDigest.none
      guard known != digest else { return }
      let isNew = known.high != digest.high
      let piece = Piece(key: key, digest: digest, isNew: isNew)
      guard key.kind == .message else { return lists.append(piece) }
      messages.append(piece)
      // Also of one that is not noted as written a run that was ended may have left files.
      if isNew, state.files[key] != nil { replaced.append(key) }
    }
    let gone = state.files.keys.filter { files[$0] == nil }
    state.messages = plan.catalog.copies.count
    state.elsewhere = plan.catalog.elsewhere.count
    guard !messages.isEmpty || !lists.isEmpty || !gone.isEmpty else {
      if let mark, state.mark != mark {
        state.mark = mark
        try save()
      }
      return state
    }
    // All that there is, and all that there will be: whatever ends this run.
    for key in gone { files[key] = ArchiveDigest.none }
    state.files = files
    state.mark = ""
    try save()
    try folder.removeUnfinished()
    for key in gone {
      guard obstacle.pass({ try Self.remove(key, from: folder) }) else { continue }
      state.files[key] = nil
      removed += 1
    }
    // Before any is written: a folder that gets empty goes away, too.
    for key in replaced {
      obstacle.pass { try Self.removeFiles(ofMessage: key, from: folder) }
    }
    try perform(messages) { piece, archive, slot in
      try self.writeMessage(piece, archive, slot: slot)
    }
    try perform(lists) { piece, archive, slot in
      guard
        let bytes = try self.plan.bytes(
          of: piece.key, beginning: { try self.beginning($0, archive) }),
        let path = piece.key.path
      else { return false }
      try self.write(bytes, path.text, slot: slot)
      return true
    }
    try folder.sync()
    state.mark = isBehind || obstacle.isMet ? "" : mark ?? ""
    try save()
    try obstacle.end()
    return state
  }

  /// A file that is to be written.
  private struct Piece {
    let key: ArchiveKey
    let digest: ArchiveDigest
    /// Whether nothing of it is there, or of a message only files of another one.
    let isNew: Bool
  }

  // MARK: Pages

  private func writeMessage(
    _ piece: Piece, _ archive: any MailArchive, slot: Int
  ) throws -> Bool {
    guard let place = plan.messagePlaces[piece.key.name],
      let id = piece.key.name.id(isUUID: true)
    else { return false }
    func make() throws -> ArchiveMessage? {
      try ArchiveMessage(place, of: plan, in: archive, readsFiles: piece.isNew)
    }
    let isLarge = plan.catalog.copies[Int(place)].size > Self.large
    guard let message = try isLarge ? largeTurn.whileLocked(make) : make() else {
      condition.whileLocked { isBehind = true }
      return false
    }
    if piece.isNew {
      if let original = message.original {
        try write(original, ArchivePath.original(id).text, slot: slot)
      }
      for file in message.files {
        try write(file.bytes, ArchivePath.attachment(id, part: file.part).text, slot: slot)
      }
    }
    try write(message.page, ArchivePath.message(id).text, slot: slot)
    keep(message.beginning, of: place)
    return true
  }

  private func write(_ bytes: [UInt8], _ name: String, slot: Int) throws {
    try bytes.withUnsafeBytes { try folder.write(name, $0, slot: slot) }
  }

  /// Takes away a file of an archive, of a message all of its that can be.
  ///
  /// - Throws: `FileError`, `UnsafeFile`.
  static func remove(_ key: ArchiveKey, from folder: FolderTree) throws {
    guard let path = key.path else { return }
    var obstacle = Obstacle()
    obstacle.pass { try folder.remove(path.text) }
    if key.kind == .message {
      obstacle.pass { try removeFiles(ofMessage: key, from: folder) }
    }
    try obstacle.end()
  }

  /// Takes away a message itself and what was attached to it; its page stays.
  private static func removeFiles(ofMessage key: ArchiveKey, from folder: FolderTree) throws {
    guard let id = key.name.id(isUUID: true) else { return }
    var obstacle = Obstacle()
    obstacle.pass { try folder.remove(ArchivePath.original(id).text) }
    obstacle.pass { try folder.removeFolder(ArchivePath.attachments(id)) }
    try obstacle.end()
  }

  /// Keeps the beginning of a message's text for the feeds that it stands in.
  private func keep(_ text: String, of place: Int32) {
    condition.whileLocked {
      guard room > text.utf8.count + 64 else { return }
      room -= text.utf8.count + 64
      beginnings[place] = text
    }
  }

  private func beginning(_ place: Int32, _ archive: any MailArchive) throws -> String {
    if let known = condition.whileLocked({ beginnings[place] }) { return known }
    let text = try ArchiveMessage.beginning(of: place, plan.catalog, in: archive)
    keep(text, of: place)
    return text
  }

  // MARK: Threads

  /// Makes some files, on several threads.
  ///
  /// - Parameters:
  ///   - pieces: The files.
  ///   - make: Makes one; whether it is there then.
  /// What stands in the way of one file is noted, and the others are made.
  ///
  /// - Throws: What else `make` throws first; `CommandError` where it was interrupted.
  private func perform(
    _ pieces: [Piece], _ make: @escaping (Piece, any MailArchive, Int) throws -> Bool
  ) throws {
    nonisolated(unsafe) let make = make
    let count = (pieces.count + Self.pieceSize - 1) / Self.pieceSize
    WorkerThread.perform(count) { [self] number in
      guard let (archive, slot) = take() else { return }
      var done: [Piece] = []
      do {
        for piece in pieces[(number * Self.pieceSize)...].prefix(Self.pieceSize) {
          guard csystem_is_interrupted() == 0 else {
            throw CommandError(
              .temporaryFailure, "interrupted; the next run completes the archive")
          }
          do {
            if try make(piece, archive, slot) { done.append(piece) }
          } catch  where Obstacle.isOne(error) {
            condition.whileLocked { obstacle.note(error) }
          }
        }
      } catch {
        condition.whileLocked { failure = failure ?? error }
      }
      give(archive, slot, done)
    }
    guard let failure else { return }
    // What was written is known to the next run where that can be noted now.
    try? folder.sync()
    try? save()
    throw failure
  }

  /// An archive and a slot that no other thread has; `nil` once something failed.
  private func take() -> (any MailArchive, Int)? {
    let slot: Int? = condition.whileLocked {
      while slots.isEmpty, failure == nil { condition.wait() }
      return failure == nil ? slots.removeLast() : nil
    }
    guard let slot else { return nil }
    if let archive = condition.whileLocked({ idle.popLast() }) { return (archive, slot) }
    do {
      return (try open(), slot)
    } catch {
      condition.whileLocked {
        failure = failure ?? error
        slots.append(slot)
        condition.wakeAll()
      }
      return nil
    }
  }

  private func give(_ archive: any MailArchive, _ slot: Int, _ done: [Piece]) {
    condition.whileLocked {
      for piece in done { state.files[piece.key] = piece.digest }
      written += done.count
      unsaved += done.count
      idle.append(archive)
      slots.append(slot)
      condition.wakeAll()
      guard unsaved >= Self.savedAtOnce, failure == nil else { return }
      unsaved = 0
      do {
        try folder.sync()
        try save()
      } catch {
        failure = error
      }
    }
  }

  private func save() throws { try state.write(to: folder, slot: max(1, threads)) }
}
