import System

/// What this machine remembers of an organization, wherever the organization itself is: the files
/// that were decided about, and the index of words.
///
/// What is withdrawn, and the tracked mail that new mail is correlated with, are asked for by the
/// organization itself, see `Organization.decide` and `Organization.deliver`.
package protocol LocalState: AnyObject {
  // MARK: Mailboxes

  /// What makes the digests by which files and folders are known here.
  func fileDigester() throws -> FileDigester

  /// All files that were decided about.
  func knownFiles() throws -> Set<FileDigest>

  /// Remembers files that were decided about.
  func remember(_ files: [FileDigest]) throws

  /// The folders that were looked through, each with its stamp.
  func knownFolders() throws -> [FileDigest: String]

  /// Remembers folders that were looked through.
  func remember(_ folders: [FileDigest: String]) throws

  /// The files that a batch could not read, by name.
  func batchFailures() throws -> [BatchFailure]

  /// Takes it that somebody knows of a file which could not be read; whether it was listed.
  func acknowledgeBatchFailure(_ path: String) throws -> Bool

  /// Notes files that could not be read, and takes back notes of others.
  func noteBatchFailures(_ failures: [BatchFailure], repaired: [String]) throws

  // MARK: Words

  /// Whether `search` finds what stands in the text of messages, too.
  func indexesText() throws -> Bool

  /// Indexes the copies that are only marked for it; how many they were.
  ///
  /// Told after each transaction how many were indexed until then.
  @discardableResult func indexMarked(progress: (Int) -> Void) throws -> Int

  /// Makes the index one that takes copies as they are delivered.
  func prepareIndex() throws

  /// Brings the index into better order, for a short time.
  func mergeSome() throws

  // MARK: Many writes

  /// Makes one transaction of all that a body writes and delivers; where it throws, nothing was
  /// written.
  ///
  /// After it the writes survive the end of this process; a power cut they survive after `settle`.
  ///
  /// - Parameters:
  ///   - deadline: How long to wait for the turn.
  ///   - undoesEach: Whether a write that fails is undone alone. Otherwise the body must throw where
  ///     one failed.
  ///   - body: Reads, writes and deliveries.
  /// - Returns: What the body returns.
  /// - Throws: What the body throws; what writing throws.
  func gather<Result>(
    until deadline: Deadline, undoesEach: Bool, _ body: () throws -> Result
  ) throws -> Result

  /// Whether a transaction lasts long while another writer waits: it should end.
  var isOverdue: Bool { get }

  /// Makes gathered writes survive a power cut.
  func settle() throws
}

extension LocalState {
  /// Indexes the copies that are only marked for it; how many they were.
  @discardableResult package func indexMarked() throws -> Int { try indexMarked { _ in } }

  /// Makes one transaction of all that a body writes and delivers; a write that fails is undone
  /// alone.
  package func gather<Result>(
    until deadline: Deadline, _ body: () throws -> Result
  ) throws -> Result {
    try gather(until: deadline, undoesEach: true, body)
  }
}

/// A file that a batch could not read.
package struct BatchFailure: Sendable, Hashable {
  /// The file; what is no UTF-8 in its name is replaced.
  package let path: String
  /// What failed, in one line.
  package let reason: String
  /// Seconds since 1970.
  package let failedAt: Int64

  /// Makes a failure.
  package init(path: String, reason: String, failedAt: Int64) {
    self.path = path
    self.reason = reason
    self.failedAt = failedAt
  }
}
