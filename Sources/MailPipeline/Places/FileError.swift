import Glibc

/// Why a file could not be read or written.
public struct FileError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file.
  public let path: String
  /// An errno.
  public let code: Int32

  /// Makes an error of an errno.
  public init(path: String, code: Int32) {
    self.path = path
    self.code = code
  }

  /// What the system said.
  public var reason: String { String(cString: strerror(code)) }

  /// What failed, in one line.
  public var description: String { "\(path): \(reason)" }
}
