import InternetMessage
import Tracking

@testable import MailPipeline

/// An organization elsewhere that is in memory, decides as the embedded one does by default, and can be
/// let down.
final class MemoryRemote: RemoteOrganization {
  /// What is kept, by the ids of the copies.
  var copies: [String: (deliveries: Set<String>, stored: String)] = [:]
  /// What the next calls say instead, or after they did it.
  var troubles: [(isDone: Bool, trouble: RemoteTrouble)] = []
  /// Whether the answers to deliveries are lost.
  var losesDelivery = false
  /// Whether nothing is wanted.
  var refuses = false
  /// The mailboxes for which nothing is wanted.
  var refusedMailboxes: Set<String> = []
  var questionsAtOnce = 1
  var settlesLater = false
  /// About messages with these subjects it gives no answer, nor about others that are asked about with them.
  var unanswered: Set<String> = []
  /// What settling says instead.
  var settlingTrouble: RemoteTrouble?
  /// Looks at all before it is settled.
  var isAboutToSettle: () -> Void = {}
  /// How many were settled at a time, and how many are not.
  var settled: [Int] = []
  /// How many questions were asked.
  var questions = 0
  private var unsettled = 0
  private let users: Directory

  /// Who its users are.
  struct Directory: Tracking.Directory {
    let users: [OrganizationUser]

    func users(havingAddress address: AddrSpec) -> [OrganizationUser] {
      users.filter { $0.addresses.contains(address) }
    }

    func records(matching address: AddrSpec, limit: Int) -> [RecordMatch] { [] }
  }

  init(users: [OrganizationUser]) { self.users = Directory(users: users) }

  private func run<Result>(_ body: () throws(RemoteTrouble) -> Result) throws(RemoteTrouble)
    -> Result
  {
    let next = troubles.isEmpty ? nil : troubles.removeFirst()
    if let next, !next.isDone { throw next.trouble }
    let result = try body()
    if let next { throw next.trouble }
    return result
  }

  func connect() -> RemoteIdentity {
    RemoteIdentity(
      organization: "memory", name: "Memory", user: nil, abilities: [.withdraw, .regard])
  }

  func decide(_ questions: [RemoteQuestion]) throws(RemoteTrouble) -> [RemoteAnswer] {
    self.questions += questions.count
    if questions.contains(where: { unanswered.contains($0.question.subject) }) {
      throw .unknownOutcome("nothing was said")
    }
    return try run {
      questions.map { asked in
        if refuses || refusedMailboxes.contains(asked.question.mailboxOwner.description) {
          return .refused(.noCorrelationMatch, explanation: "nothing is wanted")
        }
        let decision = try? Decider.decide(
          asked.question, policy: OrganizationPolicy(), directory: users)
        switch decision {
        case .accepted(let acceptance)?:
          return .accepted(
            acceptance.code, explanation: acceptance.explanation,
            owner: users.users.first { $0.id == acceptance.owner.user }?.address, regarding: nil)
        case .refused(let code, let explanation)?:
          return .refused(code, explanation: explanation)
        case .deferred(let explanation)?: return .deferred(explanation: explanation)
        case nil: return .deferred(explanation: "an error")
        }
      }
    }
  }

  func deliver(_ delivery: RemoteDelivery) throws(RemoteTrouble) -> RemoteReceipt {
    let lost = losesDelivery
    return try run { () throws(RemoteTrouble) in
      var copy = copies[delivery.copy.id] ?? ([], "c\(copies.count + 1)")
      copy.deliveries.insert(delivery.delivery)
      copies[delivery.copy.id] = copy
      if lost { throw .unknownOutcome("lost") }
      if delivery.isSettledLater { unsettled += 1 }
      return RemoteReceipt(stored: copy.stored)
    }
  }

  func settle() throws(RemoteTrouble) {
    isAboutToSettle()
    let count = unsettled
    unsettled = 0
    if let settlingTrouble { throw settlingTrouble }
    settled.append(count)
  }

  func withdraw(_ copy: RemoteCopy, mailbox: AddrSpec?) throws(RemoteTrouble) {
    try run { if mailbox == nil { copies[copy.id] = nil } }
  }

  func regard(_ record: RecordReference?, of copy: RemoteCopy) throws(RemoteTrouble) {
    try run {}
  }

  func changes(since token: String?) -> RemoteChanges {
    RemoteChanges(changes: [], token: nil, hasMore: false)
  }

  func disconnect() {}
}

/// Opens organizations elsewhere that are in memory, with a store on disk: the same one, as long as the
/// provider is there.
final class RemoteProvider: OrganizationProvider, @unchecked Sendable {
  // As a program's, which the profile knows to be elsewhere.
  let scheme = OrganizationURL.exec
  private(set) var remote: MemoryRemote?

  func open(
    _ entry: OrganizationEntry, for purpose: OpeningPurpose, with opener: OrganizationOpener
  ) throws -> any Organization {
    let remote =
      self.remote
      ?? MemoryRemote(
        users: opener.profile.mailboxes.enumerated().map { number, mailbox in
          OrganizationUser(
            id: UserID(Int64(number + 1)), address: mailbox.owner, addresses: mailbox.addresses)
        })
    self.remote = remote
    // Who looks first looks into an empty store.
    if purpose != .track {
      _ = try opener.mirrored(entry, for: .track) { _, _ in remote }
    }
    return try opener.mirrored(entry, for: purpose) { _, _ in remote }
  }
}
