import Testing

/// Mail that is not from whom From names: it is tracked, shown and answered as the writer's.
@Suite struct AuthorshipTests {
  @Test func theFormOfAWebSiteIsItsWriters() throws {
    let place = try Place(rules: "")
    _ = try place.run("org", "add", "contoso", "sqlite:contoso.sqlite")
    _ = try place.run("org", "set", "contoso", "filter", "contacts")
    _ = try place.run("record", "add", "--address", "erin@fabrikam.example", "contact:erin")
    let form = customerMail(
      id: "w1@contoso.example", from: "no-reply@contoso.example", subject: "Contact form",
      extra: "Reply-To: Erin <erin@fabrikam.example>")
    try place.write(form, to: "form.eml")
    let words = try place.run("explain", place.folder + "/form.eml").text
    #expect(
      words.contains(
        "erin@fabrikam.example wrote it, as Reply-To says: no-reply@contoso.example in From is ours"
      ), "\(words)")
    #expect(try place.filter(form).status == 0)
    #expect(
      try place.query("SELECT direction, sender, recipients FROM mail")
        == "incoming|erin@fabrikam.example|dana@contoso.example")
    #expect(
      try place.query(
        "SELECT role || ' ' || coalesce(record, '-') FROM mail_participant WHERE mail = 1")
        == "from contact:erin\nsender -\nto -")
    #expect(try place.run("list", "--with", "erin@fabrikam.example").text.contains("Contact form"))
    // Dana's answer to the writer joins it.
    let answer = customerMail(
      id: "w2@contoso.example", from: "dana@contoso.example", to: "erin@fabrikam.example",
      extra: "In-Reply-To: <w1@contoso.example>")
    #expect(try place.filter(answer, ["--sent"]).status == 0)
    #expect(try place.query("SELECT answers FROM copy WHERE id = 2") == "1")
  }

  @Test func anAssistantTakesPartAndThePrincipalOwns() throws {
    let place = try Place()
    _ = try place.run("org", "add", "contoso", "sqlite:contoso.sqlite")
    _ = try place.run("user", "add", "boss@contoso.example")
    let mail = customerMail(
      from: "boss@contoso.example", to: "erin@fabrikam.example",
      extra: "Sender: dana@contoso.example")
    #expect(try place.filter(mail, ["--sent"]).status == 0)
    #expect(
      try place.query("SELECT owner, sender FROM mail")
        == "boss@contoso.example|boss@contoso.example")
    #expect(try place.run("show", "1").text.contains("Sender"))
    try place.write(mail, to: "m.eml")
    #expect(
      try place.run("explain", "--sent", place.folder + "/m.eml").text.contains(
        "dana@contoso.example sent it for the one in From"))
  }
}
