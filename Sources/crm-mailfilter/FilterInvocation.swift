import CSystem
import Glibc
import MailPipeline
import System

/// Tells a call of the filter from one of the other commands, and starts it.
enum FilterInvocation {
  /// The filter's arguments; `nil` where another command is called, or help is asked for.
  static func arguments(_ all: [String]) -> [String]? {
    guard let first = all.first else { return [] }
    if first == "filter" { return all.dropFirst().first == "--help" ? nil : Array(all.dropFirst()) }
    guard first.hasPrefix("--"), !others.contains(first) else { return nil }
    return all
  }

  /// Options of the program itself.
  private static let others = [
    "--help", "--version", "--generate-completion-script", "---completion",
  ]

  /// Runs the filter.
  ///
  /// - Returns: The status.
  static func run(_ arguments: [String], closedDescriptors: Int32) -> Int32 {
    let isTerminal = isatty(0) == 1
    if arguments.isEmpty, isTerminal {
      SystemLog.standardError(
        "crm-mailfilter: this is a filter: it reads a message on stdin; see 'crm-mailfilter --help'\n"
      )
      return SystemStatus.usage.rawValue
    }
    do {
      var options = try FilterOptions(parsing: arguments)
      options.profile = options.profile.map(ArgumentBytes.path)
      options.spool = options.spool.map(ArgumentBytes.path)
      return FilterRun(
        options: options, environment: .process, closedDescriptors: closedDescriptors
      ).run()
    } catch {
      SystemLog.standardError("crm-mailfilter: \(SafeText.neutralised(error.description))\n")
      return isTerminal ? SystemStatus.usage.rawValue : FilterRun.temporaryFailure
    }
  }
}
