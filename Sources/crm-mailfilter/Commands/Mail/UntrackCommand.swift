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
      the mailbox is never touched. Web pages that 'archive' wrote keep it until its next run.
      """)

  @Argument(help: "The number that 'list' shows.")
  var id: Int64?

  @Flag(help: "All of its conversation, and the replies still to come.")
  var conversation = false

  @OptionGroup var bulk: BulkOptions

  @OptionGroup var organization: OrganizationOptions

  func validate() throws {
    guard (id == nil) != (bulk.query == nil) else {
      throw ValidationError(
        "name a message by its number, or all that a query finds by --query; not both")
    }
    guard bulk.query == nil || !conversation else {
      throw ValidationError("--conversation goes with a number, not with --query")
    }
  }

  func run() throws {
    let isLong = conversation || bulk.query != nil
    let (opened, user) = try organization.open(
      .track, patience: isLong ? BatchRun.patience : FilterRun.patience)
    if let query = bulk.query {
      try untrackAll(query, opened, user)
    } else if let id {
      try untrack(id, opened, user)
    }
  }

  private func untrack(
    _ id: Int64, _ opened: OpenOrganization, _ user: OrganizationUser
  ) throws {
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
      case .nothing where done.count > 1:
        print("mail \(id): it is another user's and stays; you have no delivery of it")
      case .nothing: break
      }
    }
    try erase(done, keeping)
    guard done.values.contains(where: { $0 != .nothing }) else {
      throw CommandError(
        .noPermission, "mail \(id) is another user's and stays; you have no delivery of it")
    }
  }

  /// Withdraws all that a query finds, and says how many that were.
  private func untrackAll(
    _ query: String, _ opened: OpenOrganization, _ user: OrganizationUser
  ) throws {
    let keeping = try opened.keeping()
    let ids = try bulk.copies(query, in: opened, for: user) { messages in
      "\(messages) found: copies of yours are deleted for good, of others your deliveries."
    }
    let done = try BulkOptions.inTurns(ids.count, "looked at") {
      try keeping.untrack(ids, by: user, now: TextOutput.now, progress: $0)
    }
    func count(_ result: Untracking) -> Int { done.values.count { $0 == result } }
    var parts = ["\(BulkOptions.messages(count(.deleted))) deleted"]
    if count(.deliveryRemoved) > 0 {
      parts.append("\(BatchText.grouped(count(.deliveryRemoved))) of others without your delivery")
    }
    if count(.nothing) > 0 {
      parts.append("\(BatchText.grouped(count(.nothing))) of others left as they are")
    }
    if done.count < ids.count {
      parts.append("\(BatchText.grouped(ids.count - done.count)) gone meanwhile")
    }
    print(parts.joined(separator: ", "))
    try erase(done, keeping)
    if count(.nothing) > 0 {
      throw CommandError(
        .noPermission,
        "\(BulkOptions.messages(count(.nothing))) not withdrawn: another user's, and you have no "
          + "delivery")
    }
  }

  private func erase(_ done: [CopyID: Untracking], _ keeping: any MailKeeping) throws {
    guard done.values.contains(.deleted) else { return }
    guard try keeping.eraseDeleted() else { throw CommandError.stillInLog }
  }
}
