import Foundation
import Glibc

/// A server of a test's own, on a free port of loopback: it ends with this object, and with this process,
/// however that ends.
final class LoopbackServer {
  /// Where it listens.
  let port: Int
  private let log: String
  /// While it is open, the server runs.
  private let lifeline: Int32
  private let shell: pid_t

  /// Why there is no server.
  struct ServerError: Error {
    var text: String
  }

  /// Starts it, and waits until it takes connections.
  ///
  /// - Parameters:
  ///   - folder: Where its log is written.
  ///   - isUnprivileged: Whether root starts it as nobody, to whom the folder is given.
  ///   - environment: Of the server, beside `PATH`.
  ///   - command: The command line of a port, which stays in the foreground.
  /// - Throws: `ServerError`.
  init(
    in folder: String, isUnprivileged: Bool = true, environment: [String: String] = [:],
    _ command: (_ port: Int) throws -> String
  ) throws {
    port = try Self.freePort()
    log = folder + "/server.log"
    let asUser = isUnprivileged ? Self.asNobody : ""
    if !asUser.isEmpty {
      _ = try Program.run("/bin/chown", ["-R", "nobody", folder], folder: NSTemporaryDirectory())
    }
    let line = """
      exec 2>> '\(log)'
      \(asUser) \(try command(port)) >> '\(log)' 2>&1 < /dev/null &
      server=$!
      # Until nobody holds the other end.
      cat > /dev/null
      kill $server
      wait $server
      """
    var ends: [Int32] = [-1, -1]
    // No other program that a test starts is to hold an end.
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw ServerError(text: "no pipe") }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, ends[0], 0)
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    // The threads of tests block most signals, which the server is not to inherit.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    let variables =
      ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]
      + environment.map { "\($0.key)=\($0.value)" }
    let arguments: [String] = ["/bin/sh", "-c", line]
    let argv = arguments.map { strdup($0) } + [nil]
    let envp = variables.map { strdup($0) } + [nil]
    defer { for text in argv + envp { free(text) } }
    var process = pid_t()
    let code = posix_spawn(&process, "/bin/sh", &actions, &attributes, argv, envp)
    close(ends[0])
    shell = process
    lifeline = ends[1]
    guard code == 0 else { throw ServerError(text: "the server cannot be started") }
    for _ in 0..<1_200 {
      if Self.isTaken(port) { return }
      usleep(25_000)
    }
    throw ServerError(text: (try? String(contentsOfFile: log, encoding: .utf8)) ?? "")
  }

  deinit {
    close(lifeline)
    var status: Int32 = 0
    while waitpid(shell, &status, 0) < 0, errno == EINTR {}
  }

  /// What starts a program as nobody, where this process is root.
  static let asNobody =
    geteuid() == 0
    ? "setpriv --reuid=nobody --regid=$(id -g nobody) --clear-groups --no-new-privs" : ""

  /// A port that nobody has.
  static func freePort() throws -> Int {
    try withAddress(0) { address, length, descriptor in
      bind(descriptor, address, length.pointee) == 0
        ? getsockname(descriptor, address, length) : -1
    }.map { $0 } ?? { throw ServerError(text: "no port is free") }()
  }

  /// Whether somebody listens on a port.
  private static func isTaken(_ port: Int) -> Bool {
    let found = try? withAddress(UInt16(port)) { address, length, descriptor in
      connect(descriptor, address, length.pointee)
    }
    return found ?? nil != nil
  }

  private static func withAddress(
    _ port: UInt16,
    _ body: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>, Int32) -> Int32
  ) throws -> Int? {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let code = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, &length, descriptor) }
    }
    return code == 0 ? Int(UInt16(bigEndian: address.sin_port)) : nil
  }
}
