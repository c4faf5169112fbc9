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
  func list(
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
