import ArgumentParser
import InternetMessage
import Tracking
import TrackingStore

/// Which tracked mail a command is about.
struct SelectionOptions: ParsableArguments {
  @Option(name: .customLong("query"), help: "Only mail that this query of 'search' finds.")
  var search: String?

  @Option(help: "Only mail in which this address takes part.")
  var with: String?

  @Option(help: "Only mail regarding this record, as type:id.")
  var regarding: String?

  @Option(help: "Only mail regarding this record or with it among the participants.")
  var record: String?

  @Option(help: "Only mail of this conversation.")
  var conversation: Int64?

  @Option(help: "Only mail that went this way: incoming, outgoing.")
  var direction: Direction?

  @Option(help: "Only mail sent then or later: 2026-01-31, a time, or 90d.")
  var since: String?

  @Option(help: "Only mail sent before.")
  var until: String?

  /// The query, without what the acting user may see.
  ///
  /// - Throws: `CommandError`.
  func query() throws -> CopyQuery {
    var query = CopyQuery()
    if let with {
      guard let address = AddrSpec(with) else {
        throw CommandError(.usage, "'\(with)' is no address")
      }
      query.participant = address
    }
    query.regarding = try regarding.map(reference)
    query.record = try record.map(reference)
    query.search = try search.map { try SearchQueryParser.parse($0, now: TextOutput.now) }
    query.conversation = conversation
    query.direction = direction
    query.since = try since.map { try TimeArgument.seconds($0, option: "--since") }
    query.until = try until.map { try TimeArgument.seconds($0, option: "--until") }
    return query
  }

  /// Makes a store ready for the query: what was marked for a search is indexed.
  ///
  /// - Throws: `StoreError`.
  func prepare(_ store: Store) throws {
    if search != nil { try store.indexForSearch() }
  }

  private func reference(_ text: String) throws -> RecordReference {
    guard let record = RecordReference(text) else {
      throw CommandError(.usage, "'\(text)' is no record; write type:id")
    }
    return record
  }
}

/// How a command shows what it found.
struct DisplayOptions: ParsableArguments {
  @Flag(help: "One JSON object a line instead of text.")
  var json = false

  @Flag(help: "Times in full, as 2026-11-02T10:14:05+01:00.")
  var iso = false

  @Flag(help: "Do not show it through a pager on a terminal.")
  var noPager = false

  /// How times are written.
  var dates: DateText { DateText(now: TextOutput.now, isISO: iso) }

  /// Prints text.
  func show(_ text: String) {
    Pager.print(text, isWanted: !noPager)
  }
}
