import InternetMessage
import Testing
import Tracking

/// Which addresses a profile takes for its own.
@Suite struct OurAddressTests {
  private func profile(_ head: String = "") throws -> Profile {
    let toml = """
      synchronizing = "c"
      \(head)
      [[mailbox]]
      owner = "dana@contoso.example"
      [[mailbox]]
      owner = "o'brien@contoso.example"
      addresses = ["lee+desk@contoso.example"]
      [[organization]]
      name = "c"
      url = "sqlite:c.sqlite"
      colleagues = ["kim@contoso.example"]
      """
    return try Profile(toml: Array(toml.utf8), path: "p")
  }

  /// Address; the owner of its mailbox, or `ours`, or `outside`; with which `plus-addressing`.
  static let addresses: [(address: String, whose: String, separators: String?, source: String)] = [
    ("dana@contoso.example", "dana", nil, "the profile"),
    ("Dana+CRM@Contoso.example", "dana", nil, "RFC 5233 section 1"),
    ("dana+crm@contoso.example", "outside", "", "the manual"),
    ("dana+a+b@contoso.example", "dana", nil, "postconf(5) recipient_delimiter"),
    ("dana-crm@contoso.example", "outside", nil, "the manual"),
    ("dana-crm@contoso.example", "dana", "+-", "qmail dot-qmail(5)"),
    ("+dana@contoso.example", "outside", nil, "nothing before the separator"),
    ("dana+crm@fabrikam.example", "outside", nil, "another domain"),
    ("lee+desk@contoso.example", "o'brien", nil, "the address as it is written comes first"),
    ("lee@contoso.example", "outside", nil, "the note is part of the profile's address"),
    ("kim+x@contoso.example", "ours", nil, "a colleague's"),
    ("kim+x@contoso.example", "outside", "", "the manual"),
  ]

  @Test(arguments: addresses)
  func whose(_ row: (address: String, whose: String, separators: String?, source: String)) throws {
    let profile = try profile(row.separators.map { "plus-addressing = \"\($0)\"" } ?? "")
    let found = address(row.address)
    let owner = profile.mailbox(of: found)?.owner.localPart
    #expect((owner ?? (profile.isOurs(found) ? "ours" : "outside")) == row.whose)
    #expect(profile.isOurs(found) == (row.whose != "outside"))
  }

  /// What Postfix tells a program, and what is meant.
  static let recipients: [(told: String, meant: String, source: String)] = [
    ("o_brien@contoso.example", "o'brien@contoso.example", "postconf(5) command_expansion_filter"),
    ("O_Brien+x@contoso.example", "o'brien@contoso.example", "the same, with a note"),
    ("o_brien@fabrikam.example", "o_brien@fabrikam.example", "another domain"),
    ("d_na@contoso.example", "d_na@contoso.example", "nothing of it is lost in Postfix"),
    ("lee_desk@contoso.example", "lee_desk@contoso.example", "a plus sign passes"),
  ]

  @Test(arguments: recipients)
  func whomPostfixMeans(_ row: (told: String, meant: String, source: String)) throws {
    #expect(try profile().recipient(address(row.told)) == address(row.meant))
  }

  @Test func separatorsAreSigns() {
    #expect(throws: ProfileError.self) { try profile("plus-addressing = \"a\"") }
    #expect(throws: ProfileError.self) { try profile("plus-addressing = \"@\"") }
    #expect(throws: ProfileError.self) { try profile("plus-addressing = true") }
  }

  /// Address, what all of its spellings share.
  static let aliases: [(address: String, key: String?, source: String)] = [
    ("jo.se+x@gmail.com", "jose@gmail.com", "Gmail help: dots, task-specific addresses"),
    ("JoSe@GoogleMail.com", "jose@gmail.com", "Gmail help: googlemail.com"),
    ("jo.se@fabrikam.example", nil, "another host may tell them apart"),
    ("+x@gmail.com", nil, "nothing is left"),
  ]

  @Test(arguments: aliases)
  func spellingsOfGmail(_ row: (address: String, key: String?, source: String)) {
    #expect(MailboxAlias.key(of: address(row.address)) == row.key)
  }

  /// Address, the mailbox that it names.
  static let mailboxes: [(address: String, mailbox: String, source: String)] = [
    ("erin+news@fabrikam.example", "erin@fabrikam.example", "RFC 5233"),
    ("Erin+a+b@Fabrikam.example", "erin@fabrikam.example", "RFC 5233: the first sign"),
    ("erin@fabrikam.example", "erin@fabrikam.example", "no note"),
    ("+erin@fabrikam.example", "+erin@fabrikam.example", "nothing is left"),
    ("jo.se+x@googlemail.com", "jose@gmail.com", "Gmail help"),
    ("erin-news@fabrikam.example", "erin-news@fabrikam.example", "a hyphen stands in names"),
  ]

  @Test(arguments: mailboxes)
  func notesOfOtherHosts(_ row: (address: String, mailbox: String, source: String)) {
    #expect(
      MailboxAlias.mailbox(ofComparisonKey: address(row.address).comparisonKey) == row.mailbox)
  }
}
