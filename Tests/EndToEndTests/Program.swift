import Foundation
import Glibc
import Testing

/// The built program and others, run as a mail host runs them.
struct Program {
  /// What a run gave.
  struct Result {
    var status: Int32
    var output: [UInt8]
    var errors: String

    var text: String { String(decoding: output, as: UTF8.self) }
  }

  /// The built `crm-mailfilter`: the one of `make`, else the one beside the tests.
  static let path =
    ProcessInfo.processInfo.environment["CRM_MAILFILTER"] ?? besideTests("crm-mailfilter")

  /// A program that was built with the tests.
  static func besideTests(_ name: String) -> String {
    URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
      .deletingLastPathComponent().appendingPathComponent(name).path
  }

  /// Runs a program with files for its standard streams.
  ///
  /// The status is 256 + the signal where one ended it.
  static func run(
    _ path: String = path, _ arguments: [String] = [], input: [UInt8] = [],
    environment: [String: String] = [:], folder: String
  ) throws -> Result {
    let name = folder + "/run-" + UUID().uuidString
    defer { for suffix in [".in", ".out", ".err"] { unlink(name + suffix) } }
    try Data(input).write(to: URL(fileURLWithPath: name + ".in"))
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, name + ".in", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, name + ".out", O_WRONLY | O_CREAT, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, name + ".err", O_WRONLY | O_CREAT, 0o600)
    let status = try spawn([path] + arguments, environment: environment, actions: &actions)
    return Result(
      status: status, output: Array(try Data(contentsOf: URL(fileURLWithPath: name + ".out"))),
      errors: String(
        decoding: try Data(contentsOf: URL(fileURLWithPath: name + ".err")), as: UTF8.self))
  }

  /// Runs a shell command line in a folder; for closed and full descriptors, limits and pipes.
  static func shell(_ line: String, environment: [String: String], folder: String) throws -> Result
  {
    var environment = environment
    environment["F"] = path
    environment["PLACE"] = folder
    environment["PATH"] = "/usr/local/bin:/usr/bin:/bin"
    return try run(
      "/bin/bash", ["-c", "cd \"$PLACE\" || exit 99\n" + line], environment: environment,
      folder: folder)
  }

  private static func spawn(
    _ arguments: [String], environment: [String: String],
    actions: inout posix_spawn_file_actions_t
  ) throws -> Int32 {
    let argv = arguments.map { strdup($0) } + [nil]
    let envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for text in argv + envp { free(text) } }
    // The threads of tests block most signals, which the program is not to inherit.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    var process = pid_t()
    let code = posix_spawn(&process, arguments[0], &actions, &attributes, argv, envp)
    guard code == 0 else { throw POSIXError(POSIXErrorCode(rawValue: code) ?? .EINVAL) }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    return status & 0x7F == 0 ? (status >> 8) & 0xFF : 256 + (status & 0x7F)
  }
}
