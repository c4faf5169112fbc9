/// Which records the participants of a message are (`associate-email-address`).
package enum PartyResolution {
  /// Beyond so many matching records an address stays unresolved.
  package static let maxRecords = 100

  // The order of Dynamics after systemuser; other tables come last.
  private static let order = ["contact", "account", "lead", "equipment", "team", "businessunit"]

  /// The one record that a sender is: one that the mailbox's owner owns before others, an address
  /// before a domain, then Dynamics' order of types, then the oldest.
  ///
  /// - Parameters:
  ///   - matches: What the directory found, asked for one more than `maxRecords`.
  ///   - mailboxOwner: The user whose mailbox it is.
  ///   - policy: The organization's settings.
  /// - Returns: `nil` where it stays unresolved.
  package static func sender(
    _ matches: [RecordMatch], mailboxOwner: UserID?, policy: OrganizationPolicy
  ) -> RecordMatch? {
    guard matches.count <= maxRecords else { return nil }
    let nearest = narrowed(matches)
    if policy.leavesAmbiguousSenders, nearest.count > 1 { return nil }
    return nearest.min { rank($0, mailboxOwner) < rank($1, mailboxOwner) }
  }

  /// The records that a recipient is: all of them, in order of precedence.
  package static func recipient(
    _ matches: [RecordMatch], policy: OrganizationPolicy
  ) -> [RecordMatch] {
    guard matches.count <= maxRecords else { return [] }
    let nearest = narrowed(matches)
    if policy.leavesAmbiguousRecipients, nearest.count > 1 { return [] }
    return nearest.sorted { rank($0, nil) < rank($1, nil) }
  }

  /// A person's address says more than the domain of the company: where both match, the address.
  private static func narrowed(_ matches: [RecordMatch]) -> [RecordMatch] {
    let byAddress = matches.filter { $0.basis == .address }
    return byAddress.isEmpty ? matches : byAddress
  }

  private static func rank(_ match: RecordMatch, _ owner: UserID?) -> (Int, Int, RecordID) {
    let isForeign = owner == nil || match.owner != owner
    return (
      isForeign ? 1 : 0, order.firstIndex(of: match.record.type) ?? order.count, match.id
    )
  }
}

/// To whom a copy belongs, and why.
package struct Ownership: Sendable, Hashable {
  /// The ways in which an owner is found, in the order of Dynamics (`email-record-owner`).
  package enum Reason: String, Sendable, CaseIterable {
    /// A recipient who owns the copy that the message answers.
    case answeredCopy = "answered-copy"
    /// A recipient who owns the sender's contact, account or lead.
    case senderRecord = "sender-record"
    /// The first eligible user among the recipients.
    case firstRecipient = "first-recipient"
    /// The user who wrote the message.
    case sender
    /// The owner of the mailbox through which it came.
    case mailbox
    /// An organization elsewhere named the user.
    case organization
  }

  /// The user.
  package let user: UserID
  /// Why.
  package let reason: Reason

  /// Makes an ownership.
  package init(user: UserID, reason: Reason) {
    self.user = user
    self.reason = reason
  }
}
