import Glibc
import Mailboxes

/// Where commands print: whatever says that it succeeded has checked each of its writes.
///
/// Text is gathered and written when there is enough of it, on a terminal at the end of each line.
/// What C's stdio does was not enough: it gives up at a non-blocking pipe that is full, and forgets
/// that an earlier write failed.
final class StandardOutput {
  /// The program's stdout; commands print from one thread.
  nonisolated(unsafe) static let shared = StandardOutput()

  /// Whether stdout was closed when the program started.
  var isClosed = false
  private var pending: [UInt8] = []
  private var failure: OutputError?
  private lazy var output = MessageOutput(descriptor: 1, isClosed: isClosed)
  private lazy var isOnTerminal = isatty(1) == 1
  private var filter = TerminalFilter()

  private static let pieceSize = 64 << 10

  /// Prints a text; a write that fails is told by `finish()`, and what comes after it is dropped.
  func print(_ text: String) {
    guard failure == nil else { return }
    pending += text.utf8
    if pending.count >= Self.pieceSize || isOnTerminal { flush() }
  }

  /// Writes bytes that strangers made, after all that was printed before: to a pipe or a file as they
  /// are, to a terminal without what it would take for a command.
  ///
  /// - Throws: `OutputError`.
  func write(_ bytes: UnsafeRawBufferPointer) throws(OutputError) {
    if isOnTerminal {
      print(filter.text(of: bytes))
      return try check()
    }
    flush()
    try check()
    do {
      try output.write(bytes)
    } catch {
      failure = error
      throw error
    }
  }

  /// Writes what was printed and not written yet.
  func flush() {
    guard failure == nil, !pending.isEmpty else { return }
    do {
      try pending.withUnsafeBytes { try output.write($0) }
    } catch {
      failure = error as? OutputError ?? OutputError(code: EIO)
    }
    pending.removeAll(keepingCapacity: true)
  }

  /// Whether all could be written so far: what prints much need not go on where it is not read.
  ///
  /// - Throws: `OutputError`.
  func check() throws(OutputError) {
    if let failure { throw failure }
  }

  /// Writes the rest and closes stdout: some file systems say only then that there is no room.
  ///
  /// - Throws: `OutputError`.
  func finish() throws(OutputError) {
    print(filter.rest())
    flush()
    try check()
    if !isClosed { try output.finish() }
  }
}

/// Prints something and the end of a line to `StandardOutput`, instead of Swift's own function, which
/// tells no error.
func print(_ item: some CustomStringConvertible, terminator: String = "\n") {
  StandardOutput.shared.print(item.description + terminator)
}
