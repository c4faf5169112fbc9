import CSystem
import Glibc
import System
import Tracking
import TrackingStore

/// The one connection to an organization elsewhere: made when something is asked, by one process at a
/// time, and not before the organization wants it.
final class RemoteConnection {
  private let remote: any RemoteOrganization
  private let store: Store
  private let lockPath: String
  /// Whether what is learnt is written down: not by who only looks.
  private let remembers: Bool
  private var lock: Int32 = -1
  private var identity: RemoteIdentity?
  /// How many messages in a row got no usable answer.
  private var failures = 0

  /// So long an organization is left alone, at the most, in seconds.
  private static let maxWait: Int64 = 86_400

  /// So many messages in a row without a usable answer end a run.
  private static let maxFailures = 3

  /// For how long another process that asks is waited for.
  let patience: Deadline

  init(
    _ remote: any RemoteOrganization, store: Store, lockPath: String, patience: Deadline,
    remembers: Bool
  ) {
    self.remembers = remembers
    self.patience = patience
    self.remote = remote
    self.store = store
    self.lockPath = lockPath
  }

  deinit { disconnect() }

  /// Who this side is there.
  ///
  /// - Throws: `RemoteTrouble`; `TrackingFailure` where another process asks; `StoreError`.
  func connect() throws -> RemoteIdentity {
    if let identity { return identity }
    try takeTurn()
    let now = csystem_realtime() / 1_000_000_000
    // No organization is left alone for longer; what says so was written by a clock that was wrong.
    if let notBefore = try store.remembered(.notBefore).flatMap(Int64.init), notBefore > now,
      notBefore - now <= Self.maxWait
    {
      throw RemoteTrouble.throttled(until: notBefore)
    }
    let found: RemoteIdentity
    do {
      found = try remote.connect()
    } catch {
      try note(error)
      throw error
    }
    let known = try store.remembered(.organization) ?? ""
    guard known.isEmpty || known == found.organization else {
      remote.disconnect()
      throw RemoteTrouble.unauthorized(
        "it says that it is '\(found.organization)', and was '\(known)' before; "
          + "give another organization another name with 'org add'")
    }
    identity = found
    guard remembers else { return found }
    try store.remember([
      .organization: found.organization.isEmpty ? nil : found.organization, .name: found.name,
      .user: found.user, .notBefore: nil, .reachedAt: "\(now)",
      .warning: found.warnings.isEmpty ? nil : found.warnings.joined(separator: "; "),
      .certificateEnd: found.certificateEnd.map { "\($0)" },
      .remarks: found.remarks.isEmpty ? nil : found.remarks.joined(separator: "\n"),
    ])
    return found
  }

  /// So many questions the organization answers at once.
  var questionsAtOnce: Int { remote.questionsAtOnce }

  /// So many copies go there ahead of their turn.
  var copiesAhead: Int { remote.copiesAhead }

  /// Has it take a copy that goes there ahead of its turn; whether it does.
  func takeAhead(_ delivery: RemoteDelivery) -> Bool { remote.takeAhead(delivery) }

  /// Its users, records and settings there; whoever changes them connects first.
  var administration: (any OrganizationAdministration)? {
    remote.administration { _ = try self.connect() }
  }

  /// It as a side of `org copy`; `nil` where it is none.
  var movingSide: (any MovingSide)? {
    administration.flatMap { remote.moving($0) }
  }

  /// Reads something there whose taker may fail, too.
  ///
  /// - Throws: As `connect`; what the body throws.
  func read<Result>(_ body: (any RemoteOrganization) throws -> Result) throws -> Result {
    _ = try connect()
    return try body(remote)
  }

  /// Asks the organization something.
  ///
  /// - Parameters:
  ///   - isOfSeveral: Whether it is about several messages: what fails is held against none of them then, since
  ///     each is asked about by itself.
  ///   - body: Asks.
  /// - Returns: What it answers.
  /// - Throws: As `connect`.
  func ask<Result>(
    isOfSeveral: Bool = false, _ body: (any RemoteOrganization) throws(RemoteTrouble) -> Result
  ) throws -> Result {
    _ = try connect()
    do {
      let result = try body(remote)
      failures = 0
      return result
    } catch {
      try note(error)
      guard case .unknownOutcome(let text) = error, !isOfSeveral else { throw error }
      failures += 1
      guard failures >= Self.maxFailures else { throw error }
      throw RemoteTrouble.unreachable(
        "\(failures) messages in a row got no usable answer, the last: \(text)")
    }
  }

  /// Whether what is handed over may be durable there later, many at once.
  var settlesLater: Bool { remote.settlesLater }

  /// Whether it can be asked for its records.
  var tellsRecords: Bool { remote is any RemoteRecords }

  /// Makes sure that something can be done there.
  ///
  /// - Throws: As `connect`; `RemoteTrouble.unable`.
  func require(_ ability: RemoteIdentity.Ability) throws {
    guard try connect().abilities.contains(ability) else {
      throw RemoteTrouble.unable("it does not know '\(ability.rawValue)'; nothing was changed")
    }
  }

  private func note(_ trouble: RemoteTrouble) throws {
    if remembers, case .throttled(let time) = trouble {
      try store.remember([.notBefore: "\(time)"])
    }
  }

  /// Has no other process ask until the connection ends.
  ///
  /// - Throws: `TrackingFailure` where another one asks for too long; `StoreError`.
  func takeTurn() throws {
    guard lock < 0 else { return }
    let descriptor = open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    // Who only looks before anything was kept here makes no folder for the lock, and meets nobody.
    if descriptor < 0, errno == ENOENT, !remembers { return }
    guard descriptor >= 0 else { throw StoreError(systemError: errno, while: "lock") }
    let result = csystem_lock_until(descriptor, patience.ofThisTurn.monotonicNanoseconds)
    guard result == 0 else {
      close(descriptor)
      throw TrackingFailure(
        word: "busy", "another process is asking the organization; try again")
    }
    lock = descriptor
  }

  /// Ends the connection, and the turn.
  func disconnect() {
    remote.disconnect()
    identity = nil
    guard lock >= 0 else { return }
    close(lock)
    lock = -1
  }
}
