import Foundation
import Glibc
import Testing

/// A program on a terminal of its own, as a person uses it.
final class PseudoTerminal {
  /// What has not come within the time that a test waits.
  struct Silence: Error, CustomStringConvertible {
    let awaited: String
    let seen: String
    var description: String { "'\(awaited)' did not come; seen: \(seen)" }
  }

  private let main: Int32
  private let process: pid_t
  private var status: Int32?
  private var consumed = 0
  /// All that the program has written.
  private(set) var screen = ""

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - arguments: Its arguments.
  ///   - place: Where it runs, and with what environment.
  ///   - columns: The width of the terminal.
  ///   - program: What is started.
  /// - Throws: `POSIXError`.
  init(
    _ arguments: [String], in place: Place, columns: UInt16 = 200,
    program: String = Program.path
  ) throws {
    main = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    // TIOCSPTLCK and TIOCGPTN, since posix_openpt and its like are not imported.
    var isLocked: Int32 = 0
    var number: UInt32 = 0
    guard main >= 0, ioctl(main, 0x4004_5431, &isLocked) == 0,
      ioctl(main, 0x8004_5430, &number) == 0
    else { throw POSIXError(.ENOTTY) }
    let name = "/dev/pts/\(number)"
    var size = winsize(ws_row: 40, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(main, UInt(TIOCSWINSZ), &size)
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    // The leader of a session takes the first terminal it opens for its own.
    posix_spawn_file_actions_addopen(&actions, 0, name, O_RDWR, 0)
    posix_spawn_file_actions_adddup2(&actions, 0, 1)
    posix_spawn_file_actions_adddup2(&actions, 0, 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // Whoever runs the tests may have had Ctrl-C and its like ignored or blocked.
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    for signal in [SIGHUP, SIGINT, SIGQUIT, SIGTERM] { sigaddset(&signals, signal) }
    posix_spawnattr_setsigdefault(&attributes, &signals)
    // POSIX_SPAWN_SETSID is not imported.
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK) | 0x80)
    var environment = place.environment
    environment["TERM"] = "xterm"
    environment["PATH"] = "/usr/local/bin:/usr/bin:/bin"
    let argv = ([program] + arguments).map { strdup($0) } + [nil]
    let envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for text in argv + envp { free(text) } }
    var process = pid_t()
    let code = posix_spawn(&process, program, &actions, &attributes, argv, envp)
    guard code == 0 else { throw POSIXError(POSIXErrorCode(rawValue: code) ?? .EINVAL) }
    self.process = process
  }

  deinit {
    if status == nil {
      kill(process, SIGKILL)
      waitpid(process, nil, 0)
    }
    close(main)
  }

  /// Waits until the program has written a text after what was awaited last.
  func expect(_ text: String) throws {
    for _ in 0..<600 {
      let rest = String(screen.dropFirst(consumed))
      if let range = rest.range(of: text) {
        consumed += rest.distance(from: rest.startIndex, to: range.upperBound)
        return
      }
      guard readMore() else { break }
    }
    throw Silence(awaited: text, seen: screen)
  }

  /// Types a line.
  func type(_ text: String, ending: String = "\n") {
    let bytes = Array((text + ending).utf8)
    _ = write(main, bytes, bytes.count)
  }

  /// Sends the program a signal, as another process does.
  func signal(_ number: Int32) { kill(process, number) }

  /// Whether the terminal shows what is typed.
  var isEchoing: Bool {
    var state = termios()
    return tcgetattr(main, &state) == 0 && state.c_lflag & tcflag_t(ECHO) != 0
  }

  /// Waits for the end of the program.
  ///
  /// - Returns: Its status; 256 + the signal where one ended it.
  func wait() throws -> Int32 {
    if let status { return status }
    for _ in 0..<600 {
      var raw: Int32 = 0
      while readMore(milliseconds: 0) {}
      let result = waitpid(process, &raw, WNOHANG)
      if result == process {
        while readMore(milliseconds: 0) {}
        let found = raw & 0x7F == 0 ? (raw >> 8) & 0xFF : 256 + (raw & 0x7F)
        status = found
        return found
      }
      usleep(50_000)
    }
    throw Silence(awaited: "the end", seen: screen)
  }

  /// Reads what is there.
  ///
  /// - Returns: Whether more may come: not once the program has closed the terminal.
  @discardableResult
  private func readMore(milliseconds: Int32 = 50) -> Bool {
    var poller = pollfd(fd: main, events: Int16(POLLIN), revents: 0)
    guard poll(&poller, 1, milliseconds) > 0 else { return milliseconds > 0 }
    var chunk = [UInt8](repeating: 0, count: 4096)
    let count = chunk.withUnsafeMutableBytes { read(main, $0.baseAddress, $0.count) }
    guard count > 0 else { return false }
    screen += String(decoding: chunk[..<count], as: UTF8.self).replacing("\r\n", with: "\n")
    return true
  }
}
