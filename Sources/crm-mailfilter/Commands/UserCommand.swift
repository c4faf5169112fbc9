import ArgumentParser

/// `user`.
struct UserCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "user", abstract: "The users, for whom mail is tracked.",
    subcommands: [Add.self, List.self, Set.self])

  /// A login that the system knows.
  ///
  /// - Throws: `CommandError` where it does not.
  static func login(_ text: String) throws -> String {
    guard UnixLogin.number(of: text) != nil else {
      throw CommandError(.usage, "this system has no login '\(text)'; a number may be given, too")
    }
    return text
  }
}
