import Foundation
import InternetMessage
import Testing

/// Address fields as they stand in real mail, each with who is meant by it, and why.
@Suite("Forms of addresses")
struct AddressFormTests {
  /// A field's value, the addresses in it, and where the form comes from.
  typealias Line = (value: String, addresses: [String], source: String)

  static let table: [Line] = [
    // Marks that nobody sees.
    ("erin@ring.example\u{200B}", ["erin@ring.example"], "Unicode 23.2, copied from a page"),
    ("\u{202A}erin@ring.example\u{202C}", ["erin@ring.example"], "Outlook's contact cards"),
    ("Erin <\u{FEFF}er\u{AD}in@ri\u{2060}ng.example>", ["erin@ring.example"], "Unicode 23.2"),
    ("<\u{200D}erin@ring.example\u{200C}>", ["erin@ring.example"], "RFC 5892 appendix A"),
    (
      "na\u{200C}me@x.example", ["na\u{200C}me@x.example"],
      "RFC 5892 appendix A.1: within it may be needed"
    ),
    ("\u{200B}@ring.example, k@x.example", ["k@x.example"], "nothing is left"),
    // RFC 5322 section 3.4 and appendix A, each in words of our own.
    ("Lee Doe <lee@node.example>", ["lee@node.example"], "RFC 5322 A.1.1"),
    ("\"Lee Q. Doe\" <lee@node.example>", ["lee@node.example"], "RFC 5322 A.1.2"),
    (
      "Pat <pat@x.example>, who@one.example, <kim@node.example>, \"Dot \\\"C\\\"\" <d@x.example>",
      ["pat@x.example", "who@one.example", "kim@node.example", "d@x.example"], "RFC 5322 A.1.2"
    ),
    (
      "Team:Ed <ed@a.example>,lee@b.example,Jo <jo@c.example>;",
      ["ed@a.example", "lee@b.example", "jo@c.example"], "RFC 5322 A.1.3"
    ),
    ("Nobody here: ;", [], "RFC 5322 A.1.3"),
    ("Undisclosed recipients:;", [], "RFC 5322 A.1.3"),
    (
      "Pat(A nice \\) one) <pat(his login)@silly(his host).example>", ["pat@silly.example"],
      "RFC 5322 A.5"
    ),
    (
      "A Team(Some people)\r\n :Kim (K. O.) <kim@(at)node.example>,\r\n  lee@b.example (Lee);",
      ["kim@node.example", "lee@b.example"], "RFC 5322 A.5"
    ),
    ("(Empty list)(start)Hidden recipients  :(nobody(that I know))  ;", [], "RFC 5322 A.5"),
    ("Lee Q. Doe <lee@node.example>", ["lee@node.example"], "RFC 5322 A.6.1"),
    (
      "Pat <@router.example:pat@x.example>, , kim@node.example",
      ["pat@x.example", "kim@node.example"], "RFC 5322 A.6.1"
    ),
    ("Lee <lee@node . example>", ["lee@node.example"], "RFC 5322 A.6.3"),
    ("lee  . doe  @  node .  example", ["lee.doe@node.example"], "RFC 5322 4.4"),
    // RFC 5322 section 4.4: comments and blanks around the dots of both sides.
    (
      "Omar.(I am the first) Ali @(the)Ring.example", ["Omar.Ali@ring.example"],
      "RFC 5322 4.4, RFC 822 A.1.4"
    ),
    ("Omar (one) . (two) Ali@ring.example", ["Omar.Ali@ring.example"], "RFC 5322 4.4"),
    ("Omar(x).Ali(y)@(z)ring(a).(b)example(c)", ["Omar.Ali@ring.example"], "RFC 5322 4.4"),
    ("<Omar.(first) Ali @(the)ring.example>", ["Omar.Ali@ring.example"], "RFC 5322 4.4"),
    ("(c1)omar(c2)@ring.example", ["omar@ring.example"], "RFC 5322 3.2.2"),
    ("\"Omar\".(x) Ali@ring.example", ["Omar.Ali@ring.example"], "RFC 5322 4.4"),
    ("Omar.\"A li\"@ring.example", ["Omar.A li@ring.example"], "RFC 5322 4.4 obs-local-part"),
    ("omar@ring.example (a (nested (deep)) \\( one)", ["omar@ring.example"], "RFC 5322 3.2.2"),
    ("omar@ring.(b\r\n )example", ["omar@ring.example"], "RFC 5322 4.4"),
    ("Omar A. omar@ring.example", ["omar@ring.example"], "a name's initial is none of it"),
    ("Omar Ali omar@ring.example", ["omar@ring.example"], "a name without brackets"),
    ("Ali (boss) omar@ring.example", ["omar@ring.example"], "a name without brackets"),
    // RFC 5322 section 4.4: routes, and lists with nothing between commas.
    ("<@a.example,@b.example:c@d.example>", ["c@d.example"], "RFC 5322 4.4 obs-route"),
    ("<@a.example , , @b.example : c@d.example>", ["c@d.example"], "RFC 5322 4.4 obs-domain-list"),
    (", ,a@b.example,,c@d.example,", ["a@b.example", "c@d.example"], "RFC 5322 4.4 obs-addr-list"),
    ("Group: ,a@b.example, ,;", ["a@b.example"], "RFC 5322 4.4 obs-group-list"),
    (
      "Lee <lee@x.example> Team: kim@y.example;", ["lee@x.example", "kim@y.example"],
      "a comma is missing"
    ),
    ("Lee <lee@x.example> Team:;", ["lee@x.example"], "a comma is missing"),
    ("Lee <lee@x.example>:", ["lee@x.example"], "web forms"),
    ("Group: a@b.example", ["a@b.example"], "a group without an end"),
    ("A: a@b.example; B: c@d.example;", ["a@b.example", "c@d.example"], "Outlook's semicolons"),
    ("a@b.example; c@d.example;", ["a@b.example", "c@d.example"], "Outlook's semicolons"),
    // RFC 5322 sections 3.2.4 and 3.4.1: quoted local parts and literals.
    ("\"lee doe\"@x.example", ["lee doe@x.example"], "RFC 5322 3.2.4"),
    ("\"lee\\\"s\"@x.example", ["lee\"s@x.example"], "RFC 5322 3.2.4"),
    ("\"lee@home\"@x.example", ["lee@home@x.example"], "RFC 5321 4.1.2"),
    ("\"a,b\" <\"a,b\"@x.example>, c@d.example", ["a,b@x.example", "c@d.example"], "RFC 5322 3.4"),
    ("\"<evil@y.example>\"@x.example", ["<evil@y.example>@x.example"], "RFC 5322 3.2.4"),
    ("lee@[IPv6:2001:db8::1]", ["lee@[ipv6:2001:db8::1]"], "RFC 5321 4.1.3"),
    ("Lee <lee@[192.0.2.9]>, k@x.example", ["lee@[192.0.2.9]", "k@x.example"], "RFC 5322 3.4.1"),
    ("lee+tag=x@x.example", ["lee+tag=x@x.example"], "RFC 5322 3.2.3; Gmail's tags"),
    ("o'neil!#$%&*/?^_`{|}~-@x.example", ["o'neil!#$%&*/?^_`{|}~-@x.example"], "RFC 5322 3.2.3"),
    ("relay!lee%host@x.example", ["relay!lee%host@x.example"], "RFC 1123 5.2.16"),
    ("lee@x", ["lee@x"], "a host without a domain"),
    ("lee.@x.example", ["lee.@x.example"], "DoCoMo's dots at the end"),
    ("lee..doe@x.example", ["lee..doe@x.example"], "DoCoMo's dots in a row"),
    (".lee@x.example", [".lee@x.example"], "DoCoMo's dots at the start"),
    // RFC 6532: 8-bit names and addresses.
    ("Zoë Müller <zoë@müller.example>", ["zoë@müller.example"], "RFC 6532 3.2"),
    ("用户@例え.テスト", ["用户@例え.テスト"], "RFC 6532 3.2"),
    ("zoë.(x) mü@ring.example", ["zoë.mü@ring.example"], "RFC 6532 3.2, RFC 5322 4.4"),
    ("\"zoë m\"@ring.example", ["zoë m@ring.example"], "RFC 6532 3.2"),
    ("मोहन@डाटामेल.भारत", ["मोहन@डाटामेल.भारत"], "RFC 6532 3.2"),
    // What the mail programs write and show.
    ("'lee@x.example'", ["lee@x.example"], "Outlook's single quotes"),
    ("'Lee Doe' <lee@x.example>", ["lee@x.example"], "Outlook's single quotes"),
    ("\"'lee@x.example'\" <lee@x.example>", ["lee@x.example"], "Outlook's single quotes"),
    (
      "'lee@x.example' <'lee@x.example'>; 'k@x.example'", ["lee@x.example", "k@x.example"],
      "Outlook"
    ),
    ("Doe, Lee <lee@x.example>", ["lee@x.example"], "Outlook's names, not quoted"),
    ("Doe, Lee (Sales) <lee@x.example>, k@y.example", ["lee@x.example", "k@y.example"], "Outlook"),
    ("Lee Doe [Sales] <lee@x.example>", ["lee@x.example"], "Gmail shows the address"),
    ("lee@home.example <lee@x.example>", ["lee@x.example"], "the name is no address"),
    ("\"boss@y.example\" <lee@x.example>", ["lee@x.example"], "the name is no address"),
    ("\"boss@y.example\"", [], "the name is no address"),
    ("boss@y.example via Shop <shop@x.example>", ["shop@x.example"], "Google Groups' names"),
    ("=?utf-8?q?boss=40y=2Eexample?= <lee@x.example>", ["lee@x.example"], "RFC 2047 5"),
    ("=?utf-8?b?TGVl?= lee@x.example", ["lee@x.example"], "a name without brackets"),
    ("=?utf-8?b?TGVl?=lee@x.example", ["lee@x.example"], "a blank is missing"),
    ("=?utf-8?q?Lee Doe?= <lee@x.example>", ["lee@x.example"], "blanks in a word"),
    (
      "=?Shop?Q?Our=20shop=20 <lee@x.example>,\r\n\t?=@robot.x.example", ["lee@x.example"],
      "a word never closed, and the end of it"
    ),
    (
      "=?utf-8?q?Lee Doe <lee@x.example>, =?utf-8?q?Kim?= <k@y.example>",
      ["lee@x.example", "k@y.example"], "a word never closed"
    ),
    ("=?utf-8?q?Lee <lee@x.example>", ["lee@x.example"], "a word never closed"),
    ("<lee@x.example> <kim@y.example>", ["lee@x.example", "kim@y.example"], "a comma is missing"),
    ("lee@x.example kim@y.example", ["lee@x.example", "kim@y.example"], "a comma is missing"),
    (
      "Lee <lee@x.example> kim@y.example", ["lee@x.example", "kim@y.example"], "a comma is missing"
    ),
    ("Lee <lee@x.example> (Sales) Ltd.", ["lee@x.example"], "what follows is a name"),
    ("<lee@x.example:>, <,kim@y.example>", ["lee@x.example", "kim@y.example"], "web forms"),
    ("<mailto:lee@x.example>", ["lee@x.example"], "web forms"),
    ("Lee <<lee@x.example>>", ["lee@x.example"], "web forms"),
    ("Lee <lee@x.example", ["lee@x.example"], "cut off"),
    ("lee@x.example>", ["lee@x.example"], "cut off"),
    ("Lee <lee@x.example>>, k@y.example", ["lee@x.example", "k@y.example"], "web forms"),
    ("\"Lee <lee@x.example>", ["lee@x.example"], "a quote never closed"),
    ("Lee\" <lee@x.example>", ["lee@x.example"], "a quote never opened"),
    ("(Lee <lee@x.example>", ["lee@x.example"], "a comment never closed"),
    ("Lee) <lee@x.example>", ["lee@x.example"], "a comment never opened"),
    ("Lee <lee@x.example.>", ["lee@x.example"], "a domain's root"),
    ("Lee <>", [], "nobody"),
    ("Lee <lee>", [], "no domain"),
    ("@x.example", [], "no local part"),
    ("lee@", [], "no domain"),
    ("lee@.example", [], "no domain"),
    ("Lee at x.example", [], "no @"),
  ]

  @Test("give who is meant", arguments: table.indices)
  func addresses(_ number: Int) {
    let (value, expected, source) = Self.table[number]
    let found = AddressList.parse(value).map { $0.address.localPart + "@" + $0.address.domain }
    #expect(found == expected, "\(value.debugDescription): \(source)")
  }

  private func from(_ value: String) -> MessageHeader {
    MessageHeader(HeaderSection(Array("From: \(value)\n\n".utf8)))
  }

  @Test(
    "hidden in an encoded word count where they are the only ones",
    arguments: [
      // A form's "Name" <address>, encoded as a whole.
      ("=?utf-8?B?IlpvZSIgPHpvZUB4LmV4YW1wbGU+?=", "Zoe", "zoe@x.example"),
      (
        "=?UTF-8?Q?\"Zo=C3=AB=5FAka?=\r\n =?UTF-8?Q?demie\"_<zoe@x.example>?=", "Zoë_Akademie",
        "zoe@x.example"
      ),
      ("=?utf-8?q?zoe=40x=2Eexample?=", nil, "zoe@x.example"),
      ("Zoe =?utf-8?q?=3Czoe=40x=2Eexample=3E?=", "Zoe", "zoe@x.example"),
    ] as [(String, String?, String)])
  func hidden(_ value: String, _ name: String?, _ address: String) {
    let header = from(value)
    #expect(header.from.map(\.address.description) == [address])
    #expect(header.from.first?.displayName == name)
    #expect(header.notes == [Note(.addressInWord, field: "from")])
  }

  @Test("are none where no host takes them")
  func tooLong() {
    for count in [1024, 1025] {
      let long = String(repeating: "a", count: count)
      #expect(AddressList.parse("\(long)@x.example").isEmpty == (count > 1024))
      #expect(AddressList.parse("a@\(long)").isEmpty == (count > 1024))
    }
    #expect(
      AddressList.parse(String(repeating: "é", count: 513) + "@x.example, k@x.example").count == 1)
  }

  @Test("have their own names where a comma is missing")
  func names() {
    let found = AddressList.parse(
      "Lee <lee@x.example> Kim (S) <k@y.example> \"Jo\" <j@z.example> (J)")
    #expect(found.map(\.displayName) == ["Lee", "Kim", "Jo"])
  }

  @Test(
    "in an encoded word do not count beside others",
    arguments: [
      ("=?utf-8?q?zoe=40x=2Eexample?= <lee@y.example>", ["lee@y.example"]),
      ("=?utf-8?q?zoe=40x=2Eexample=2C_lee=40y=2Eexample?=", []),
      ("=?utf-8?q?Zoe?=", []),
    ])
  func notHidden(_ value: String, _ expected: [String]) {
    let header = from(value)
    #expect(header.from.map(\.address.description) == expected)
    #expect(!header.notes.contains { $0.kind == .addressInWord })
    #expect(header.notes.contains { $0.kind == .noAddress } == expected.isEmpty)
  }
}
