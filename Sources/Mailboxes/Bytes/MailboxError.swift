import Glibc

/// Why a mailbox or a file in it could not be read.
package struct MailboxError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The file or folder.
  package let path: MailPath
  /// The errno; `nil` where the system has nothing against it.
  package let code: Int32?
  /// What is wrong, in one line.
  package let reason: String

  init(_ path: MailPath, _ code: Int32) {
    self.path = path
    self.code = code
    reason = String(cString: strerror(code))
  }

  init(_ path: MailPath, reason: String) {
    self.path = path
    code = nil
    self.reason = reason
  }

  /// Whether nothing is there.
  package var isAbsence: Bool { code == ENOENT || code == ENOTDIR }

  /// What failed, in one line.
  package var description: String { "\(path): \(reason)" }
}
