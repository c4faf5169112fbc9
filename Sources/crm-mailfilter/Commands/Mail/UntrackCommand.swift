import ArgumentParser
import MailPipeline
import Tracking

/// `untrack`.
struct UntrackCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "untrack",
    abstract: "Withdraws tracked mail: the owner's copy is deleted, and stays so.",
    discussion: """
      Of a copy that is another user's only the delivery to the own mailbox goes. The message in \
      the mailbox is never touched.
      """)

  @Argument(help: "The number that 'list' shows.")
  var id: Int64

  @Flag(help: "All of its conversation, and the replies still to come.")
  var conversation = false

  @OptionGroup var organization: OrganizationOptions

  func run() throws {
    let (opened, user) = try organization.open(
      .track, patience: conversation ? BatchRun.patience : FilterRun.patience)
    guard let copy = try opened.archive().copy(CopyID(id)) else {
      throw CommandError(.noInput, "no mail \(id); see 'list'")
    }
    let keeping = try opened.keeping()
    var done: [CopyID: Untracking] = [:]
    if conversation {
      done = try keeping.untrackConversation(copy.conversation, by: user, now: TextOutput.now)
    } else if let result = try keeping.untrack(copy.id, by: user, now: TextOutput.now) {
      done[copy.id] = result
    }
    for (id, result) in done.sorted(by: { $0.key < $1.key }) {
      switch result {
      case .deleted: print("mail \(id): the copy is deleted")
      case .deliveryRemoved:
        print("mail \(id): it is another user's and stays; your delivery of it is gone")
      case .nothing: print("mail \(id): it is another user's and stays; you have no delivery of it")
      }
    }
    guard done.values.contains(.deleted) else { return }
    guard try keeping.eraseDeleted() else { throw CommandError.stillInLog }
  }
}
