import InternetMessage
import Testing

@Suite("Message identifiers")
struct MessageIDTests {
  /// A field's value, and the identifiers in it.
  static let table: [(String, [String])] = [
    // RFC 5322 section 3.6.4: msg-id, and several of them with blanks and folding between.
    ("<a.1@one.example>", ["a.1@one.example"]),
    ("<a@x.example>\r\n <b@x.example>", ["a@x.example", "b@x.example"]),
    ("<a@x.example><b@x.example>", ["a@x.example", "b@x.example"]),
    ("<n@[192.0.2.7]>", ["n@[192.0.2.7]"]),
    // RFC 5322 section 4.5.4: obs-in-reply-to holds phrases, obs-id-left comments and blanks.
    ("Message of \"Tue, 3 Nov 2026\" <a@x.example>", ["a@x.example"]),
    ("Your message of Tue, 3 Nov 2026 09:00:00 +0100. <a@x.example>", ["a@x.example"]),
    ("Message from Lee <lee@x.example> of Tue <a@x.example>", ["a@x.example"]),
    ("<a@x.example>; from lee@x.example on Tue, Nov 03", ["a@x.example"]),
    ("Your message from Tue <a@x.example>", ["a@x.example"]),
    ("<a@x.example> (Lee's message of Tue, 3 Nov)", ["a@x.example"]),
    ("(<no@x.example>) <a@x.example>", ["a@x.example"]),
    ("(Lee's <a@x.example>)", ["a@x.example"]),
    ("<a (first) . b@x(host).example>", ["a.b@x.example"]),
    ("<a@\r\n x.example>", ["a@x.example"]),
    ("<a. b @ x.example>", ["a.b@x.example"]),
    ("<1(2)3@x.example>", ["1(2)3@x.example"]),
    // Lists as Exchange and web forms write them.
    (
      "<a@x.example>,\r\n <b@x.example>;<c@x.example>",
      ["a@x.example", "b@x.example", "c@x.example"]
    ),
    ("\"<a@x.example>\"", ["a@x.example"]),
    ("<<a@x.example>>", ["a@x.example"]),
    ("<a@x.example <b@x.example>", ["a@x.example", "b@x.example"]),
    ("<a@x.example", ["a@x.example"]),
    ("a@x.example>", ["a@x.example"]),
    ("&lt;a@x.example&gt;", ["a@x.example"]),
    ("<mailto:a@x.example> <MID:b@x.example>", ["a@x.example", "b@x.example"]),
    // Bare words: all must be identifiers, else they are a phrase (RFC 822 section 4.6).
    ("a@x.example", ["a@x.example"]),
    ("<a@x.example> b.2@x.example", ["a@x.example", "b.2@x.example"]),
    ("b.2@x.example <a@x.example>", ["b.2@x.example", "a@x.example"]),
    ("c0ffee00-17aa-4b1e", ["c0ffee00-17aa-4b1e"]),
    ("202611030915.77", ["202611030915.77"]),
    ("yes", []),
    ("2026-11-03", []),
    ("Offer for the pump", []),
    ("lee@x.example wrote", []),
    ("@", []),
    ("", []),
    // Without `@`: what stands in brackets is one, but for what programs write in place of one.
    ("<c0ffee00-17aa>", ["c0ffee00-17aa"]),
    ("<local>", ["local"]),
    ("<undefined>", []),
    ("<>", []),
    ("<Offer for the pump>", []),
    // RFC 2047: Python and Mailman fold long fields into encoded words.
    ("=?utf-8?q?=3Ca=2E1=40x=2Eexample=3E?=", ["a.1@x.example"]),
    ("=?utf-8?q?=3Ca=40x=2Eex?=\r\n =?utf-8?q?ample=3E?=", ["a@x.example"]),
    ("=?us-ascii?b?PGFAeC5leA==?=\r\n =?us-ascii?q?ample=3E?=", ["a@x.example"]),
    ("=?utf-8?q?=3Ca=40x=2Eexample=3E?= <b@x.example>", ["a@x.example", "b@x.example"]),
    ("=?utf-8?q?=3Ca=40x=2Eexample=3E", ["a@x.example"]),
    ("<=?utf-8?q?a=40x?=.example>", ["a@x.example"]),
    ("<a=?b@x.example>", ["a=?b@x.example"]),
    ("=?utf-8?q?<a@x.example>?=", ["a@x.example"]),
    ("=?UTF-8?B?PGFAeC5leGFtcGxlPg==?=", ["a@x.example"]),
    ("=?utf-8?q?=3Ca=40x=2Eexample=3E_=3Cb=40x=2Eexample=3E?=", ["a@x.example", "b@x.example"]),
    // What hosts and programs add, or lose.
    ("<a@x.example> (added by postmaster@x.example)", ["a@x.example"]),
    ("<a@x.example>.", ["a@x.example"]),
    ("<a@x.example>'s message", ["a@x.example"]),
    ("<a@x.example> <b@x.exam", ["a@x.example", "b@x.exam"]),
    ("<a@x.example>>", ["a@x.example"]),
    ("<<a@x.example> >", ["a@x.example"]),
    ("< a@x.example >", ["a@x.example"]),
    ("<\r\n a@x.example\r\n >", ["a@x.example"]),
    ("<CAF+a=b_c-d/e$f@mail.x.example>", ["CAF+a=b_c-d/e$f@mail.x.example"]),
    ("<urn:uuid:c0ffee00-17aa@x.example>", ["urn:uuid:c0ffee00-17aa@x.example"]),
    ("<a@x@y.example>", ["a@x@y.example"]),
    ("<A@X.example>", ["A@X.example"]),
    ("<ä@x.example>", ["ä@x.example"]),
    ("Your mail \"Offer\" of 3 Nov <a@x.example>", ["a@x.example"]),
    ("Lee's message of Tue, 3 Nov 2026 09:15:00 +0100", []),
    ("<a@x.example>\t<b@x.example>\t", ["a@x.example", "b@x.example"]),
    ("<a@x.example>|<b@x.example>", ["a@x.example", "b@x.example"]),
  ]

  @Test("are read from whatever is written", arguments: table)
  func reading(_ value: String, _ expected: [String]) {
    let header = MessageHeader(
      HeaderSection(
        Array("In-Reply-To: \(value)\r\nReferences: \(value)\r\nMessage-ID: \(value)\r\n\r\n".utf8))
    )
    #expect(header.inReplyTo.map(\.value) == expected)
    #expect(header.references.map(\.value) == expected)
    #expect(header.messageID?.value == expected.first)
  }

  @Test("are no persons: who takes part is none, where no brackets say otherwise")
  func persons() {
    let header = MessageHeader(
      HeaderSection(
        Array(
          """
          From: lee@x.example
          To: pat@x.example
          In-Reply-To: Lee@x.example
          References: <pat@x.example> a.1@x.example


          """.utf8)))
    #expect(header.inReplyTo == [])
    #expect(header.references.map(\.value) == ["a.1@x.example"])
  }

  @Test("are read in one pass, whatever a stranger writes")
  func hostile() {
    func count(_ value: String) -> Int {
      MessageHeader(HeaderSection(Array("References: \(value)\n\n".utf8))).references.count
    }
    #expect(count(String(repeating: "<", count: 300_000)) == 0)
    #expect(count(String(repeating: "(", count: 300_000)) == 0)
    #expect(count(String(repeating: "<(", count: 150_000) + ">") == 1)
    #expect(count(String(repeating: "=?a?q?", count: 50_000)) == 0)
    #expect(count(String(repeating: "=?", count: 150_000)) == 0)
    #expect(count(String(repeating: "from <a@b>", count: 30_000)) == 30_000)
    #expect(count(String(repeating: "a@b ", count: 75_000)) == 75_000)
  }
}
