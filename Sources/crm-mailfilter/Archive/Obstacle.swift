import Glibc
import System

/// What stood in the way of files of an archive, while the run goes on with the others: one thing in the
/// folder must not keep what was withdrawn there.
struct Obstacle {
  private var first: (any Error)?

  /// Whether there was one.
  var isMet: Bool { first != nil }

  /// Notes one.
  mutating func note(_ error: any Error) { first = first ?? error }

  /// Does something with a file, or notes why it cannot be done.
  ///
  /// - Returns: Whether it is done.
  @discardableResult
  mutating func pass(_ body: () throws -> Void) -> Bool {
    do {
      try body()
      return true
    } catch {
      note(error)
      return false
    }
  }

  /// Throws the first, where there was one.
  func end() throws { if let first { throw first } }

  /// Whether an error is of one file, by what stands in its place; a full disk, say, is of all.
  static func isOne(_ error: any Error) -> Bool {
    switch error {
    case is UnsafeFile: true
    case let error as FileError:
      [EACCES, EPERM, ENOTDIR, EISDIR, ELOOP, EEXIST, ENOTEMPTY].contains(error.code)
    default: false
    }
  }
}
