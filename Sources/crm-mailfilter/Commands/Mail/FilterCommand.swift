import ArgumentParser
import MailPipeline

/// `filter`: its help.
///
/// Its runs go past the argument parser, see `FilterInvocation`.
struct FilterCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "filter",
    abstract: "The pipe: a message from stdin to stdout (default).",
    usage: "crm-mailfilter [filter] [<option> ...] < message",
    discussion: """
      \(FilterOptions.help)

      The status is 0 or 75. Whatever goes wrong, the message passes on and waits in the spool to \
      be tracked later; with --strict it is handed back instead.
      """)
}

extension FilterOptions {
  /// The options as help shows them.
  fileprivate static var help: String {
    let names = all.map { "--" + $0.name + ($0.value.map { " <\($0)>" } ?? "") }
    let width = names.map(\.count).max() ?? 0
    return zip(names, all).map { name, option in
      "  " + name + String(repeating: " ", count: width - name.count + 2) + option.summary
    }.joined(separator: "\n")
  }
}
