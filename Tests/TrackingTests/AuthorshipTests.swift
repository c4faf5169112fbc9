import InternetMessage
import Testing
import Tracking

/// Who wrote a message.
@Suite struct AuthorshipTests {
  struct Case: CustomTestStringConvertible {
    let testDescription: String
    let header: String
    var isSent = false
    var head = ""
    /// Sender, then who is outside.
    let sender: String
    let outside: [String]
    var direction = Direction.incoming
    let source: String
  }

  private static let erin = "erin@fabrikam.example"
  private static let group = """
    From: 'Erin' via Sales <sales@contoso.example>
    To: sales@contoso.example

    """

  static let cases = [
    Case(
      testDescription: "a list that rewrites From", header: group + "X-Original-From: \(erin)\n",
      sender: erin, outside: [erin], source: "Google Groups"),
    Case(
      testDescription: "the same, the answer goes to the writer",
      header: group + "Reply-To: Erin <\(erin)>\n", sender: erin, outside: [erin],
      source: "Mailman 3 dmarc_mitigate_action"),
    Case(
      testDescription: "the answer goes to one of ours",
      header: group + "X-Original-From: \(erin)\nReply-To: sales@contoso.example\n",
      sender: "sales@contoso.example", outside: [], direction: .outgoing, source: "the manual"),
    Case(
      testDescription: "the form of a web site",
      header: "From: no-reply@contoso.example\nReply-To: \(erin)\nTo: dana@contoso.example\n",
      sender: erin, outside: [erin], source: "Contact Form 7"),
    Case(
      testDescription: "switched off",
      header: "From: no-reply@contoso.example\nReply-To: \(erin)\nTo: dana@contoso.example\n",
      head: "via = false", sender: "no-reply@contoso.example", outside: [], source: "the manual"),
    Case(
      testDescription: "Dana's own mail, answers to somebody else",
      header: "From: dana@contoso.example\nReply-To: \(erin)\nTo: x@tailspin.example\n",
      sender: "dana@contoso.example", outside: ["x@tailspin.example"], direction: .outgoing,
      source: "nobody of ours receives it"),
    Case(
      testDescription: "the same, known to be sent",
      header: "From: dana@contoso.example\nReply-To: \(erin)\nTo: lee@contoso.example\n",
      isSent: true, sender: "dana@contoso.example", outside: [], direction: .outgoing,
      source: "the manual"),
    Case(
      testDescription: "a stranger's Reply-To makes nobody known",
      header: "From: eve@x.example\nReply-To: \(erin)\nTo: dana@contoso.example\n",
      sender: "eve@x.example", outside: ["eve@x.example"], source: "the manual"),
    Case(
      testDescription: "a relay that is known",
      header: "From: hit-reply@link.example\nReply-To: \(erin)\nTo: dana@contoso.example\n",
      head: "relays = \"@link.example\"", sender: erin,
      outside: [erin], source: "the manual"),
    Case(
      testDescription: "a relay that names itself",
      header: "From: a@link.example\nReply-To: b@link.example\nTo: dana@contoso.example\n",
      head: "relays = \"@link.example\"", sender: "a@link.example", outside: ["a@link.example"],
      source: "the manual"),
    Case(
      testDescription: "an assistant of the customer's",
      header: "From: \(erin)\nSender: pa@fabrikam.example\nTo: dana@contoso.example\n",
      sender: erin, outside: [erin, "pa@fabrikam.example"], source: "RFC 5322 section 3.6.2"),
    Case(
      testDescription: "a service that sends for anybody",
      header: "From: \(erin)\nSender: bounce@service.example\nTo: dana@contoso.example\n",
      sender: erin, outside: [erin], source: "the manual"),
    Case(
      testDescription: "a list's Sender",
      header: "From: \(erin)\nSender: l@fabrikam.example\nList-Id: <l>\nTo: dana@contoso.example\n",
      sender: erin, outside: [erin], source: "RFC 2369"),
    Case(
      testDescription: "Dana sends it for a colleague",
      header: "From: lee@contoso.example\nSender: dana@contoso.example\nTo: \(erin)\n",
      sender: "lee@contoso.example", outside: [erin], direction: .outgoing,
      source: "RFC 5322 section 3.6.2; Outlook, send on behalf"),
    Case(
      testDescription: "a colleague sends it for another, and Dana receives it",
      header: "From: lee@contoso.example\nSender: kim@contoso.example\n"
        + "To: \(erin)\nCc: dana@contoso.example\n",
      sender: "lee@contoso.example", outside: [erin], source: "RFC 5322 section 3.6.2"),
    Case(
      testDescription: "a customer names Dana as who sent it",
      header: "From: \(erin)\nSender: dana@contoso.example\nTo: dana@contoso.example\n",
      sender: erin, outside: [erin], source: "whoever writes it chooses Sender"),
    Case(
      testDescription: "assistants switched off",
      header: "From: \(erin)\nSender: pa@fabrikam.example\nTo: dana@contoso.example\n",
      head: "delegates = false", sender: erin, outside: [erin], source: "the manual"),
  ]

  @Test(arguments: cases) func everyRow(_ example: Case) throws {
    let toml = """
      synchronizing = "c"
      \(example.head)
      [[mailbox]]
      owner = "dana@contoso.example"
      addresses = ["sales@contoso.example"]
      [[organization]]
      name = "c"
      url = "sqlite:c.sqlite"
      colleagues = "@contoso.example"
      """
    let profile = try Profile(toml: Array(toml.utf8), path: "p")
    let facts = MessageFacts(
      header: MessageHeader(HeaderSection(Array((example.header + "\n").utf8))),
      envelope: Envelope(), mailbox: profile.mailboxes[0], isSent: example.isSent,
      isOurs: profile.isOurs, policy: profile.authorship)
    #expect(facts.sender?.address.description == example.sender)
    #expect(facts.externalParticipants.map(\.description) == example.outside)
    #expect(facts.direction == example.direction)
  }

  @Test func aRuleOnFromSeesWriterAndRelay() throws {
    for pattern in ["@fabrikam.example", "no-reply@contoso.example"] {
      let toml = """
        [[mailbox]]
        owner = "dana@contoso.example"
        [[rule]]
        name = "r"
        action = "track"
        from = "\(pattern)"
        """
      let profile = try Profile(toml: Array(toml.utf8), path: "p")
      let header =
        "From: no-reply@contoso.example\nReply-To: \(Self.erin)\nTo: dana@contoso.example\n\n"
      let facts = MessageFacts(
        header: MessageHeader(HeaderSection(Array(header.utf8))), envelope: Envelope(),
        mailbox: profile.mailboxes[0], isSent: false,
        isOurs: { $0.domain == "contoso.example" }, policy: profile.authorship)
      guard case .track = RuleSet(profile).evaluate(facts, size: .exactly(9)) else {
        Issue.record("\(pattern)")
        continue
      }
    }
  }
}
