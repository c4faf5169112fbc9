import Foundation
import GRDB
import InternetMessage
import System
import Testing
import Tracking

@testable import TrackingStore

/// A store in a folder of its own, with Dana as its administrator.
final class TemporaryStore {
  let folder: String
  let store: Store
  var path: String { folder + "/store.sqlite" }
  let organization: EmbeddedOrganization

  init() throws {
    folder = NSTemporaryDirectory() + "crm-mailfilter-store-" + UUID().uuidString
    store = try Self.open(folder + "/store.sqlite")
    organization = EmbeddedOrganization(name: "c", store: store)
    let dana = try #require(AddrSpec("dana@contoso.example"))
    try store.makeFirstUsers(of: [ProfileMailbox(owner: dana, addresses: [])], now: 1)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  static func open(_ path: String, creates: Bool = true) throws -> Store {
    try Store(.init(path: path, createsFile: creates, deadline: Deadline(milliseconds: 20_000)))
  }

  /// A draft of a message, correlated as the pipeline would.
  func draft(
    _ text: String, direction: Direction = .incoming, size: Int = 10,
    regarding: String? = nil, source: CopyDraft.Regarding.Source = .rule, seenAt: Int64 = 100,
    content: [UInt8] = Array("content".utf8)
  ) throws -> CopyDraft {
    let section = HeaderSection(Array(text.utf8))
    let header = MessageHeader(section)
    var digest = MessageKeyDigest(section)
    Array(text.utf8)[section.bodyOffset...].withUnsafeBytes { digest.update($0) }
    let dana = try #require(AddrSpec("dana@contoso.example"))
    let facts = MessageFacts(
      header: header, envelope: Envelope(), mailbox: ProfileMailbox(owner: dana, addresses: []),
      isSent: false, isOurs: { $0.domain == "contoso.example" })
    let policy = try store.policy().correlation
    let finding = try store.readAtOnce {
      try Correlator(policy: policy, now: 1_000).correlate(facts, with: TrackedMailIndex(db: $0))
    }
    func participants(
      _ mailboxes: [Mailbox], _ role: CopyDraft.Participant.Role
    ) -> [CopyDraft.Participant] {
      mailboxes.map {
        .init(role: role, mailbox: $0, isExternal: $0.address.domain != "contoso.example")
      }
    }
    return CopyDraft(
      key: digest.finish(), direction: direction, header: header,
      participants: participants(header.from, .from) + participants(header.to, .to),
      owner: Ownership(user: UserID(1), reason: .mailbox),
      grounds: .init(code: .acceptAll, explanation: "a test"), correlation: finding.correlation,
      regarding: regarding.flatMap { RecordReference($0) }.map {
        .init(record: $0, source: source)
      },
      token: header.subject.flatMap { TrackingToken.find(in: $0, policy: policy) },
      delivery: .init(mailboxOwner: dana, seenAt: seenAt), size: size, isTruncated: false,
      joinsConversations: !Correlator.isForward(header, subject: SubjectLine(header.subject ?? "")),
      content: { store in
        var rest = content[...]
        while !rest.isEmpty {
          try rest.prefix(CopyDraft.chunkSize).withUnsafeBytes(store)
          rest = rest.dropFirst(CopyDraft.chunkSize)
        }
      })
  }

  @discardableResult func deliver(_ draft: CopyDraft) throws -> DeliveryReceipt {
    try organization.deliver(draft)
  }

  func number(_ sql: String) throws -> Int {
    try store.read { try Int.fetchOne($0, sql: sql) ?? -1 }
  }
}
