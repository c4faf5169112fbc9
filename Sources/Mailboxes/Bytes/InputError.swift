import Glibc

/// Why a message could not be read or held.
///
/// Half a message is never taken for a whole one.
public enum InputError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Reading failed; an errno.
  case readFailed(Int32)
  /// It is larger than what memory holds, and no temporary file can be had; an errno. What was read
  /// can still be passed on.
  case cannotHold(Int32)
  /// It is compressed, and cannot be expanded; why.
  case cannotExpand(String)

  /// What failed, in one line.
  public var description: String {
    switch self {
    case .readFailed(let code): "the message cannot be read: \(String(cString: strerror(code)))"
    case .cannotExpand(let reason): reason
    case .cannotHold(let code):
      "no temporary file for a large message: \(String(cString: strerror(code)))"
    }
  }
}
