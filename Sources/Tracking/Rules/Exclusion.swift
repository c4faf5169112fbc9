/// Mail that an organization is not asked about unless a rule says `track`.
package enum Exclusion: String, Sendable, CaseIterable {
  /// Marked personal, private or confidential (Sensitivity).
  case `private`
  /// Sent by no person: automatic replies, notifications, bounces.
  case automatic
  /// Sent to many: lists and campaigns.
  case bulk
  /// Among colleagues.
  case `internal`
  /// Marked as spam by a filter before this one.
  case spam

  /// The kind in words, after "mail that is".
  package var words: String {
    switch self {
    case .private: "marked private"
    case .automatic: "sent by a program"
    case .bulk: "sent to many"
    case .internal: "among colleagues"
    case .spam: "marked as spam"
    }
  }

  /// Whether mail of this kind counts where it answers tracked mail.
  var yieldsToAnswers: Bool { self == .automatic || self == .bulk }

  /// Whether a message is of this kind.
  package func holds(for facts: MessageFacts) -> Bool {
    switch self {
    case .private: facts.header.sensitivity != nil
    case .automatic: facts.isAutomatic
    case .bulk: facts.header.isBulk
    case .internal: facts.isInternal
    case .spam: facts.header.isSpam
    }
  }
}
