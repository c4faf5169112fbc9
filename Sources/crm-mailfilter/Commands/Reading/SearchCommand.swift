import ArgumentParser
import Glibc
import MailPipeline
import System
import Tracking

/// `search`.
struct SearchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "search", abstract: "Lists the tracked mail that a query finds.",
    discussion: """
      Words, "phrases", beginnings*, AND, OR, NOT, parentheses, and the terms from: to: cc: \
      participant: subject: body: attachment: regarding: record: owner: rule: reason: direction: \
      date: before: after: kind: start: is: thread: id: mid:; see the manual page. What the filter stored since \
      the last search is indexed first.
      """)

  @Argument(
    help: "The query; its words may be one argument or several.",
    completion: ShellCompletions.queries)
  var query: [String]

  /// An order of mail.
  enum Order: String, CaseIterable, ExpressibleByArgument {
    case newest, oldest, relevance
  }

  @Option(help: "The order: \(Order.allCases.map(\.rawValue).joined(separator: ", ")).")
  var sort = Order.newest

  @Option(
    parsing: .unconditional,
    help: "At most so many; 0 for all. On a terminal 50 where absent, else all.")
  var limit: Int?

  @Option(parsing: .unconditional, help: "Leave out so many first.")
  var offset = 0

  @Flag(help: "Only say how many there are.")
  var count = false

  @Flag(
    inversion: .prefixedNo,
    help: "Below each, where in its text the words stand; on a terminal where neither is given.")
  var snippets: Bool?

  @OptionGroup var selection: CriterionOptions

  @OptionGroup var display: DisplayOptions

  @OptionGroup var organization: OrganizationOptions

  func run() throws {
    guard offset >= 0 else { throw CommandError(.usage, "--offset takes no negative number") }
    let words = try SearchQueryParser.parse(
      QueryArguments.text(self.query), now: TextOutput.now, clock: .local)
    var query = try selection.query(words)
    query.limit = try display.limit(limit)
    query.offset = offset
    query.isOldestFirst = sort == .oldest
    query.isByRelevance = sort == .relevance
    let (opened, onlyOf) = try organization.openToRead()
    query.visibleTo = onlyOf
    try opened.localState.indexForSearch()
    let showsWords = snippets ?? (isatty(1) == 1)
    try CopyListing(opened.archive(), query, display, marking: showsWords ? words : nil)
      .show(onlyCount: count)
    try selection.remark(on: query, in: opened)
  }
}

/// The arguments of a query: one that begins with `-` denies a term, and is no option.
enum QueryArguments {
  /// Arguments as the parser of options takes them for values: a blank stands before such a term.
  ///
  /// Only options of one letter begin with one `-`, and `search` has none but `-h`.
  static func protected(_ arguments: [String]) -> [String] {
    guard arguments.first == "search" else { return arguments }
    return arguments.map { argument in
      argument.utf8.count > 2 && argument.hasPrefix("-") && !argument.hasPrefix("--")
        ? " " + argument : argument
    }
  }

  /// The query that they are.
  static func text(_ arguments: [String]) -> String {
    arguments.map { $0.hasPrefix(" -") ? String($0.dropFirst()) : $0 }.joined(separator: " ")
  }
}

extension LocalState {
  /// Indexes what the filter marked; where the store cannot be written now, says so and goes on with
  /// what is indexed.
  ///
  /// - Throws: `StoreError`.
  func indexForSearch() throws {
    do {
      // Where it takes a while, a person sees why.
      let total = try indexMarked { count in
        if isatty(2) == 1 { SystemLog.standardError("\rindexing: \(count) messages") }
      }
      if total > 0, isatty(2) == 1 { SystemLog.standardError("\r\u{1B}[K") }
    } catch let error as StoreError
      where [.locked, .readOnly, .permission, .full].contains(error.kind)
    {
      Terminal.tell("crm-mailfilter: the newest mail is not searchable yet: \(error)")
    }
  }
}
