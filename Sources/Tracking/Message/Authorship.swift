import InternetMessage

/// Who wrote a message where its From field does not say it, or not all of it.
package struct Authorship: Sendable, Hashable {
  /// Who wrote it, where From names who passed it on: a list, or the form of a web site.
  package let writer: Mailbox?
  /// The field that names the writer.
  package let field: String?
  /// Who sent it for the one whom From names (RFC 5322 section 3.6.2).
  package let assistant: Mailbox?

  /// From says it all.
  package static let plain = Authorship(writer: nil, field: nil, assistant: nil)
}

/// What a profile says of mail that is not from whom From names.
package struct AuthorshipPolicy: Sendable {
  /// Whether mail from one of ours to one of ours may be somebody's from outside: what a list with a
  /// "via" in its name, or the form of our web site, passed on.
  package var believesOurs = true
  /// Who from outside passes on the mail of others.
  package var relays = AddressMatcher([])
  /// Whether who sent a message for somebody else takes part in it.
  package var recordsAssistants = true

  /// The defaults.
  package init() {}

  /// Who wrote a message.
  ///
  /// Mail that the mailbox's owner sent is the owner's. Where From is ours, Reply-To must name nobody
  /// of ours: a colleague who wants the answer to go to somebody else did write it.
  ///
  /// - Parameters:
  ///   - header: The header.
  ///   - recipients: All who receive it.
  ///   - isSent: Whether the caller knows that the owner wrote it.
  ///   - isOurs: Whether an address belongs to this side.
  /// - Returns: Who wrote it, as far as From does not say it.
  func authorship(
    of header: MessageHeader, to recipients: [AddrSpec], isSent: Bool, isOurs: (AddrSpec) -> Bool
  ) -> Authorship {
    if !isSent, header.from.count == 1, let from = header.from.first?.address,
      !header.replyTo.isEmpty || !header.rawValues(of: Self.originalFrom).isEmpty,
      passesOn(from, header, recipients, isOurs)
    {
      func isOutside(_ mailbox: Mailbox) -> Bool {
        mailbox.address != from && !isOurs(mailbox.address) && !relays.matches(mailbox.address)
      }
      if let writer = header.mailboxes(of: Self.originalFrom).first(where: isOutside) {
        return Authorship(writer: writer, field: Self.originalFrom, assistant: nil)
      }
      if let writer = header.replyTo.first(where: isOutside) {
        return Authorship(writer: writer, field: "Reply-To", assistant: nil)
      }
    }
    return Authorship(writer: nil, field: nil, assistant: assistant(in: header, isOurs))
  }

  /// Whether From names who passed it on.
  private func passesOn(
    _ from: AddrSpec, _ header: MessageHeader, _ recipients: [AddrSpec],
    _ isOurs: (AddrSpec) -> Bool
  ) -> Bool {
    if relays.matches(from) { return true }
    return believesOurs && isOurs(from) && recipients.contains(where: isOurs)
      && !header.replyTo.contains { isOurs($0.address) }
  }

  /// Who sent it for somebody of the same company: lists and services that send for anybody name
  /// themselves in Sender, too.
  private func assistant(in header: MessageHeader, _ isOurs: (AddrSpec) -> Bool) -> Mailbox? {
    guard recordsAssistants, let sender = header.sender, let from = header.from.first?.address,
      !header.from.contains(where: { $0.address == sender.address }), !header.isBulk
    else { return nil }
    let isOfOneCompany =
      sender.address.domainKey == from.domainKey || isOurs(sender.address) && isOurs(from)
    return isOfOneCompany ? sender : nil
  }

  /// What Google Groups keeps of a From that it rewrote.
  private static let originalFrom = "X-Original-From"
}
