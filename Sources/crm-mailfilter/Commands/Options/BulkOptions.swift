import ArgumentParser
import System
import Tracking

/// Mail that a command is about by a query instead of a number: all of it, after a yes.
struct BulkOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: "Instead of a number: all mail that this query of 'search' finds.",
    completion: ShellCompletions.queries)
  var query: String?

  @OptionGroup var confirmation: ConfirmationOptions

  /// Finds the mail, and asks whether to go on.
  ///
  /// - Parameters:
  ///   - query: The query.
  ///   - opened: The organization.
  ///   - user: Who acts: mail that they may not read is not found.
  ///   - question: What is asked about so many messages.
  /// - Returns: The copies, the oldest first.
  /// - Throws: `CommandError` where nothing is found, or nobody said yes; `StoreError`.
  func copies(
    _ query: String, in opened: OpenOrganization, for user: OrganizationUser,
    question: (String) -> String
  ) throws -> [CopyID] {
    var copies = CopyQuery()
    copies.search = try SearchQueryParser.parse(query, now: TextOutput.now, clock: .local)
    copies.visibleTo = try OrganizationOptions.onlyReadable(for: user, in: opened.members)
    copies.isOldestFirst = true
    copies.limit = Int.max
    try opened.localState.indexForSearch()
    let ids = try opened.archive().copyIDs(copies)
    guard !ids.isEmpty else { throw CommandError(.noInput, "no mail is found by '\(query)'") }
    try confirmation.confirm(question(Self.messages(ids.count)))
    return ids
  }

  /// So many messages, in words.
  static func messages(_ count: Int) -> String {
    count == 1 ? "1 message" : "\(BatchText.grouped(count)) messages"
  }

  /// Does something with many messages in turns, and tells on a terminal how many are done.
  ///
  /// - Parameters:
  ///   - total: How many there are.
  ///   - word: What becomes of each.
  ///   - body: Does it; tells how many are done.
  /// - Returns: What the body returns.
  /// - Throws: `CommandError`: why it failed, and how far it had come where that is anywhere.
  static func inTurns<Result>(
    _ total: Int, _ word: String, _ body: ((Int) -> Void) throws -> Result
  ) throws -> Result {
    let line = ProgressLine()
    var done = 0
    func progress() -> String {
      "\(BatchText.grouped(done)) of \(BatchText.grouped(total)) \(word)"
    }
    do {
      let result = try body {
        done = $0
        line.show(progress())
      }
      line.clear()
      return result
    } catch {
      line.clear()
      guard done > 0, let error = CommandError(error) else { throw error }
      throw CommandError(error.status, "\(error.line); \(progress()) before, the rest was not")
    }
  }
}
