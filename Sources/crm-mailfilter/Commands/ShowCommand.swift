import ArgumentParser
import Mailboxes
import Tracking
import TrackingStore

/// `show`.
struct ShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Shows a tracked message: what is known of it, and why it was tracked.")

  @Argument(help: "The number that 'list' shows.")
  var id: Int64

  @Flag(help: "The stored bytes instead, as they came.")
  var raw = false

  @Flag(help: "One JSON object instead of text.")
  var json = false

  @OptionGroup var organization: OrganizationOptions

  func validate() throws {
    guard !raw || !json else { throw ValidationError("--raw and --json exclude each other") }
  }

  func run() throws {
    let store = try organization.open().store
    guard let copy = try store.copy(CopyID(id)) else {
      throw CommandError(.noInput, "no mail \(id); see 'list'")
    }
    if raw {
      let output = MessageOutput(descriptor: 1)
      try store.content(of: copy.id) { try output.write($0) }
      try output.finish()
    } else if json {
      print(try JSONOutput.line(CopyObject(copy: copy)))
    } else {
      print(CopyText(copy).text, terminator: "")
    }
  }
}
