import ArgumentParser
import InternetMessage
import Tracking
import TrackingStore

/// `list`.
struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Lists tracked mail, newest first.")

  @OptionGroup var organization: OrganizationOptions

  @Option(help: "Only mail in which this address takes part.")
  var with: String?

  @Option(help: "Only mail regarding this record, as type:id.")
  var regarding: String?

  @Option(help: "Only mail of this conversation.")
  var conversation: Int64?

  @Option(help: "At most so many; 0 for all.")
  var limit = 50

  @Flag(help: "One JSON object a line instead of text.")
  var json = false

  func run() throws {
    var query = CopyQuery()
    if let with {
      guard let address = AddrSpec(with) else {
        throw CommandError(.usage, "'\(with)' is no address")
      }
      query.participant = address
    }
    if let regarding {
      guard let record = RecordReference(regarding) else {
        throw CommandError(.usage, "'\(regarding)' is no record; write type:id")
      }
      query.regarding = record
    }
    guard limit >= 0 else { throw CommandError(.usage, "--limit takes no negative number") }
    query.conversation = conversation
    query.limit = limit == 0 ? Int.max : limit
    let (store, onlyOf) = try organization.openToRead()
    query.visibleTo = onlyOf
    let copies = try store.copies(query)
    if json {
      for copy in copies { print(try JSONOutput.line(CopyObject(copy: copy))) }
    } else {
      print(TextOutput.table(copies.map(row)), terminator: "")
    }
  }

  /// Number, time, the other side, subject, record.
  private func row(_ copy: StoredCopy) -> [String] {
    let other =
      copy.direction == .incoming
      ? "from \(copy.senderAddress ?? "nobody")"
      : "to \(copy.participants.first { $0.role != "from" }?.address ?? "nobody")"
    return [
      copy.id.description, TextOutput.date(copy.sentAt), other, copy.regarding ?? "-", copy.subject,
    ]
  }
}
