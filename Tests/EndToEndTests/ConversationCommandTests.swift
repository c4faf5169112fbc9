import Testing

/// What a hand says of messages and conversations.
@Suite struct ConversationCommandTests {
  private static func mail(
    _ id: String, from: String = "erin@fabrikam.example", subject: String, answers: String = "",
    names: String? = nil
  ) -> [UInt8] {
    let isOurs = from.hasPrefix("dana")
    return customerMail(
      id: id + "@x", from: from,
      to: isOurs ? "erin@fabrikam.example" : "dana@contoso.example", subject: subject,
      extra: answers.isEmpty ? "" : "In-Reply-To: \(answers)\nReferences: \(names ?? answers)")
  }

  private static let rules = """
    [[rule]]
    name = "Fabrikam"
    participant = "@fabrikam.example"
    action = "track"
    """

  /// Message, then its record.
  private func records(_ place: Place) throws -> String {
    try place.query(
      """
      SELECT group_concat(message_id || ' ' || coalesce(regarding_id, '-'), ',')
        FROM (SELECT * FROM copy ORDER BY id)
      """)
  }

  @Test func whoAnswersTwoConversationsLeavesTheAnswersTheirRecords() throws {
    let place = try Place(rules: Self.rules)
    _ = try place.filter(Self.mail("a1", subject: "Pumps"))
    _ = try place.filter(Self.mail("b1", subject: "Complaint"))
    #expect(try place.run("regarding", "1", "account:A").status == 0)
    #expect(try place.run("regarding", "2", "account:B").status == 0)
    _ = try place.filter(
      Self.mail(
        "r1", from: "dana@contoso.example", subject: "Re: Pumps", answers: "<a1@x> <b1@x>"))
    _ = try place.filter(Self.mail("b2", subject: "Re: Complaint", answers: "<b1@x>"))
    _ = try place.filter(Self.mail("a2", subject: "Re: Pumps", answers: "<a1@x>"))
    #expect(try records(place) == "a1@x A,b1@x B,r1@x A,b2@x B,a2@x A")
    let thread = try place.run("thread", "1").text
    #expect(thread.contains("(answers 2, too)"), "\(thread)")
    #expect(try place.run("show", "3").text.contains("answers mail 1 and mail 2 (in-reply-to)"))
    #expect(try place.run("show", "3", "--json").text.contains(#""also_answers":[2]"#))
  }

  @Test func aRecordHoldsForAMessageAndItsAnswersOrForTheConversation() throws {
    let place = try Place(rules: Self.rules)
    _ = try place.filter(Self.mail("a1", subject: "Offer"))
    _ = try place.filter(Self.mail("a2", subject: "Re: Offer", answers: "<a1@x>"))
    #expect(try place.run("regarding", "1", "account:A").status == 0)
    #expect(try place.run("regarding", "2", "account:B").status == 0)
    _ = try place.filter(Self.mail("a3", subject: "Re: Offer", answers: "<a1@x>"))
    _ = try place.filter(Self.mail("a4", subject: "Re: Offer", answers: "<a2@x>"))
    _ = try place.filter(Self.mail("a5", subject: "Re: Offer", answers: "<a4@x>"))
    #expect(try records(place) == "a1@x A,a2@x B,a3@x A,a4@x B,a5@x B")
    // None is an answer, too.
    #expect(try place.run("regarding", "5", "none").status == 0)
    _ = try place.filter(Self.mail("a6", subject: "Re: Offer", answers: "<a5@x>"))
    #expect(try records(place).hasSuffix("a5@x -,a6@x -"))
    // All of it, and what joins it by whatever message.
    #expect(try place.run("regarding", "3", "account:C", "--conversation").status == 0)
    _ = try place.filter(Self.mail("a7", subject: "Re: Offer", answers: "<a2@x>"))
    #expect(
      try place.query("SELECT group_concat(DISTINCT regarding_id), count(*) FROM copy") == "C|7")
    #expect(
      try place.query("SELECT regarding_id, regarding_source FROM conversation") == "C|manual")
  }

  @Test func anOldMailThatWasTakenForSomethingNewIsParted() throws {
    let place = try Place(rules: Self.rules)
    _ = try place.filter(Self.mail("a1", subject: "Pumps"))
    #expect(try place.run("regarding", "1", "account:A").status == 0)
    _ = try place.filter(Self.mail("n1", subject: "Holiday of our plant", answers: "<a1@x>"))
    #expect(
      try place.run("show", "2").text.contains(
        "Holiday of our plant (changed from what it answers)"))
    #expect(try place.run("thread", "1").text.contains("Holiday of our plant"))
    _ = try place.filter(Self.mail("n2", subject: "Re: Holiday of our plant", answers: "<n1@x>"))
    #expect(try records(place) == "a1@x A,n1@x A,n2@x A")
    let result = try place.run("thread", "split", "2")
    #expect(result.status == 0 && result.text == "2 messages parted\n", "\(result)")
    #expect(try records(place) == "a1@x A,n1@x -,n2@x -")
    #expect(
      try place.query("SELECT group_concat(conversation) FROM (SELECT * FROM copy ORDER BY id)")
        == "1,2,2")
    // Later answers name the ids of both.
    _ = try place.filter(
      Self.mail(
        "n3", subject: "Re: Holiday of our plant", answers: "<n2@x>",
        names: "<a1@x> <n1@x> <n2@x>"))
    _ = try place.filter(Self.mail("n4", subject: "Re: Holiday", answers: "<n2@x>"))
    _ = try place.filter(Self.mail("a2", subject: "Re: Pumps", answers: "<a1@x>"))
    #expect(
      try place.query("SELECT group_concat(conversation) FROM (SELECT * FROM copy ORDER BY id)")
        == "1,2,2,2,2,1")
    let again = try place.run("thread", "split", "1")
    #expect(again.status == 65 && again.errors.contains("begins its conversation"), "\(again)")
    #expect(try place.run("thread", "split", "99").status == 66)
  }
}
