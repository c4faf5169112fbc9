import InternetMessage

/// A CRM tenant: it decides about messages, keeps copies of those it accepted, and shows them.
///
/// The embedded organization lives in a SQLite store. Others, behind a network, will stand beside
/// it: nothing in the way of a message may depend on which kind it is.
package protocol Organization {
  /// The name by which the profile knows it.
  var name: String { get }

  /// Answers whether a copy of a message is to be stored (Dynamics `CheckIncomingEmail`). Nothing
  /// is written.
  func decide(_ question: Question) throws -> Decision

  /// Keeps a question that was refused, where the organization's settings say so.
  func log(_ question: Question, _ decision: Decision, at time: Int64) throws

  /// The settings that correlation on this side goes by.
  func correlationPolicy() throws -> CorrelationPolicy

  /// What of the organization's mail was tracked from here, to correlate against.
  var trackedMail: any TrackedMail { get }

  /// Stores a copy durably, or notes another delivery of one that is there
  /// (Dynamics `DeliverIncomingEmail`).
  func deliver(_ copy: CopyDraft) throws -> DeliveryReceipt
}

/// What became of a copy that was handed to an organization.
package struct DeliveryReceipt: Sendable, Equatable {
  /// The outcomes.
  package enum Outcome: String, Sendable {
    /// A new copy was made.
    case created
    /// The copy was there; the delivery is new.
    case delivered
    /// The copy and the delivery were there; it was seen once more.
    case seenAgain = "seen-again"
    /// The message was untracked, forgotten or pruned before: nothing was stored.
    case withdrawn
  }

  /// The copy; `nil` where nothing was stored.
  package let copy: CopyID?
  /// What happened.
  package let outcome: Outcome

  /// Makes a receipt.
  package init(copy: CopyID?, outcome: Outcome) {
    self.copy = copy
    self.outcome = outcome
  }
}
