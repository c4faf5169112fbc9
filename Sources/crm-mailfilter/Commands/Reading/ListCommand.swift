import ArgumentParser
import TrackingStore

/// `list`.
struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Lists tracked mail, newest first.")

  @OptionGroup var selection: SelectionOptions

  @Option(help: "At most so many; 0 for all. On a terminal 50 where absent, else all.")
  var limit: Int?

  @Flag(help: "Only say how many there are.")
  var count = false

  @OptionGroup var display: DisplayOptions

  @OptionGroup var organization: OrganizationOptions

  func run() throws {
    var query = try selection.query()
    query.limit = try display.limit(limit)
    let (store, onlyOf) = try organization.openToRead()
    query.visibleTo = onlyOf
    try selection.prepare(store)
    try CopyListing(store, query, display).show(onlyCount: count)
  }
}

/// What `list` and `search` print.
struct CopyListing {
  private let store: Store
  private let query: CopyQuery
  private let display: DisplayOptions

  init(_ store: Store, _ query: CopyQuery, _ display: DisplayOptions) {
    self.store = store
    self.query = query
    self.display = display
  }

  /// Prints the copies, or how many there are.
  ///
  /// - Throws: `StoreError`, `OutputError`.
  func show(onlyCount: Bool) throws {
    if onlyCount {
      print(try store.count(of: query))
      return
    }
    if display.json {
      // One after the other: all of them may be more than memory holds.
      for id in try store.copyIDs(query) {
        guard let copy = try store.copy(id) else { continue }
        print(try JSONOutput.line(CopyObject(copy: copy)))
        try StandardOutput.shared.check()
      }
    } else {
      let copies = try store.summaries(query)
      let list = CopyList(dates: display.dates)
      display.show(
        list.text(copies, on: .standardOutput())
          + (try display.remainder(query.offset + copies.count, of: store.count(of: query))))
    }
  }
}
