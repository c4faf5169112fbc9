extension MessageHeader {
  /// Whether no person sent the message as such: an automatic reply, a notification or a report.
  ///
  /// Auto-Submitted other than `no` (RFC 3834 section 5), multipart/report (RFC 6522), and the fields
  /// that vacation programs set. X-Auto-Response-Suppress is no sign: Exchange sets it on mail that
  /// people write. A null reverse-path is the envelope's to tell.
  public var isAutomatic: Bool {
    if keywords(of: "Auto-Submitted").contains(where: { !$0.isEmpty && $0 != "no" }) { return true }
    for name in ["X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Auto-Reply-From"]
    where keywords(of: name).contains(where: { $0 != "no" }) {
      return true
    }
    if keywords(of: "Precedence").contains(where: { $0 == "auto_reply" || $0 == "auto-reply" }) {
      return true
    }
    return keywords(of: "Content-Type").first == "multipart/report"
  }

  /// Whether the message went to many: a mailing list (RFC 2919, RFC 2369) or a campaign.
  public var isBulk: Bool {
    for name in ["List-Id", "List-Unsubscribe", "List-Post", "X-Mailing-List"]
    where !rawValues(of: name).isEmpty {
      return true
    }
    return keywords(of: "Precedence").contains { $0 == "bulk" || $0 == "list" || $0 == "junk" }
  }

  /// What discretion the sender asks for (RFC 2156 section 5.3.4); `nil` for none.
  public var sensitivity: Sensitivity? {
    keywords(of: "Sensitivity").first.flatMap { word in
      Sensitivity(rawValue: word == "confidential" ? "company-confidential" : word)
    }
  }

  /// Whether a filter on the way took it for spam: SpamAssassin's, rspamd's and bogofilter's fields.
  public var isSpam: Bool {
    if keywords(of: "X-Spam-Flag").contains("yes") || keywords(of: "X-Spam").contains("yes") {
      return true
    }
    if keywords(of: "X-Spam-Status").contains("yes") { return true }
    return keywords(of: "X-Bogosity").contains { $0 == "spam" || $0 == "yes" }
  }

  /// The Authentication-Results fields, top to bottom (RFC 8601 section 2.2).
  public var authenticationResults: [AuthenticationResults] {
    rawValues(of: "Authentication-Results").compactMap { value in
      value.withUnsafeBytes { AuthenticationResults($0) }
    }
  }
}
