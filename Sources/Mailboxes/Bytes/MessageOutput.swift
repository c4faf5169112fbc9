import Glibc
import System

/// Where a message goes on: a descriptor to which each byte is written and checked.
///
/// A mail host that sees status 0 keeps what it was given: nothing short of all bytes may pass for
/// success.
package final class MessageOutput {
  private let descriptor: Int32
  private let isClosed: Bool

  /// Makes an output.
  ///
  /// - Parameters:
  ///   - descriptor: The descriptor; it is closed by `finish()`.
  ///   - isClosed: Whether it was closed when the program started.
  package init(descriptor: Int32, isClosed: Bool = false) {
    self.descriptor = descriptor
    self.isClosed = isClosed
  }

  /// Writes all of the bytes.
  ///
  /// - Throws: `OutputError`.
  package func write(_ bytes: UnsafeRawBufferPointer) throws(OutputError) {
    guard !isClosed else { throw OutputError(code: EBADF) }
    let code = Descriptor.writeAll(bytes, to: descriptor)
    guard code == 0 else { throw OutputError(code: code) }
  }

  /// Closes the descriptor: some file systems say only then that there is no room.
  ///
  /// - Throws: `OutputError`.
  package func finish() throws(OutputError) {
    guard !isClosed else { throw OutputError(code: EBADF) }
    guard close(descriptor) == 0 || errno == EINTR else { throw OutputError(code: errno) }
  }
}

/// Why a message could not be written whole.
package struct OutputError: Error, Hashable, Sendable, CustomStringConvertible {
  /// An errno.
  package let code: Int32

  /// Makes an error of an errno.
  package init(code: Int32) {
    self.code = code
  }

  /// What failed, in one line.
  package var description: String {
    "stdout cannot be written: \(String(cString: strerror(code)))"
  }
}
