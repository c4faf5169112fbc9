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
    let copies = try store.copies(query)
    if display.json {
      for copy in copies { print(try JSONOutput.line(CopyObject(copy: copy))) }
    } else {
      display.show(CopyList(dates: display.dates).text(copies, on: .standardOutput()))
    }
  }
}
