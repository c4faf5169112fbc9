import Glibc

/// Why a message could not be written whole.
public struct OutputError: Error, Hashable, Sendable, CustomStringConvertible {
  /// An errno.
  public let code: Int32

  /// Makes an error of an errno.
  public init(code: Int32) {
    self.code = code
  }

  /// What failed, in one line.
  public var description: String {
    "stdout cannot be written: \(String(cString: strerror(code)))"
  }
}
