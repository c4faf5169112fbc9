import Tracking
import TrackingStore

extension Organization {
  /// Connects to an organization elsewhere, and says who this side is there; `nil` for one that is on
  /// this machine.
  ///
  /// - Throws: `RemoteTrouble`, `TrackingFailure`, `StoreError`.
  package func remoteIdentity() throws -> RemoteIdentity? {
    try (self as? MirroredOrganization)?.connection.connect()
  }

  /// Brings the records of an organization elsewhere to this side.
  ///
  /// - Parameter now: Seconds since 1970.
  /// - Returns: How many came and went; `nil` for an organization that does not tell.
  /// - Throws: `RemoteTrouble`, `TrackingFailure`, `StoreError`.
  package func takeRecords(now: Int64) throws -> (present: Int, gone: Int)? {
    try (self as? MirroredOrganization)?.takeRecords(now: now)
  }

  /// The records of an organization elsewhere that were brought to this side; `nil` for one that is asked
  /// for them itself, or does not tell.
  ///
  /// - Throws: `StoreError`.
  package func broughtRecords(type: String?, limit: Int) throws -> [RecordEntry]? {
    guard let mirrored = self as? MirroredOrganization, administration == nil,
      mirrored.connection.tellsRecords
    else { return nil }
    return try mirrored.store.records(type: type, limit: limit)
  }

  /// The store on this machine of an organization elsewhere; `nil` for other kinds.
  package var mirror: Store? { (self as? MirroredOrganization)?.store }

  /// What is known here of an organization elsewhere, of which nobody is asked; `nil` for other kinds.
  ///
  /// - Throws: `StoreError`.
  package func remoteState() throws -> RemoteState? {
    guard let mirrored = self as? MirroredOrganization else { return nil }
    var state = try RemoteState(mirrored.store, path: mirrored.storePath)
    if administration == nil { state.keepsRefusals = try mirrored.store.policy().logsRefusals }
    return state
  }
}

/// What is known here of an organization elsewhere.
package struct RemoteState: Sendable, Hashable {
  /// What it is, for people.
  package let name: String?
  /// Which it is.
  package let organization: String?
  /// As whom this side acts there.
  package let user: String?
  /// The file of the store that this side keeps of it.
  package let storePath: String
  /// How many copies are listed here.
  package let copies: Int
  /// When it was spoken to last, in seconds since 1970.
  package let reachedAt: Int64?
  /// When `sync` came to its end last, in seconds since 1970.
  package let syncedAt: Int64?
  /// Before when it wants nothing, in seconds since 1970.
  package let notBefore: Int64?
  /// What ended the last run of `sync` before.
  package let trouble: String?
  /// What people should know of the connection.
  package let warning: String?
  /// What else is to be known of it.
  package let remarks: [String]
  /// When the certificate by which its server is known ends, in seconds since 1970.
  package let certificateEnd: Int64?
  /// Whether this side keeps what was asked about refused mail; `nil` where the organization does.
  package internal(set) var keepsRefusals: Bool?

  /// Reads it from the store of this side.
  ///
  /// - Throws: `StoreError`.
  package init(_ store: Store, path: String) throws {
    func number(_ fact: Store.RemoteFact) throws -> Int64? {
      try store.remembered(fact).flatMap { Int64($0) }
    }
    name = try store.remembered(.name)
    organization = try store.remembered(.organization)
    user = try store.remembered(.user)
    storePath = path
    copies = try store.countOfCopies()
    reachedAt = try number(.reachedAt)
    syncedAt = try number(.syncedAt)
    notBefore = try number(.notBefore)
    trouble = try store.remembered(.trouble)
    warning = try store.remembered(.warning)
    remarks = try store.remembered(.remarks)?.split(separator: "\n").map(String.init) ?? []
    certificateEnd = try number(.certificateEnd)
  }

  /// So long before its end a certificate is told of, in seconds: 30 days.
  private static let certificateNotice: Int64 = 30 * 86_400

  /// What of it wants somebody's attention.
  ///
  /// - Parameters:
  ///   - now: Seconds since 1970.
  ///   - day: Writes a time.
  /// - Returns: A line each, and what mends it.
  package func findings(
    now: Int64, _ day: (Int64) -> String
  ) -> [(line: String, remedy: String)] {
    var found: [(line: String, remedy: String)] = []
    if let trouble {
      found.append(("the last sync failed: \(trouble)", "crm-mailfilter sync"))
    }
    if let warning { found.append((warning, "see crm-mailfilter-postgresql(7)")) }
    if let certificateEnd, certificateEnd - now < Self.certificateNotice {
      found.append(
        (
          "the server's certificate \(certificateEnd < now ? "ended" : "ends") \(day(certificateEnd))",
          "whoever runs the server renews it"
        ))
    }
    return found
  }
}

extension OrganizationEntry {
  /// What speaks against running the program that the organization is by, and what mends it; `nil` where
  /// nothing does, or it is of another kind.
  package var programDistrust: (reason: String, remedy: String)? {
    url.scheme == OrganizationURL.exec ? ProgramOrganization.distrust(of: url.location) : nil
  }
}

extension RemoteIdentity {
  /// What it is, in a line.
  package var words: String {
    let missing = Ability.allCases.filter { !abilities.contains($0) }.map(\.rawValue)
    return name + (user.map { ", as \($0)" } ?? "")
      + (missing.isEmpty ? "" : "; it does not know: \(missing.joined(separator: ", "))")
  }
}
