import ArgumentParser
import System
import Tracking

/// `regarding`.
struct RegardingCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "regarding",
    abstract: "Says what record a message belongs to.",
    discussion: """
      What is said by hand holds against rules, and for answers to the message that are still to \
      come.
      """)

  @Argument(help: "The number that 'list' shows.")
  var id: Int64

  @Argument(
    help: "The record, as account:7d9b0f5e, or none.",
    completion: ShellCompletions.recordsOrNone)
  var record: String

  @Flag(help: "Say it of the whole conversation, and of what will join it.")
  var conversation = false

  @OptionGroup var organization: OrganizationOptions

  func run() throws {
    let reference = record == "none" ? nil : try RecordReference(argument: record)
    let (opened, user) = try organization.open(.setRegarding)
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
    _ = try keeping.setRegarding(copy.id, reference, andOfConversation: others)
    let what =
      conversation ? "mail \(id) and its conversation regard" : "mail \(id) and its answers regard"
    guard let reference else {
      print("\(what) no record now")
      return
    }
    let isKnown = try keeping.firstRecord(of: [reference]) != nil
    print(
      SafeText.neutralised(
        "\(what) \(reference) now"
          + (isKnown ? "" : ", which is no record here yet; see 'record add'")))
  }
}
