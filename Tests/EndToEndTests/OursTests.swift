import Foundation
import Testing

/// Whose addresses are whose: mail of a mailbox under another spelling, and of users whom the profile
/// does not name.
@Suite struct OursTests {
  private func place(colleagues: String = "kim@contoso.example", rules: String = "") throws -> Place
  {
    let place = try Place(rules: rules)
    let text = try String(contentsOfFile: place.profile, encoding: .utf8)
      .replacingOccurrences(of: "\"@contoso.example\"", with: "\"\(colleagues)\"")
      .replacingOccurrences(of: ", \"sales@contoso.example\"", with: "")
    try Data(text.utf8).write(to: URL(fileURLWithPath: place.profile))
    return place
  }

  private func explain(_ place: Place, _ message: [UInt8], _ more: String...) throws -> String {
    try place.write(message, to: "m.eml")
    return try Program.run(
      Program.path, ["explain"] + more + [place.folder + "/m.eml"], environment: place.environment,
      folder: place.folder
    ).text
  }

  @Test func aPlusAddressIsTheMailbox() throws {
    let place = try place()
    _ = try place.run("org", "add", "contoso", "sqlite:contoso.sqlite")
    let lunch = try explain(
      place,
      customerMail(from: "kim@contoso.example", to: "dana+crm@contoso.example", subject: "Lunch"))
    #expect(lunch.contains("Outside    nobody\n"), "\(lunch)")
    #expect(lunch.contains("among colleagues"))
    #expect(lunch.contains("dana+crm@contoso.example is dana@contoso.example with a note"))
    let sent = try explain(
      place, customerMail(from: "dana+crm@contoso.example", to: "erin@fabrikam.example"))
    #expect(sent.contains("outgoing, through dana@contoso.example"), "\(sent)")
    // A stranger who writes to it is not known by it.
    try place.write(customerMail(to: "dana+crm@contoso.example"), to: "a.eml")
    #expect(try place.run("track", place.folder + "/a.eml").status == 0)
    let stranger = try explain(
      place,
      customerMail(
        id: "m1@evil.example", from: "mallory@evil.example", to: "dana+crm@contoso.example",
        extra: "In-Reply-To: <a1@fabrikam.example>"))
    #expect(stranger.contains("answers no tracked mail"), "\(stranger)")
    // And the copy belongs to Dana, whom the organization knows without the note.
    #expect(
      try place.query("SELECT owner_reason FROM copy") == "first-recipient")
    #expect(try place.run("record", "unresolved").text.contains("crm@") == false)
  }

  @Test func aPlusAddressPicksItsMailbox() throws {
    let place = try place(
      rules: "[[mailbox]]\nowner = \"lee@contoso.example\"\n\n"
        + "[[mailbox]]\nowner = \"o'brien@contoso.example\"\n" + Place.usualRules)
    _ = try place.run("org", "add", "contoso", "sqlite:contoso.sqlite")
    for (recipient, owner) in [("lee+fab", "lee"), ("o_brien", "o'brien")] {
      let text = try explain(
        place, customerMail(to: "\(owner)@contoso.example"), "--recipient",
        "\(recipient)@contoso.example")
      #expect(text.contains("incoming, through \(owner)@contoso.example"), "\(text)")
      #expect(text.contains(/Outside +erin@fabrikam\.example\n/), "\(text)")
    }
  }

  @Test func usersAreOursWhateverTheProfileSays() throws {
    let place = try place()
    _ = try place.run("org", "add", "contoso", "sqlite:contoso.sqlite")
    #expect(try place.run("user", "add", "lee@contoso.example").status == 0)
    let lunch = try explain(place, customerMail(from: "lee@contoso.example", subject: "Lunch"))
    #expect(lunch.contains("Outside    nobody\n"), "\(lunch)")
    #expect(lunch.contains("lee@contoso.example is a user of the organization"))
    #expect(lunch.contains("among colleagues"))
    let both = "dana@contoso.example, lee@contoso.example"
    try place.write(customerMail(to: both), to: "a.eml")
    #expect(try place.run("track", place.folder + "/a.eml").status == 0)
    let stranger = try explain(
      place,
      customerMail(
        id: "m1@evil.example", from: "mallory@evil.example", to: both,
        extra: "In-Reply-To: <a1@fabrikam.example>"))
    #expect(stranger.contains("answers no tracked mail"), "\(stranger)")
    #expect(try place.run("record", "unresolved").text.contains("lee@") == false)
    // What is kept says the same as what is explained.
    #expect(
      try place.query("SELECT address FROM participant WHERE is_external")
        == "erin@fabrikam.example")
  }
}
