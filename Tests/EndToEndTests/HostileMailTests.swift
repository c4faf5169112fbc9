import Foundation
import Testing

/// Messages and surroundings that mean harm.
@Suite struct HostileMailTests {
  /// Escape sequences, C1 controls, line separators, and all that turns the writing direction.
  private static let harm =
    "\u{1B}[2J\u{1B}]0;x\u{7}\u{9B}31m\u{202E}\u{202A}\u{2066}\u{2069}\u{200E}\u{200F}\u{61C}\u{2028}\u{85}"

  private static func encoded(_ text: String) -> String {
    "=?utf-8?B?" + Data(text.utf8).base64EncodedString() + "?="
  }

  private func isNeutral(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { scalar in
      switch scalar.value {
      case 0x0A: true
      case 0...0x1F, 0x7F...0x9F, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: false
      default: true
      }
    }
  }

  private func hostileMail(_ id: String, from: String) -> [UInt8] {
    let word = Self.encoded("Offer" + Self.harm)
    return Array(
      """
      Message-ID: <\(id)>
      Date: Mon, 2 Nov 2026 10:14:05 +0100
      From: \(word) <\(from)>
      To: \(word) <dana@contoso.example>, "\(Self.harm.replacing("\u{2028}", with: ""))" <x@y.example>
      Subject: \(word) \(Self.harm.replacing("\u{2028}", with: ""))
      MIME-Version: 1.0
      Content-Type: multipart/mixed; boundary=b

      --b

      text \(Self.harm)
      --b
      Content-Type: application/pdf; name="\(word)"
      Content-Disposition: attachment; filename="\(word)"

      x
      --b--

      """.utf8)
  }

  @Test func textIsNeutralAndRawIsVerbatim() throws {
    let place = try Place()
    _ = try place.run("org", "add", "contoso", "sqlite:contoso.sqlite")
    _ = try place.run("org", "set", "contoso", "log-refused", "yes")
    let message = hostileMail("h1@x", from: "erin@fabrikam.example")
    #expect(try place.filter(message).output == message)
    #expect(try place.filter(hostileMail("h2@x", from: "mallory@evil.example")).status == 0)
    #expect(try place.query("SELECT count(*) FROM copy") == "1")
    #expect(try place.run("show", "1", "--raw").output == message)
    try place.write(message, to: "h.eml")
    for line in [
      "list", "show 1", "thread 1", "search Offer", "explain h.eml", "org log", "org show",
      "record unresolved", "user list", "stats", "batch h.eml --explain", "verify", "failures",
    ] {
      let shown = try place.shell("\"$F\" \(line)")
      #expect(isNeutral(shown.text) && isNeutral(shown.errors), "\(line): \(shown.text)")
    }
    for line in ["list --json", "show 1 --json", "explain h.eml --json", "org log --json"] {
      let shown = try place.shell("\"$F\" \(line)")
      #expect(isNeutral(shown.text), "\(line)")
      for object in shown.text.split(separator: "\n") {
        _ = try JSONSerialization.jsonObject(with: Data(object.utf8))
      }
    }
    let object =
      try JSONSerialization.jsonObject(
        with: Data(try place.run("list", "--json").output)) as? [String: Any]
    let subject = try #require(object?["subject"] as? String)
    #expect(subject.contains("\u{202E}") && subject.contains("\u{1B}[2J"))
  }

  @Test func bytesAreNeutralOnATerminalOnly() throws {
    let place = try Place()
    let message = hostileMail("h1@x", from: "erin@fabrikam.example")
    #expect(try place.filter(message).status == 0)
    try place.breakProfile()
    #expect(try place.filter(message).status == 0)
    try place.repairProfile()
    let name = try #require(place.waiting.first)
    for arguments in [
      ["show", "1", "--raw"], ["show", "1", "--part", "2"], ["failures", "show", name],
      ["export", "--format", "mbox"],
    ] {
      let terminal = try PseudoTerminal(arguments, in: place)
      #expect(try terminal.wait() == 0)
      #expect(isNeutral(terminal.screen), "\(arguments): \(terminal.screen.debugDescription)")
      #expect(terminal.screen.contains("text \u{FFFD}[2J\u{FFFD}]0;x"), "\(terminal.screen)")
      let pipe = try Program.run(
        Program.path, arguments, environment: place.environment, folder: place.folder)
      #expect(pipe.text.contains("text " + Self.harm), "\(arguments)")
    }
  }

  /// Headers that a parser may choke on.
  static let bombs: [(String, String)] = [
    ("a million recipients", "To: " + String(repeating: "a@b.example, ", count: 1_000_000) + "c@d"),
    ("100,000 fields", String(repeating: "X-A: b\n", count: 100_000) + "X-B: c"),
    ("nested comments", "To: " + String(repeating: "(", count: 500_000)),
    ("nested groups", "To: " + String(repeating: "a:b@c.example,", count: 50_000)),
    ("a field of 10 MB", "X-Long: " + String(repeating: "x", count: 10_000_000)),
    ("folding without end", "X-Fold: x" + String(repeating: "\n y", count: 300_000)),
    ("encoded words", "Subject: " + String(repeating: "=?utf-8?q?=41?= ", count: 50_000)),
    ("references", "References: " + String(repeating: "<a@b> ", count: 200_000)),
    (
      "broken boundaries",
      "Content-Type: multipart/mixed; boundary=\"" + String(repeating: "b", count: 200_000)
    ),
  ]

  @Test(arguments: bombs.indices) func headerBombsPass(_ index: Int) throws {
    let place = try Place()
    let (name, field) = Self.bombs[index]
    let message = Array(
      "Message-ID: <a@b>\nFrom: erin@fabrikam.example\n\(field)\n\nbody\n".utf8)
    try place.write(message, to: "mail")
    let run = try place.shell("timeout 120 \"$F\" < mail | cmp - mail; echo \"${PIPESTATUS[@]}\"")
    #expect(run.text == "0 0\n" && run.errors.isEmpty, "\(name): \(run)")
    #expect(try place.query("SELECT count(*) FROM copy") == "1", "\(name)")
    let participants = try place.query("SELECT count(*) FROM participant")
    #expect(Int(participants).map { $0 <= 5_000 } ?? false, "\(name): \(participants)")
  }

  @Test func expressionsCannotBlowUp() throws {
    for pattern in [
      "(a+)+$", "(a|aa)+$", "(.*a){20}", "^(([a-z])+.)+[A-Z]([a-z])+$", "(a*)*b", "(x+x+)+y",
      "(.*)(.*)(.*)(.*)(.*)[^a]$",
    ] {
      let place = try Place(
        rules: "[[rule]]\nname = \"r\"\nsubject = '/\(pattern)/'\naction = \"track\"")
      let message = customerMail(subject: String(repeating: "a", count: 50_000) + "!")
      try place.write(message, to: "mail")
      // Refused when the profile is read, or harmless: the message passes in either case.
      let run = try place.shell("timeout 60 \"$F\" < mail | cmp - mail; echo \"${PIPESTATUS[@]}\"")
      #expect(run.text == "0 0\n", "\(pattern): \(run)")
    }
  }

  @Test func aStrangerGetsIntoNoConversation() throws {
    let place = try Place()
    #expect(try place.filter(customerMail(subject: "Offer CRM:0001001")).status == 0)
    for (number, extra) in [
      "In-Reply-To: <a1@fabrikam.example>", "References: <a1@fabrikam.example>",
      "Delivered-To: dana@contoso.example\nIn-Reply-To: <a1@fabrikam.example>",
      "X-CRM-Track: yes\nX-Crm-Mailfilter: track\nX-Original-To: sales@contoso.example",
      "X-Spam-Flag: NO\nThread-Index: AQHZ",
    ].enumerated() {
      let stranger = customerMail(
        id: "s\(number)@evil.example", from: "mallory@evil.example",
        subject: "Re: Offer CRM:0001001", extra: extra)
      #expect(try place.filter(stranger).output == stranger)
    }
    #expect(try place.query("SELECT count(*) FROM copy") == "1")
    // Who took part gets in by the same means.
    let known = customerMail(
      id: "k@fabrikam.example", subject: "Re: Offer", extra: "In-Reply-To: <a1@fabrikam.example>")
    #expect(try place.filter(known).status == 0)
    #expect(try place.query("SELECT count(DISTINCT conversation), count(*) FROM copy") == "1|2")
  }

  @Test func surroundingsDoNoHarm() throws {
    let place = try Place()
    let message = customerMail(body: String(repeating: "a line\n", count: 900_000))
    try place.write(message, to: "mail")
    try place.write("", to: "file")
    for (number, line) in [
      "export $(seq -f 'V%g=\(String(repeating: "y", count: 90))' 1 9000);",
      "export SENDER=$(head -c 100000 /dev/zero | tr '\\0' z) RECIPIENT=$'a@b\\n--strict';",
      "export SENDER='--no-output' RECIPIENT='-' ORIGINAL_RECIPIENT='$(touch hacked)';",
      "export TMPDIR=/nonexistent;", "export TMPDIR=$PLACE/file;", "export TMPDIR=.;",
      "mkfifo pipe; export TMPDIR=$PLACE/pipe;", "ln -s /nowhere gone; export TMPDIR=$PLACE/gone;",
      "E='env LC_ALL=tr_TR.UTF-8 LANG=xx POSIXLY_CORRECT=1 MALLOC_PERTURB_=7';",
      "export SQLITE_TMPDIR=/nonexistent;",
    ].enumerated() {
      let run = try place.shell(
        line
          + """
          timeout 120 ${E:-} "$F" < mail | cmp - mail; echo "${PIPESTATUS[@]}"; ls hacked 2>&-
          """)
      #expect(run.text == "0 0\n" && run.errors.isEmpty, "\(number): \(run.text) \(run.errors)")
    }
    #expect(try place.query("SELECT count(*) FROM copy") == "1")
    let left = try place.shell("find . -name 'crm-mailfilter-*' -not -name '*.toml'").text
    #expect(left.isEmpty, "\(left)")
  }
}
