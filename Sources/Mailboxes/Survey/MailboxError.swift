import Glibc

/// Why a mailbox or a file in it could not be read.
public struct MailboxError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The file or folder.
  public let path: MailPath
  /// The errno; `nil` where the system has nothing against it.
  public let code: Int32?
  /// What is wrong, in one line.
  public let reason: String

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
  public var isAbsence: Bool { code == ENOENT || code == ENOTDIR }

  /// What failed, in one line.
  public var description: String { "\(path): \(reason)" }
}
