import CSystem
import Glibc
import System

/// Runs a program that prints a secret.
enum CredentialCommand {
  /// The most bytes that it may write.
  private static let longest = 64 << 10
  /// How often it is looked whether it ended, in milliseconds.
  private static let pause: Int32 = 50

  /// The first line that a program prints.
  ///
  /// It gets this process's environment, and nobody's input.
  ///
  /// - Parameters:
  ///   - words: The program and its arguments; no shell reads them.
  ///   - limit: How long it may take, in milliseconds.
  /// - Returns: The line.
  /// - Throws: `CredentialError.command`, which holds what it wrote to its standard error and nothing
  ///   of its output.
  static func run(_ words: [String], within limit: Int) throws(CredentialError) -> Secret {
    let name = "password_command '\(SafeText.neutralised(words.first ?? ""))'"
    let arguments = words.map { strdup($0) } + [nil]
    defer { for text in arguments { free(text) } }
    var process = pid_t()
    var outputs: (output: Int32, errors: Int32) = (-1, -1)
    var terminal: Int32 = -1
    let code = csystem_run(
      arguments, csystem_environment(), &process, &outputs.output, &outputs.errors, &terminal)
    defer { csystem_take_terminal(terminal) }
    guard code == 0 else {
      throw .command("\(name) cannot be run: \(String(cString: strerror(code)))")
    }
    let output = Gathered(outputs.output, longest)
    let errors = Gathered(outputs.errors, longest)
    guard let status = wait(for: process, output, errors, until: Deadline(milliseconds: limit))
    else {
      // And what it started.
      kill(-process, SIGKILL)
      var status: Int32 = 0
      while waitpid(process, &status, 0) < 0, errno == EINTR {}
      if output.isOverfull || errors.isOverfull { throw tooLong(name) }
      throw .command(
        csystem_is_interrupted() != 0
          ? "interrupted" : "\(name) took longer than \(limit / 1_000) s")
    }
    if output.isOverfull || errors.isOverfull { throw tooLong(name) }
    guard status == 0 else {
      // The exit status, or the signal, of waitpid(2).
      let end = status & 0x7F == 0 ? "status \(status >> 8 & 0xFF)" : "signal \(status & 0x7F)"
      let said = errors.line
      throw .command("\(name) ended with \(end)" + (said.isEmpty ? "" : ": \(said)"))
    }
    guard let secret = output.withFirstLine({ Secret($0) }) else {
      throw .command("\(name) printed no secret in its first line")
    }
    return secret
  }

  private static func tooLong(_ name: String) -> CredentialError {
    .command("\(name) writes more than \(longest >> 10) KiB; its first line is the secret")
  }

  /// Waits until it ended; its status, `nil` where it takes too long, or writes too much.
  private static func wait(
    for process: pid_t, _ output: Gathered, _ errors: Gathered, until deadline: Deadline
  ) -> Int32? {
    while true {
      var status: Int32 = 0
      let ended = waitpid(process, &status, WNOHANG)
      // What it wrote before it ended is in the pipes, whoever else holds them open.
      output.read()
      errors.read()
      if ended == process { return status }
      // Nobody reads on: it would wait for that.
      guard !output.isOverfull, !errors.isOverfull else { return nil }
      guard !deadline.hasPassed, csystem_is_interrupted() == 0 else { return nil }
      var states = [output, errors].filter { !$0.isAtEnd }
        .map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
      poll(&states, nfds_t(states.count), pause)
    }
  }

  /// What comes out of a pipe; unreadable when it is given up.
  private final class Gathered {
    let descriptor: Int32
    private let bytes: UnsafeMutableRawBufferPointer
    private var count = 0
    private(set) var isAtEnd = false
    private(set) var isOverfull = false

    init(_ descriptor: Int32, _ room: Int) {
      self.descriptor = descriptor
      bytes = .allocate(byteCount: room, alignment: 1)
    }

    deinit {
      csystem_wipe(bytes.baseAddress, bytes.count)
      bytes.deallocate()
      close(descriptor)
    }

    /// Takes what is there.
    func read() {
      while !isAtEnd {
        let rest = UnsafeMutableRawBufferPointer(rebasing: bytes[count...])
        guard !rest.isEmpty else {
          isOverfull = true
          isAtEnd = true
          return
        }
        let result = Glibc.read(descriptor, rest.baseAddress, rest.count)
        if result > 0 {
          count += result
        } else if result == 0 {
          isAtEnd = true
        } else if errno != EINTR {
          isAtEnd = errno != EAGAIN
          return
        }
      }
    }

    /// Gives its first line, without its end.
    func withFirstLine<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
      let all = UnsafeRawBufferPointer(rebasing: bytes[..<count])
      var line = all[..<(all.firstIndex(of: UInt8(ascii: "\n")) ?? all.endIndex)]
      if line.last == UInt8(ascii: "\r") { line.removeLast() }
      return body(UnsafeRawBufferPointer(rebasing: line))
    }

    /// Its first line, made safe to print, and short.
    var line: String {
      withFirstLine { line in
        let text = String(decoding: line.prefix(400), as: UTF8.self)
        return SafeText.neutralised(
          String(String.UnicodeScalarView(text.unicodeScalars.prefix(200))))
      }
    }
  }
}
