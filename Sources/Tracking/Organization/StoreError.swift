import Glibc

/// Why a store could not be used.
///
/// Holds no part of a message and no path.
package struct StoreError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kinds of failure.
  package enum Kind: String, Sendable, CaseIterable {
    /// There is none, and none may be made.
    case missing
    /// There was one before, and it is not there; none is made in its place unless somebody says so.
    case gone
    /// The file is no SQLite database, or one of another program.
    case notAStore = "not-a-store"
    /// A newer version of this program made it.
    case newerVersion = "newer-version"
    /// An older version made it, and to bring it to this one takes longer than a message may wait.
    case needsMigration = "needs-migration"
    /// Somebody else could have changed it, or can; or it lies where it is not safe.
    case unsafe
    /// Somebody else wrote for longer than may be waited.
    case locked
    /// The disk or the file-size limit is reached.
    case full
    /// It may not be written.
    case readOnly = "read-only"
    /// Its content is damaged.
    case damaged
    /// The system refused to open it.
    case permission
    /// The system failed to read or write it.
    case inputOutput = "input-output"
    /// There was not enough memory.
    case memory
    /// SQLite failed in a way that should not be.
    case unexpected
  }

  /// The kind.
  package let kind: Kind
  /// What the system or SQLite said, without names and values; may be empty.
  package let detail: String

  /// Makes an error.
  package init(_ kind: Kind, detail: String = "") {
    self.kind = kind
    self.detail = detail
  }

  /// Makes an error of an errno.
  package init(systemError code: Int32, while action: String) {
    let kind: Kind =
      switch code {
      case ENOSPC, EDQUOT, EFBIG: .full
      case EACCES, EPERM, ELOOP, ENOTDIR, EISDIR: .permission
      case EROFS: .readOnly
      case ENOENT: .missing
      case ENOMEM: .memory
      default: .inputOutput
      }
    self.init(kind, detail: "\(action): \(String(cString: strerror(code)))")
  }

  /// What failed and what to do, in one line.
  package var description: String {
    let text =
      switch kind {
      case .missing: "the store is not there; 'org add' or the first tracked message makes it"
      case .gone:
        "the store that was used before is not there; 'crm-mailfilter verify' says what to do"
      case .notAStore: "the file is no store of crm-mailfilter; name another in the profile"
      case .newerVersion: "a newer crm-mailfilter made the store; install that version"
      case .needsMigration:
        "an older crm-mailfilter made the store, which is large; run 'crm-mailfilter verify --repair'"
      case .unsafe: "the store is not safe to use; 'crm-mailfilter verify' says what to do"
      case .locked: "the store was busy for too long; try again"
      case .full: "no room to write the store; free disk space or raise the file-size limit"
      case .readOnly: "the store may not be written; look at the file's permissions"
      case .damaged: "the store is damaged; restore a backup, or recover it with sqlite3"
      case .permission: "the store cannot be opened; look at permissions of file and folders"
      case .inputOutput: "the store cannot be read or written; look at the disk"
      case .memory: "not enough memory for the store"
      case .unexpected: "the store failed in an unexpected way"
      }
    return detail.isEmpty ? text : "\(text) (\(detail))"
  }
}
