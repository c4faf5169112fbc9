import CSystem
import Glibc
import MailPipeline

/// Prints text that may be longer than the screen.
enum Pager {
  /// Prints a text, on a terminal through a pager.
  ///
  /// The pager is `$CRM_MAILFILTER_PAGER`, else `$PAGER`, else less(1), which prints plainly what fits
  /// the screen. An empty one or `cat` is none. Where it cannot be run, the text is printed plainly.
  static func print(_ text: String, isWanted: Bool, environment: HostEnvironment = .process) {
    let command =
      environment.value(of: "CRM_MAILFILTER_PAGER") ?? environment.value(of: "PAGER") ?? "less"
    guard isWanted, isatty(1) == 1, !text.isEmpty, isRunnable(command, environment),
      page(text, command)
    else {
      StandardOutput.shared.print(text)
      return
    }
  }

  private static func isRunnable(_ command: String, _ environment: HostEnvironment) -> Bool {
    let word = command.split(separator: " ").first.map(String.init) ?? ""
    if word.isEmpty || command == "cat" { return false }
    // What only a shell understands, a shell will tell about.
    guard !word.contains(where: { "|&;<>()$`\\\"'*?[#~=%".contains($0) }) else { return true }
    if word.contains("/") { return access(word, X_OK) == 0 }
    return (environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
      .contains { access("\($0)/\(word)", X_OK) == 0 }
  }

  /// - Returns: Whether it was shown.
  private static func page(_ text: String, _ command: String) -> Bool {
    // Quit at the end of what fits, colours as they are, and the screen stays as it was.
    setenv("LESS", "FRX", 0)
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { return false }
    // The keyboard's signals are the pager's, and one that ends early is no error.
    for number in [SIGPIPE, SIGINT, SIGQUIT] { signal(number, SIG_IGN) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, ends[0], 0)
    for end in ends { posix_spawn_file_actions_addclose(&actions, end) }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var usual = sigset_t()
    sigemptyset(&usual)
    for number in [SIGPIPE, SIGINT, SIGQUIT] { sigaddset(&usual, number) }
    posix_spawnattr_setsigdefault(&attributes, &usual)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
    let arguments: [String] = ["/bin/sh", "-c", command]
    let words = arguments.map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var process = pid_t()
    let result = posix_spawn(
      &process, "/bin/sh", &actions, &attributes, words, csystem_environment())
    close(ends[0])
    guard result == 0 else {
      close(ends[1])
      return false
    }
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(ends[1], $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      rest = rest.dropFirst(count)
    }
    close(ends[1])
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    // The shell's word for a program that is not there.
    return !(status & 0x7F == 0 && (status >> 8) & 0xFF == 127)
  }
}
