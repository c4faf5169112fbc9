import InternetMessage
import Testing

@Suite("Address fields")
struct AddressListTests {
  @Test(
    "give the address that a person would see",
    arguments: [
      ("a@b.example", ["a@b.example"]),
      ("<a@b.example>", ["a@b.example"]),
      (
        "Dana <dana@contoso.example>, pat@fabrikam.example",
        ["dana@contoso.example", "pat@fabrikam.example"]
      ),
      ("Doe, John <j@x.example>", ["j@x.example"]),
      ("J. R. Smith <j@x.example>", ["j@x.example"]),
      ("joe@home <joe@x.example>", ["joe@x.example"]),
      ("\"<a@b.example>\" <c@d.example>", ["c@d.example"]),
      ("\"a@b.example\" <c@d.example>", ["c@d.example"]),
      ("<@one.example,@two.example:c@d.example>", ["c@d.example"]),
      ("a . b @ c . example", ["a.b@c.example"]),
      ("a(one)@(two)b.example (three (four))", ["a@b.example"]),
      ("John Doe john@x.example", ["john@x.example"]),
      ("Name <<a@b.example>>", ["a@b.example"]),
      ("Name <a@b.example", ["a@b.example"]),
      ("<a@b.example, <c@d.example>", ["a@b.example", "c@d.example"]),
      (
        "A group: a@b.example, \"x\" <c@d.example>;, e@f.example",
        ["a@b.example", "c@d.example", "e@f.example"]
      ),
      ("outer: inner: a@b.example;, c@d.example;", ["a@b.example", "c@d.example"]),
      ("undisclosed-recipients:;", []),
      ("<>", []),
      ("root", []),
      ("", []),
      ("\"two words\"@b.example", ["two words@b.example"]),
      ("a@[192.0.2.7]", ["a@[192.0.2.7]"]),
      ("a@EXAMPLE.Com.", ["a@example.com"]),
      ("mailto:a@b.example", ["a@b.example"]),
      ("=?utf-8?q?a=40b.example?= <c@d.example>", ["c@d.example"]),
      ("\"unclosed <a@b.example>", ["a@b.example"]),
      ("(unclosed <a@b.example>", ["a@b.example"]),
      ("Zoë@bücher.example", ["Zoë@bücher.example"]),
      // Outlook's single quotes, a comma that was forgotten, and junk in brackets.
      ("'a@b.example' <'a@b.example'>, 'c@d.example'", ["a@b.example", "c@d.example"]),
      ("o'neil@b.example", ["o'neil@b.example"]),
      ("<a@b.example> <c@d.example>", ["a@b.example", "c@d.example"]),
      ("A <a@b.example> B <c@d.example>", ["a@b.example", "c@d.example"]),
      ("<a@b.example:>, <,c@d.example>", ["a@b.example", "c@d.example"]),
    ])
  func addresses(_ value: String, _ expected: [String]) {
    let found = AddressList.parse(value).map { $0.address.localPart + "@" + $0.address.domain }
    #expect(found == expected)
  }

  @Test(
    "give the name that a person would see",
    arguments: [
      ("Dana Example <d@x.example>", "Dana Example"),
      ("\"Doe, \\\"Jo\\\" Jr.\" <d@x.example>", "Doe, \"Jo\" Jr."),
      ("d@x.example (Dana)", "Dana"),
      ("=?utf-8?q?Z=C3=B6e?= =?utf-8?q?_Smith?= <d@x.example>", "Zöe Smith"),
      ("\"=?utf-8?b?WsO2ZQ==?=\" <d@x.example>", "Zöe"),
      ("=?utf-8?q?Doe,_J?= <d@x.example>", "Doe, J"),
      ("d@x.example", nil),
    ] as [(String, String?)])
  func names(_ value: String, _ expected: String?) {
    let found = AddressList.parse(value)
    #expect(found.count == 1)
    #expect(found.first?.displayName == expected)
  }

  @Test("compare without case, and alike in both forms of an international domain")
  func comparison() {
    #expect(AddrSpec("Dana@Contoso.example") == AddrSpec("dana@contoso.EXAMPLE"))
    #expect(AddrSpec("a@bücher.example") == AddrSpec("a@xn--bcher-kva.example"))
    #expect(AddrSpec("a@例え.テスト")?.domainKey == "xn--r8jz45g.xn--zckzah")
    #expect(AddrSpec("a@b.example") != AddrSpec("b@b.example"))
  }

  @Test(
    "are told from what only looks like an address",
    arguments: [
      "", "a", "a@", "@b", "a@b c", "a b@c", "<a@b>", "a@b,c@d", "a@b\n", "x <a@b>", "a@b (c)",
    ])
  func notAnAddress(_ text: String) {
    #expect(AddrSpec(text) == nil)
  }

  @Test("print a local part with quotes where they are needed")
  func printing() {
    #expect(AddrSpec("\"two words\"@b.example")?.description == "\"two words\"@b.example")
    #expect(AddrSpec("a.b+c@b.example")?.description == "a.b+c@b.example")
    #expect(AddrSpec(localPart: "a..b", domain: "b.example").description == "\"a..b\"@b.example")
  }

  @Test("of a hostile sender are read in one pass")
  func hostile() {
    let nested = String(repeating: "(", count: 200_000)
    #expect(AddressList.parse(nested + "a@b.example").map(\.address.domain) == ["b.example"])
    let closed = nested + String(repeating: ")", count: 200_000) + "a@b.example"
    #expect(AddressList.parse(closed).map(\.address.domain) == ["b.example"])
    let groups = String(repeating: "g:", count: 200_000) + "a@b.example"
    #expect(AddressList.parse(groups).count == 1)
    let words = String(repeating: "=?a?q?", count: 50_000)
    #expect(AddressList.parse(words).isEmpty)
    let ats = String(repeating: "@", count: 100_000)
    #expect(AddressList.parse(ats).isEmpty)
    let angles = String(repeating: "<", count: 200_000) + "a@b.example"
    #expect(AddressList.parse(angles).count == 1)
    let many = String(repeating: "a@b.example,", count: 20_000)
    #expect(AddressList.parse(many).count == 20_000)
  }
}
