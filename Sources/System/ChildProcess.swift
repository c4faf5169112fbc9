import CSystem
import Glibc

/// A program that is spoken to line by line, over its standard input and output.
///
/// It gets no descriptor of ours but these, no more of the environment than it is given, and a process
/// group of its own, so that what it starts ends with it.
package final class ChildProcess {
  /// Why a line did not come, or could not be sent.
  package enum Failure: Error, Hashable, Sendable {
    /// It cannot be started: an errno.
    case notStarted(Int32)
    /// It took, or gave, nothing for too long.
    case silent
    /// It ended, or closed its input or output.
    case ended
    /// It wrote a line that is longer than is read.
    case tooLong
    /// The system failed: an errno.
    case system(Int32)
  }

  /// Its standard input, to be written.
  private let input: Int32
  /// Its standard output, to be read.
  private let output: Int32
  private let process: pid_t
  private var isOver = false
  /// What SIGPIPE did before.
  private let previous: (@convention(c) (Int32) -> Void)?
  /// What it wrote and nobody took yet.
  private var pending: [UInt8] = []

  /// How long it has to end by itself once its input is closed, in milliseconds.
  private static let farewell = 2_000

  /// Starts a program in the root folder.
  ///
  /// - Parameters:
  ///   - path: The program; it gets no arguments.
  ///   - environment: All of its environment: `NAME=value`.
  ///   - keepsErrors: Whether its standard error is ours; else nobody reads it.
  /// - Throws: `Failure.notStarted`.
  package init(
    _ path: String, environment: [String], keepsErrors: Bool
  ) throws(Failure) {
    // A program that ends early is an error of the write and no end of ours.
    previous = signal(SIGPIPE, SIG_IGN)
    let variables = environment.map { strdup($0) } + [nil]
    defer { for text in variables { free(text) } }
    var ends: (input: Int32, output: Int32) = (-1, -1)
    var started = pid_t()
    let code = csystem_spawn(
      path, variables, keepsErrors ? 1 : 0, &started, &ends.input, &ends.output)
    input = ends.input
    output = ends.output
    process = started
    guard code == 0 else {
      isOver = true
      signal(SIGPIPE, previous)
      throw .notStarted(code)
    }
  }

  deinit { end(at: Deadline(milliseconds: 0)) }

  /// Whether it wrote something that nobody asked for, or ended.
  package var isOutOfTurn: Bool {
    guard !isOver, pending.isEmpty else { return true }
    var state = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
    return poll(&state, 1, 0) != 0
  }

  /// Sends it a line.
  ///
  /// - Throws: `Failure`.
  package func send(_ line: [UInt8], until deadline: Deadline) throws(Failure) {
    var rest = (line + [UInt8(ascii: "\n")])[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(input, $0.baseAddress, $0.count) }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if count < 0, errno == EAGAIN {
        try wait(for: input, Int16(POLLOUT), until: deadline)
      } else if count < 0, errno == EPIPE {
        throw .ended
      } else if count < 0, errno != EINTR {
        throw .system(errno)
      }
    }
  }

  /// Takes a line from it, without its end.
  ///
  /// - Parameters:
  ///   - limit: The most bytes that a line may have.
  ///   - deadline: Until when.
  /// - Returns: Its bytes.
  /// - Throws: `Failure`.
  package func line(atMost limit: Int, until deadline: Deadline) throws(Failure) -> [UInt8] {
    var looked = 0
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      if let end = pending[looked...].firstIndex(of: UInt8(ascii: "\n")) {
        guard end <= limit else { throw .tooLong }
        defer { pending.removeSubrange(...end) }
        return Array(pending[..<end])
      }
      looked = pending.count
      guard looked <= limit else { throw .tooLong }
      // One that writes without end is not read without end.
      guard !deadline.hasPassed else { throw .silent }
      let count = chunk.withUnsafeMutableBytes { read(output, $0.baseAddress, $0.count) }
      if count > 0 {
        pending += chunk[..<count]
      } else if count == 0 {
        throw .ended
      } else if errno == EAGAIN {
        try wait(for: output, Int16(POLLIN), until: deadline)
      } else if errno != EINTR {
        throw .system(errno)
      }
    }
  }

  private func wait(
    for descriptor: Int32, _ events: Int16, until deadline: Deadline
  ) throws(Failure) {
    var state = pollfd(fd: descriptor, events: events, revents: 0)
    let time = deadline.remainingMilliseconds
    let count = poll(&state, 1, Int32(clamping: time + (deadline.hasPassed ? 0 : 1)))
    guard count >= 0 || errno == EINTR else { throw .system(errno) }
    if count == 0 { throw .silent }
  }

  /// Closes its input, whereupon it ends, and ends it where it does not.
  package func end() { end(at: Deadline(milliseconds: Self.farewell)) }

  /// Ends it at once, with all that it started.
  package func kill() { end(at: Deadline(milliseconds: 0)) }

  private func end(at deadline: Deadline) {
    guard !isOver else { return }
    isOver = true
    close(input)
    close(output)
    signal(SIGPIPE, previous)
    var status: Int32 = 0
    while !deadline.hasPassed {
      let ended = waitpid(process, &status, WNOHANG)
      if ended == process || ended < 0 && errno == ECHILD {
        // What it started, and left behind.
        Glibc.kill(-process, SIGKILL)
        return
      }
      usleep(2_000)
    }
    Glibc.kill(-process, SIGKILL)
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
  }
}
