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

  /// The store on this machine of an organization elsewhere; `nil` for other kinds.
  package var mirror: Store? { (self as? MirroredOrganization)?.store }

  /// What is known here of an organization elsewhere, for people; nobody is asked.
  ///
  /// - Throws: `StoreError`.
  package func remoteState() throws -> [(name: String, value: String)] {
    guard let mirrored = self as? MirroredOrganization else { return [] }
    let store = mirrored.store
    let facts: [(String, String?)] = [
      ("name", try store.remembered(.name)), ("organization", try store.remembered(.organization)),
      ("user", try store.remembered(.user)), ("store", mirrored.storePath),
      ("copies", "\(try store.countOfCopies())"),
    ]
    return facts.map { ($0.0, $0.1 ?? "-") }
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
