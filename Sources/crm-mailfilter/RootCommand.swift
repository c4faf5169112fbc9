import ArgumentParser
import Glibc
import MailPipeline
import System
import Tracking

/// `crm-mailfilter`.
struct RootCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "crm-mailfilter",
    abstract: "Gets customer mail into a CRM log, from a mail pipeline.",
    discussion: """
      Without a command it is the filter: it reads one message on stdin, stores a copy where rules \
      and organization say so, and writes the same bytes to stdout.
      """,
    version: programVersion,
    subcommands: [
      FilterCommand.self, SetupCommand.self, ExplainCommand.self, BatchCommand.self,
      ListCommand.self, SearchCommand.self, AgendaCommand.self, ThreadCommand.self,
      ShowCommand.self,
      ExportCommand.self, ArchiveCommand.self, StatsCommand.self,
      TrackCommand.self, UntrackCommand.self,
      RegardingCommand.self,
      OrgCommand.self, UserCommand.self, RecordCommand.self, RulesCommand.self,
      RetryCommand.self, SyncCommand.self, FailuresCommand.self, ForgetCommand.self,
      PruneCommand.self,
      VerifyCommand.self, BackupCommand.self,
    ])

  /// Runs a command.
  ///
  /// - Returns: The status.
  static func start(_ arguments: [String]) -> Int32 {
    // A reader that has seen enough, such as head(1), is no error, whatever the caller did to SIGPIPE.
    signal(SIGPIPE, SIG_DFL)
    // A file that may not grow is an error of the write and no end of the program.
    signal(SIGXFSZ, SIG_IGN)
    // The parser shows the general help for a word that is no command.
    if arguments.first == "help", let error = unknownTopic(arguments) {
      Terminal.tell("crm-mailfilter: \(error)")
      return SystemStatus.usage.rawValue
    }
    do {
      var command = try parseAsRoot(QueryArguments.protected(arguments))
      try command.run()
      // What is printed is printed only once it is written.
      try StandardOutput.shared.finish()
      return 0
    } catch {
      return report(error, arguments: arguments)
    }
  }

  private static func report(_ error: any Error, arguments: [String]) -> Int32 {
    // What was printed before it failed comes first.
    StandardOutput.shared.flush()
    if let error = CommandError(error) {
      Terminal.tell("crm-mailfilter: \(error.line)")
      return error.status.rawValue
    }
    let code = exitCode(for: error)
    guard !code.isSuccess else {
      return printHelp(fullMessage(for: error))
    }
    // A shell that asks what a word may be has no use for words about it.
    if arguments.first == "---completion" { return SystemStatus.usage.rawValue }
    let name = arguments.first ?? ""
    let names = configuration.subcommands.map { $0._commandName }
    let isKnown = names.contains(name)
    let text =
      isKnown
      ? mistypedSubcommand(arguments) ?? usage(message(for: error), of: arguments)
      : "no command '\(name)'" + Suggestion.hint(for: name, among: names)
    Terminal.tell("crm-mailfilter: \(text)")
    // From a pipe it may be a mail host that calls, and any status but 75 would bounce the mail.
    return isKnown || isatty(0) == 1
      ? SystemStatus.usage.rawValue : FilterRun.temporaryFailure
  }
}

extension RootCommand {
  /// What to say where help is asked for about a command that there is not.
  private static func unknownTopic(_ arguments: [String]) -> String? {
    let words = arguments.dropFirst().filter { !$0.hasPrefix("-") }
    guard let name = words.first else { return nil }
    guard configuration.subcommands.contains(where: { $0._commandName == name }) else {
      let names = configuration.subcommands.map { $0._commandName }
      return "no command '\(name)'" + Suggestion.hint(for: name, among: names)
    }
    return mistypedSubcommand(Array(words))
  }

  /// What to say where a command of several parts, such as `org`, was given a part that it has not.
  private static func mistypedSubcommand(_ arguments: [String]) -> String? {
    guard arguments.count > 1, !arguments[1].hasPrefix("-"),
      let command = configuration.subcommands.first(where: { $0._commandName == arguments[0] })
    else { return nil }
    let parts = command.configuration.subcommands.map { $0._commandName }
    guard !parts.isEmpty, !parts.contains(arguments[1]) else { return nil }
    return "no command '\(arguments[0]) \(arguments[1])'"
      + Suggestion.hint(for: arguments[1], among: parts)
  }

  /// What the parser of arguments says, as a line of ours.
  private static func usage(_ message: String, of arguments: [String]) -> String {
    let words = message.split { $0.isWhitespace }.joined(separator: " ")
    let line = words.hasSuffix(".") ? String(words.dropLast()) : words
    guard arguments.first == SearchCommand.configuration.commandName else {
      return line + "; see --help"
    }
    // A query of words that look like options.
    let help = SearchCommand.helpMessage()
    let word = arguments.dropFirst().prefix { $0 != "--" }.first { argument in
      argument.hasPrefix("--") && !help.contains(argument.prefix { $0 != "=" } + " ")
        && !help.contains(argument.prefix { $0 != "=" } + "\n")
    }
    guard let word else { return line + "; see --help" }
    // Whoever looks for mail from somebody wants no option that is spelt like it.
    let name = word.drop { $0 == "-" }.prefix { $0 != "=" }
    let term = try? SearchQueryParser.parse(name + ":2026", now: TextOutput.now, clock: .local)
    if term != nil {
      return "search has no option '--\(name)'; in the query write \(name):…, see crm-mailfilter(1)"
    }
    return line + "; see --help, or for a word of the query: search -- \(word)"
  }

  private static func printHelp(_ text: String) -> Int32 {
    print(text)
    do {
      try StandardOutput.shared.finish()
      return 0
    } catch {
      SystemLog.standardError("crm-mailfilter: \(error)\n")
      return SystemStatus.inputOutput.rawValue
    }
  }
}

/// The version of the program.
let programVersion = "0.2.0"
