import ArgumentParser
import TrackingStore

/// `list`.
struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Lists tracked mail, newest first.")

  @OptionGroup var selection: SelectionOptions

  @Option(help: "At most so many; 0 for all.")
  var limit = 50

  @OptionGroup var display: DisplayOptions

  @OptionGroup var organization: OrganizationOptions

  func run() throws {
    var query = try selection.query()
    guard limit >= 0 else { throw CommandError(.usage, "--limit takes no negative number") }
    query.limit = limit == 0 ? Int.max : limit
    let (store, onlyOf) = try organization.openToRead()
    query.visibleTo = onlyOf
    try selection.prepare(store)
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
