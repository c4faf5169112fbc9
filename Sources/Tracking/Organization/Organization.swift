import InternetMessage

/// A CRM tenant: it decides about messages and keeps copies of those that it accepted.
///
/// The embedded organization lives in a SQLite store. Others, behind a network, will stand beside
/// it: nothing in the way of a message may depend on which kind it is.
package protocol Organization {
  /// The name by which the profile knows it.
  var name: String { get }

  /// Answers whether a copy of a message is to be stored, and what it answers (Dynamics
  /// `CheckIncomingEmail`); one read, of one state.
  ///
  /// Nothing is written, but for a refused question where the organization's settings say so and it
  /// was opened to track.
  func decide(_ inquiry: Inquiry) throws -> Answer

  /// Stores a copy durably, or notes another delivery of one that is there (Dynamics
  /// `DeliverIncomingEmail`); one write, in which what was withdrawn is looked up again.
  ///
  /// Opened to explain, it says what it would do.
  func deliver(_ copy: CopyDraft) throws -> DeliveryReceipt

  /// What this machine remembers of it.
  var localState: any LocalState { get }

  /// Its users, and what they may do.
  var members: any OrganizationMembers { get }

  /// Its tracked mail; `nil` where it is not to be read from here.
  var archive: (any MailArchive)? { get }

  /// What is done with its tracked mail; `nil` where that is not done from here.
  var keeping: (any MailKeeping)? { get }

  /// Its users, records and settings; `nil` where they are not changed from here.
  var administration: (any OrganizationAdministration)? { get }
}

extension Organization {
  package var archive: (any MailArchive)? { nil }
  package var keeping: (any MailKeeping)? { nil }
  package var administration: (any OrganizationAdministration)? { nil }
}

/// What an organization is opened for.
package enum OpeningPurpose: Sendable {
  /// To bring mail in; it is made where there is none and this side can make it.
  case track
  /// To say what would become of a message; nothing is written, and where there is no organization
  /// yet an empty one in memory stands for it.
  case explain
  /// To do all that tracking does, in a copy that nobody else sees.
  case rehearse
  /// To read or change what is there.
  case read
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
