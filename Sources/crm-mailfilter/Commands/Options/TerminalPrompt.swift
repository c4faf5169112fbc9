import Glibc
import MailPipeline
import System

/// The terminal of who called a command: what is secret is typed there without being shown.
struct TerminalPrompt: CredentialPrompt {
  /// The terminal; `nil` where standard input or standard error is something else.
  static var present: TerminalPrompt? {
    isatty(0) == 1 && isatty(2) == 1 ? TerminalPrompt() : nil
  }

  /// So many bytes may be typed.
  private static let longest = 4_096

  /// What ends a process from outside.
  private static let ending = [SIGHUP, SIGINT, SIGQUIT, SIGTERM]

  /// So long a key is waited for before it is seen that the process is to end, in milliseconds.
  private static let pause: Int32 = 100

  /// Whether a signal waits that ends the process.
  private static var isEnding: Bool {
    var pending = sigset_t()
    sigpending(&pending)
    return ending.contains { sigismember(&pending, $0) == 1 }
  }

  private func show(_ text: String) {
    SystemLog.standardError(SafeText.neutralisedLines(text))
  }

  func say(_ line: String) { show(line + "\n") }

  func confirm(_ question: String) -> Bool {
    show("\(question) [y/N] ")
    guard let answer = readLine() else {
      show("\n")
      return false
    }
    return ["y", "yes"].contains(answer.lowercased())
  }

  func secret(_ question: String) throws(CredentialError) -> Secret? {
    var before = termios()
    guard tcgetattr(0, &before) == 0 else { return nil }
    // What would end the process waits until the terminal is as it was.
    var ending = sigset_t()
    var blocked = sigset_t()
    sigemptyset(&ending)
    for signal in Self.ending { sigaddset(&ending, signal) }
    pthread_sigmask(SIG_BLOCK, &ending, &blocked)
    defer { pthread_sigmask(SIG_SETMASK, &blocked, nil) }
    // Keys that would end the process are read like others: its end would leave a terminal that shows
    // nothing of what is typed.
    var hidden = before
    hidden.c_lflag &= ~tcflag_t(ECHO | ICANON | ISIG)
    guard tcsetattr(0, TCSAFLUSH, &hidden) == 0 else { return nil }
    defer {
      tcsetattr(0, TCSAFLUSH, &before)
      show("\n")
    }
    show("\(question): ")
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Self.longest)
    defer { for index in bytes.indices { bytes[index] = 0 } }
    while true {
      guard !Self.isEnding else { throw .interrupted }
      var input = pollfd(fd: 0, events: Int16(POLLIN), revents: 0)
      guard poll(&input, 1, Self.pause) != 0 else { continue }
      var byte: UInt8 = 0
      let count = read(0, &byte, 1)
      if count < 0, errno == EINTR { continue }
      guard count == 1 else { return nil }
      switch byte {
      case UInt8(ascii: "\n"), UInt8(ascii: "\r"): return Secret(bytes)
      // ^C, and ^D at the beginning.
      case 3: throw .interrupted
      case 4:
        if bytes.isEmpty { throw .interrupted }
      // Backspace and ^U.
      case 8, 127: while let byte = bytes.popLast(), byte & 0xC0 == 0x80 {}
      case 21: bytes.removeAll(keepingCapacity: true)
      case 0..<32: break
      default: if bytes.count < Self.longest { bytes.append(byte) }
      }
    }
  }
}
