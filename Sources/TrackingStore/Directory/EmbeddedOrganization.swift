import GRDB
import InternetMessage
import Tracking

/// An organization that keeps its users, records and mail in a SQLite store.
package struct EmbeddedOrganization: Organization {
  /// The name by which the profile knows it.
  package let name: String
  /// Its store.
  package let store: Store

  /// Makes one of an open store.
  package init(name: String, store: Store) {
    self.name = name
    self.store = store
  }

  /// Answers whether a copy of a message is to be stored.
  ///
  /// - Throws: `StoreError`.
  package func decide(_ question: Question) throws -> Decision {
    try store.read { db in
      let policy = try store.policy(in: db)
      var decision = try Decider.decide(
        question, policy: policy, directory: StoreDirectory(db: db, cache: store.gatheredCache))
      decision.isToBeLogged = policy.logsRefusals && !decision.isAccepted
      return decision
    }
  }

  /// Keeps a question that was refused, where the organization's settings say so.
  ///
  /// - Throws: `StoreError`.
  package func log(_ question: Question, _ decision: Decision, at time: Int64) throws {
    guard decision.isToBeLogged else { return }
    try store.write { try QuestionLog.insert(question, decision.code, at: time, in: $0) }
  }

  /// The settings of correlation.
  ///
  /// - Throws: `StoreError`.
  package func correlationPolicy() throws -> CorrelationPolicy { try store.policy().correlation }

  /// The tracked mail.
  package var trackedMail: any TrackedMail { TrackedMailIndex(store: store) }

  /// Stores a copy, or notes another delivery of one that is there; in one transaction, durably.
  ///
  /// - Throws: `StoreError`; what reading the content throws. Nothing was written then.
  package func deliver(_ copy: CopyDraft) throws -> DeliveryReceipt {
    // With the last write of a transaction, so that the filter waits for no index.
    var form: SearchForm?
    let receipt = try store.write { db in
      form = try store.gatheredForm(in: db)
      if form?.hasText == true, copy.searchText == nil { form = nil }
      return try CopyWriter(
        db: db, policy: try store.policy(in: db), storesContent: store.storesContent,
        cache: store.gatheredCache, hasTombstones: store.hasTombstones(in: db), searchForm: form
      ).write(copy)
    }
    if let form, receipt.outcome == .created, let id = receipt.copy {
      let body = form.hasText ? copy.searchText ?? "" : ""
      store.gatheredDocuments.append((id, SearchDocument(copy, body: body)))
    }
    return receipt
  }
}
