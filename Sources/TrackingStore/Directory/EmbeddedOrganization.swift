import GRDB
import InternetMessage
import Tracking

/// A store is all that there is of an embedded organization: its mail, its people, and what this
/// machine remembers.
extension Store: LocalState, MailArchive, MailKeeping, OrganizationAdministration {
  /// Whether `search` finds what stands in the text of messages, too.
  ///
  /// - Throws: `StoreError`.
  package func indexesText() throws -> Bool { try policy().indexesText }
}

/// An organization that keeps its users, records and mail in a SQLite store.
package struct EmbeddedOrganization: Organization {
  /// The name by which the profile knows it.
  package let name: String
  /// Its store.
  package let store: Store
  /// What it was opened for.
  private let purpose: OpeningPurpose

  /// Makes one of an open store.
  package init(name: String, store: Store, purpose: OpeningPurpose = .track) {
    self.name = name
    self.store = store
    self.purpose = purpose
  }

  package var localState: any LocalState { store }
  package var members: any OrganizationMembers { store }
  package var archive: (any MailArchive)? { store }
  package var keeping: (any MailKeeping)? { store }
  package var administration: (any OrganizationAdministration)? { store }

  /// Answers whether a copy of a message is to be stored, and what it answers.
  ///
  /// - Throws: `StoreError`.
  package func decide(_ inquiry: Inquiry) throws -> Answer {
    var refused: (question: Question, code: ReasonCode)?
    let answer = try store.readAtOnce { db in
      let policy = try store.policy(in: db)
      let directory = StoreDirectory(db: db, cache: store.gatheredCache)
      let index = TrackedMailIndex(
        db: db, hasTombstones: try store.hasTombstones(in: db), cache: store.gatheredCache)
      let answer = try inquiry.answer(
        from: index, policy: policy.correlation, isUser: directory.isUser
      ) { question in
        let decision = try Decider.decide(question, policy: policy, directory: directory)
        if case .refused(let code, _) = decision, purpose == .track, policy.logsRefusals {
          refused = (question, code)
        }
        return decision
      }
      return try purpose == .explain ? named(answer, in: db) : answer
    }
    if let refused {
      try store.write {
        try QuestionLog.insert(refused.question, refused.code, at: inquiry.askedAt, in: $0)
      }
    }
    return answer
  }

  /// An answer that names the owner.
  private func named(_ answer: Answer, in db: Database) throws -> Answer {
    guard case .decided(var verdict) = answer, case .accepted(let acceptance) = verdict.decision
    else { return answer }
    verdict.owner = try StoredUser.user(acceptance.owner.user, in: db)?.address
    return .decided(verdict)
  }

  /// Stores a copy, or notes another delivery of one that is there; in one transaction, durably.
  ///
  /// - Throws: `StoreError`; what reading the content throws. Nothing was written then.
  package func deliver(_ copy: CopyDraft) throws -> DeliveryReceipt {
    if purpose == .explain { return try foresee(copy) }
    // With the last write of a transaction, so that the filter waits for no index.
    var form: SearchForm?
    let receipt = try store.write { db in
      form = try store.gatheredForm(in: db)
      if form?.hasText == true, copy.searchText == nil { form = nil }
      return try CopyWriter(
        db: db, policy: try store.policy(in: db), storesContent: store.storesContent,
        cache: store.gatheredCache, hasTombstones: store.hasTombstones(in: db)
      ).write(copy)
    }
    if let form, receipt.outcome == .created, let id = receipt.copy {
      let body = form.hasText ? copy.searchText ?? "" : ""
      store.gatheredDocuments.append((id, SearchDocument(copy, body: body)))
    }
    return receipt
  }

  /// What would become of a copy.
  private func foresee(_ copy: CopyDraft) throws -> DeliveryReceipt {
    try store.readAtOnce { db in
      let keys = [copy.key] + (copy.firstKey.map { [$0] } ?? [])
      if try keys.contains(where: { try Tombstone.exists(.message($0), in: db) }) {
        return DeliveryReceipt(copy: nil, outcome: .withdrawn)
      }
      let index = TrackedMailIndex(db: db, hasTombstones: true)
      var known: IndexedCopy?
      for key in keys where known == nil {
        known = try index.copy(withKey: key, direction: copy.direction)
      }
      return DeliveryReceipt(copy: known?.id, outcome: known == nil ? .created : .seenAgain)
    }
  }
}
