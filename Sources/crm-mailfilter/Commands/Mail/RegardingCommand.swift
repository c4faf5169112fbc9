import ArgumentParser
import MailPipeline
import System
import Tracking

/// `regarding`.
struct RegardingCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "regarding",
    abstract: "Says what record a message belongs to.",
    usage: """
      crm-mailfilter regarding <id> <record> [options]
      crm-mailfilter regarding --query <query> <record> [options]
      """,
    discussion: """
      What is said by hand holds against rules, and for answers to the message that are still to \
      come.
      """)

  @Argument(help: "The number that 'list' shows; not where --query is given.")
  var id: String

  @Argument(
    help: "The record, as account:7d9b0f5e, or none.",
    completion: ShellCompletions.recordsOrNone)
  var record: String?

  @Flag(help: "Say it of the whole conversation, and of what will join it.")
  var conversation = false

  @OptionGroup var bulk: BulkOptions

  @OptionGroup var organization: OrganizationOptions

  func validate() throws {
    guard (record == nil) == (bulk.query != nil) else {
      throw ValidationError("give a number and a record, or --query and a record")
    }
    guard record == nil || Int64(id) != nil else {
      throw ValidationError("'\(id)' is no number of a message")
    }
    guard bulk.query == nil || !conversation else {
      throw ValidationError("--conversation goes with a number, not with --query")
    }
  }

  func run() throws {
    let text = record ?? id
    let reference = text == "none" ? nil : try RecordReference(argument: text)
    let (opened, user) = try organization.open(
      .setRegarding, patience: bulk.query == nil ? FilterRun.patience : BatchRun.patience)
    if let query = bulk.query {
      try setAll(query, reference, opened, user)
    } else if let id = Int64(id) {
      try set(id, reference, opened, user)
    }
  }

  private func set(
    _ id: Int64, _ reference: RecordReference?, _ opened: OpenOrganization,
    _ user: OrganizationUser
  ) throws {
    let copy = try OrganizationOptions.copy(id, readableFor: user, in: opened)
    let keeping = try opened.keeping()
    var others: [CopyID]?
    if conversation {
      var query = CopyQuery()
      query.conversation = copy.conversation
      query.visibleTo = try OrganizationOptions.onlyReadable(for: user, in: opened.members)
      query.limit = Int.max
      others = try opened.archive().copyIDs(query)
    }
    let isSo =
      !conversation && copy.regarding == reference?.description
      && copy.regardingSource == CopyDraft.Regarding.Source.manual.rawValue
    _ = try keeping.setRegarding(copy.id, reference, andOfConversation: others)
    let what =
      conversation ? "mail \(id) and its conversation regard" : "mail \(id) and its answers regard"
    try say(what, reference, keeping, isSo: isSo)
  }

  /// Says it of all that a query finds.
  private func setAll(
    _ query: String, _ reference: RecordReference?, _ opened: OpenOrganization,
    _ user: OrganizationUser
  ) throws {
    let keeping = try opened.keeping()
    let record = reference?.description ?? "no record"
    let ids = try bulk.copies(query, in: opened, for: user) { messages in
      "\(messages) found: they and their answers regard \(record) then."
    }
    let done = try BulkOptions.inTurns(ids.count, "done") {
      try keeping.setRegarding(ids, reference, progress: $0)
    }
    let gone = ids.count - done.count
    try say(
      BulkOptions.messages(done.count) + (done.count == 1 ? " regards" : " regard"), reference,
      keeping, rest: gone > 0 ? "; \(BatchText.grouped(gone)) gone meanwhile" : "")
  }

  /// What is said of a record that is not there.
  static let unknown = ", which is no record here yet; see 'record add'"

  private func say(
    _ what: String, _ reference: RecordReference?, _ keeping: any MailKeeping, rest: String = "",
    isSo: Bool = false
  ) throws {
    let now = isSo ? "already" : "now"
    guard let reference else {
      print("\(what) no record \(now)\(rest)")
      return
    }
    let isKnown = try keeping.firstRecord(of: [reference]) != nil
    print(
      SafeText.neutralised(
        "\(what) \(reference) \(now)\(rest)" + (isKnown ? "" : Self.unknown)))
  }
}
