import ArgumentParser
import Glibc
import MailPipeline
import System
import Tracking
import TrackingStore

/// `search`.
struct SearchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "search", abstract: "Lists the tracked mail that a query finds.",
    discussion: """
      Words, "phrases", beginnings*, AND, OR, NOT, parentheses, and the terms from: to: cc: \
      participant: subject: body: attachment: regarding: record: owner: rule: reason: direction: \
      date: before: after: is: thread: id: mid:; see the manual page. What the filter stored since \
      the last search is indexed first.
      """)

  @Argument(help: "The query; its words may be one argument or several.")
  var query: [String]

  /// An order of mail.
  enum Order: String, CaseIterable, ExpressibleByArgument {
    case newest, oldest, relevance
  }

  @Option(help: "The order: \(Order.allCases.map(\.rawValue).joined(separator: ", ")).")
  var sort = Order.newest

  @Option(help: "At most so many; 0 for all.")
  var limit = 50

  @Option(help: "Leave out so many first.")
  var offset = 0

  @Flag(help: "Only say how many there are.")
  var count = false

  @OptionGroup var display: DisplayOptions

  @OptionGroup var organization: OrganizationOptions

  func run() throws {
    guard limit >= 0 else { throw CommandError(.usage, "--limit takes no negative number") }
    guard offset >= 0 else { throw CommandError(.usage, "--offset takes no negative number") }
    var query = CopyQuery()
    query.search = try SearchQueryParser.parse(
      self.query.joined(separator: " "), now: TextOutput.now)
    query.limit = limit == 0 ? Int.max : limit
    query.offset = offset
    query.isOldestFirst = sort == .oldest
    query.isByRelevance = sort == .relevance
    let (store, onlyOf) = try organization.openToRead()
    query.visibleTo = onlyOf
    try store.indexForSearch()
    if count {
      print(try store.count(of: query))
      return
    }
    if display.json {
      for copy in try store.copies(query) {
        print(try JSONOutput.line(CopyObject(copy: copy)))
        try StandardOutput.shared.check()
      }
    } else {
      let list = CopyList(dates: display.dates)
      display.show(list.text(try store.summaries(query), on: .standardOutput()))
    }
  }
}

extension Store {
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
      let reason = SafeText.neutralised(error.description)
      SystemLog.standardError("crm-mailfilter: the newest mail is not searchable yet: \(reason)\n")
    }
  }
}
