import MailPipeline

extension FuzzMode {
  /// What stands before a message that waits: it is read, or it is none, and what was read is written as
  /// what is read the same.
  static let spool = FuzzMode(
    name: "spool",
    seeds: { _ in
      [
        """
        crm-mailfilter spool entry 1
        arrived 1700000000
        trouble locked
        organization contoso
        profile /home/dana/a b.toml
        sent yes
        sender erin@fabrikam.example
        recipient dana@contoso.example
        recipient "odd one"@x.example

        From: erin@fabrikam.example

        body

        """,
        "crm-mailfilter spool entry 1\narrived 1\nsender <>\nlater x\nrecipient é@b.example\n\n",
      ].map { Array($0.utf8) }
    },
    fragments: [
      "\n", "\n\n", "\r\n", " ", "\0", "arrived ", "9223372036854775807", "99999999999999999999",
      "-1",
      "sender ", "sender <>\n", "recipient ", "recipient a@b\n", "\"", "@", "\\", "(", "<", ">",
      ",",
      "\u{301}", "é", "sent yes\n", "sent no\n", "trouble \n", "crm-mailfilter spool entry 1\n",
    ],
    beginnings: ["crm-mailfilter spool entry 1\n"],
    broken: brokenEntry)

  @Sendable
  private static func brokenEntry(_ bytes: [UInt8]) -> String? {
    guard let entry = SpoolEntry(name: "n", start: bytes, fileSize: bytes.count) else { return nil }
    guard entry.messageOffset <= bytes.count, entry.size == bytes.count - entry.messageOffset else {
      return "a message that is not in the file"
    }
    guard SpoolEntry.begins(bytes) else { return "an entry that does not begin as one" }
    let written = entry.header
    guard let again = SpoolEntry(name: "n", start: written, fileSize: written.count) else {
      return "what is written cannot be read"
    }
    guard again.arrivedAt == entry.arrivedAt, again.isSent == entry.isSent,
      again.organization ?? entry.organization == entry.organization,
      again.profile ?? entry.profile == entry.profile,
      again.failure.isEmpty || again.failure == entry.failure
    else { return "another message of another organization" }
    guard again.envelope == entry.envelope else { return "another sender or other recipients" }
    // A value that cannot be written is empty from then on.
    let second = again.header
    guard let third = SpoolEntry(name: "n", start: second, fileSize: second.count),
      third.header == second
    else { return "another header of the same entry" }
    return nil
  }
}
