import ArgumentParser
import TrackingStore

/// `thread`.
struct ThreadCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "thread",
    abstract: "Shows a conversation as a tree: what answers what.")

  @Argument(help: "The number of one of its messages, as 'list' shows it.")
  var id: Int64

  @OptionGroup var display: DisplayOptions

  @OptionGroup var organization: OrganizationOptions

  func run() throws {
    let (store, copy, onlyOf) = try organization.openToRead(id)
    var query = CopyQuery()
    query.conversation = copy.conversation
    query.visibleTo = onlyOf
    query.limit = Int.max
    let copies = try store.copies(query)
    if display.json {
      for entry in ConversationTree(copies).entries {
        print(try JSONOutput.line(CopyObject(copy: entry.copy, depth: entry.depth)))
      }
    } else {
      display.show(ThreadText(dates: display.dates).text(copies, on: .standardOutput()))
    }
  }
}
