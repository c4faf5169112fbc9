import Foundation
import Testing

/// Mail carried out again: what came in, byte for byte, in forms that others read.
@Suite("Export")
struct ExportTests {
  /// Bodies that mailboxes are known to spoil.
  private static let bodies = [
    "From here on\n>From there\n>>From everywhere\nFro\nFrom\nFrom \n",
    "no line end", "", "\n\n\n", "From \r\nFrom x\r\n", ">", "a\n>", "a\nFrom",
    "\u{0}NUL\nFrom\tx\n", String(repeating: "From me\n", count: 200_000),
  ]

  private static func place() throws -> Place {
    let place = try Place()
    for (number, body) in bodies.enumerated() {
      let mail = customerMail(id: "\(number)@x.example", body: body)
      #expect(try place.filter(mail, ["--sender", "erin@fabrikam.example"]).status == 0)
    }
    return place
  }

  private static func raw(_ place: Place, _ id: Int) throws -> [UInt8] {
    try place.run("show", "\(id)", "--raw").output
  }

  @Test("a Maildir and .eml files have the stored bytes")
  func folders() throws {
    let place = try Self.place()
    #expect(
      try place.run("export", place.folder + "/M", "--format", "maildir").text == "10 messages\n")
    #expect(try place.run("export", place.folder + "/E/", "--format", "eml").status == 0)
    let manager = FileManager.default
    let cur = try manager.contentsOfDirectory(atPath: place.folder + "/M/cur")
    #expect(cur.count == 10)
    #expect(
      try Set(manager.contentsOfDirectory(atPath: place.folder + "/M")) == ["cur", "new", "tmp"])
    for id in 1...10 {
      let file = try #require(cur.first { $0.contains(".M\(id)P0.") })
      let stored = try Self.raw(place, id)
      #expect(try place.bytes(of: "\(place.folder)/M/cur/\(file)") == stored, "\(id)")
      #expect(try place.bytes(of: "\(place.folder)/E/\(id).eml") == stored, "\(id)")
    }
    let mode = try place.shell("stat -c %a M M/cur E M/cur/* E/* | sort | uniq -c | tr -s ' '")
    #expect(mode.text == " 20 600\n 3 700\n")
  }

  @Test("a size that somebody wrote into the store reserves no memory")
  func sizes() throws {
    let place = try Place()
    #expect(try place.filter(customerMail()).status == 0)
    for size in ["9223372036854775807", "-1"] {
      #expect(try place.query("UPDATE copy SET size = \(size)") == "")
      for form in ["mbox", "jsonl", "csv"] {
        let result = try place.run("export", "--format", form)
        #expect(result.status == 0 && result.text.contains("Offer"), "\(size) \(form)")
      }
      for command in ["list", "show", "stats"] {
        #expect(try place.shell("\"$F\" \(command) \(command == "show" ? "1" : "")").status == 0)
      }
    }
  }

  @Test("an mbox gives the same copies when it is brought in")
  func mbox() throws {
    let place = try Self.place()
    #expect(try place.run("export", place.folder + "/all.mbox").text == "10 messages\n")
    let other = try Place()
    #expect(try other.run("batch", place.folder + "/all.mbox").status == 0)
    let keys = "SELECT hex(key), direction FROM copy ORDER BY id"
    #expect(try place.query(keys) == other.query(keys))
    for id in 1...10 {
      var expected = try Self.raw(place, id)
      // An mbox has no message without a last line end.
      if expected.last != 10 { expected.append(10) }
      #expect(try Self.raw(other, id) == expected, "\(id)")
    }
    #expect(
      try place.shell("head -n 1 all.mbox | sed 's/[A-Z][a-z][a-z] .*/DATE/'").text
        == "From erin@fabrikam.example DATE\n")
    // What goes to stdout is the same.
    #expect(
      try place.run("export", "--format", "mbox").output
        == place.bytes(of: place.folder + "/all.mbox"))
  }

  @Test("Python's mailbox module reads mbox and Maildir")
  func python() throws {
    let place = try Self.place()
    #expect(try place.run("export", place.folder + "/all.mbox").status == 0)
    #expect(try place.run("export", place.folder + "/M", "--format", "maildir").status == 0)
    #expect(try place.run("export", place.folder + "/E", "--format", "eml").status == 0)
    let script = """
      import mailbox, re
      box = mailbox.mbox('all.mbox', create=False)
      eml = [open('E/%d.eml' % i, 'rb').read() for i in range(1, 11)]
      got = [re.sub(rb'(?m)^>(>*From )', rb'\\1', box.get_bytes(k)) for k in box.keys()]
      assert got == [m if m.endswith(b'\\n') else m + b'\\n' for m in eml], 'mbox'
      md = mailbox.Maildir('M', create=False)
      assert sorted(md.get_bytes(k) for k in md.keys()) == sorted(eml), 'maildir'
      assert all(m.get_flags() == 'S' for m in md), 'flags'
      """
    try place.write(script, to: "read.py")
    let result = try place.shell("/usr/bin/python3 read.py")
    #expect(result.status == 0, "\(result.errors)")
  }

  @Test(
    "notmuch reads the Maildir",
    .enabled(
      if: FileManager.default.isExecutableFile(atPath: "/usr/bin/notmuch"),
      "notmuch is not installed"))
  func notmuch() throws {
    let place = try Self.place()
    #expect(try place.run("export", place.folder + "/M", "--format", "maildir").status == 0)
    let result = try place.shell(
      """
      export NOTMUCH_CONFIG=$PLACE/notmuch
      printf '[database]\\npath=%s/M\\n' "$PLACE" > notmuch
      notmuch new > /dev/null 2>&1
      notmuch count '*'; notmuch count tag:unread; notmuch count id:3@x.example from:erin
      """)
    #expect(result.text == "10\n0\n1\n", "\(result.errors)")
  }

  @Test(
    "mu reads the Maildir",
    .enabled(
      if: FileManager.default.isExecutableFile(atPath: "/usr/bin/mu"), "mu is not installed"))
  func mu() throws {
    let place = try Self.place()
    #expect(try place.run("export", place.folder + "/M", "--format", "maildir").status == 0)
    let result = try place.shell(
      """
      mu init --muhome=$PLACE/mu --maildir=$PLACE/M > /dev/null 2>&1
      mu index --muhome=$PLACE/mu > /dev/null 2>&1
      mu find --muhome=$PLACE/mu --fields i from:erin | wc -l
      """)
    #expect(result.text == "10\n", "\(result.errors)")
  }

  @Test("JSON lines are of the schema's form, with the bytes where they are asked for")
  func jsonLines() throws {
    let place = try Self.place()
    let schema = try JSONSchema(path: Repository.root + "/samples/schema.json")
    #expect(try place.run("export", place.folder + "/a.jsonl", "--raw").status == 0)
    let lines = String(decoding: try place.bytes(of: place.folder + "/a.jsonl"), as: UTF8.self)
      .split(separator: "\n").map(String.init)
    #expect(lines.count == 10)
    for (number, line) in lines.enumerated() {
      #expect(schema.faults(of: line, as: "mail") == [])
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      let raw = (object?["raw"] as? String).flatMap { Data(base64Encoded: $0) }
      #expect(try raw.map(Array.init) == Self.raw(place, number + 1))
    }
    #expect(try !place.run("export", "--format", "jsonl").text.contains("\"raw\""))
  }

  @Test("CSV has Dynamics' names, the same ids each time, and no formula")
  func csv() throws {
    let place = try Place()
    let erin = "erin@fabrikam.example"
    #expect(try place.run("record", "add", "contact:7", "--address", erin).status == 0)
    let first = customerMail(
      id: "1@x", subject: "=HYPERLINK(\"http://x\")", body: "one, \"two\"\nthree\n")
    #expect(try place.filter(first).status == 0)
    let answer = customerMail(
      id: "2@x", from: "dana@contoso.example", to: erin, subject: "Re: Offer",
      extra: "In-Reply-To: <1@x>\nCc: Lee <lee@fabrikam.example>")
    #expect(try place.filter(answer).status == 0)
    #expect(try place.run("export", place.folder + "/a.csv").status == 0)
    let script = """
      import csv, json
      print(json.dumps(list(csv.DictReader(open('a.csv', newline='', encoding='utf-8')))))
      """
    try place.write(script, to: "read.py")
    let read = try place.shell("/usr/bin/python3 read.py")
    let rows = try #require(
      JSONSerialization.jsonObject(with: Data(read.output)) as? [[String: String]])
    #expect(rows.count == 2)
    let (one, two) = (rows[0], rows[1])
    #expect(one["subject"] == "'=HYPERLINK(\"http://x\")")
    #expect(one["description"] == "one, \"two\"\nthree\n")
    #expect(one["messageid"] == "1@x" && one["inreplyto"] == "")
    #expect(one["directioncode"] == "false" && one["statuscode"] == "4")
    #expect(one["from"] == "contact:7" && one["sender"] == erin)
    #expect(one["regardingobjecttypecode"] == "account" && one["regardingobjectid"] == "1")
    #expect(one["senton"] == "2026-11-02T09:14:05Z" && one["ownerid"] == "dana@contoso.example")
    #expect(two["directioncode"] == "true" && two["statuscode"] == "3")
    #expect(two["inreplyto"] == "<1@x>" && two["correlatedactivityid"] == one["activityid"])
    #expect(two["correlationmethod"] == "3")
    #expect(two["torecipients"] == "erin@fabrikam.example;lee@fabrikam.example")
    #expect(two["cc"] == "lee@fabrikam.example")
    let id = #"^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"#
    #expect(one["activityid"]?.range(of: id, options: .regularExpression) != nil)
    // In another store, too.
    let other = try Place()
    #expect(try other.filter(first).status == 0)
    let line = try other.run("export", "--format", "csv").text.split(separator: "\r\n")[1]
    #expect(line.prefix(36) == one["activityid"] ?? "")
  }

  @Test("CSV is made for the spreadsheet that reads it")
  func csvForm() throws {
    let place = try Place()
    #expect(try place.filter(customerMail(subject: "a;=1+1")).status == 0)
    let long = customerMail(id: "2@x", body: String(repeating: "y", count: 40_000) + "\n")
    #expect(try place.filter(long).status == 0)
    let text = try place.run("export", "--format", "csv", "--separator", ";", "--bom").text
    #expect(text.hasPrefix("\u{FEFF}activityid;messageid;"))
    #expect(text.contains(";\"a;'=1+1\";"))
    #expect(text.contains("y [...];"))
    // The body was cut off: Dynamics' value of `notifications`.
    #expect(text.hasSuffix(";2\r\n"))
    #expect(try place.run("export", "--format", "csv", "--separator", "tab").text.contains("\t"))
    for wrong in [["--separator", "x", "--format", "csv"], ["--bom", "--format", "jsonl"]] {
      let result = try Program.run(
        Program.path, ["export"] + wrong, environment: place.environment, folder: place.folder)
      #expect(result.status == 64, "\(wrong)")
    }
  }

  @Test("a selection is exported, oldest first")
  func selection() throws {
    let place = try Place()
    for (id, from) in [("1@x", "erin"), ("2@x", "lee"), ("3@x", "erin")] {
      let mail = customerMail(id: id, from: "\(from)@fabrikam.example")
      #expect(try place.filter(mail).status == 0)
    }
    let answer = customerMail(
      id: "4@x", from: "lee@fabrikam.example", extra: "In-Reply-To: <2@x>")
    #expect(try place.filter(answer).status == 0)
    #expect(try place.run("regarding", "3", "contact:9").status == 0)
    func ids(_ arguments: String...) throws -> [String] {
      let result = try Program.run(
        Program.path, ["export", "--format", "csv"] + arguments, environment: place.environment,
        folder: place.folder)
      return result.text.split(separator: "\r\n").dropFirst()
        .map { String($0.split(separator: ",")[1]) }
    }
    #expect(try ids() == ["1@x", "2@x", "3@x", "4@x"])
    #expect(try ids("--with", "lee@fabrikam.example") == ["2@x", "4@x"])
    #expect(try ids("--conversation", "2") == ["2@x", "4@x"])
    #expect(try ids("--regarding", "contact:9") == ["3@x"])
    #expect(try ids("--record", "contact:9") == ["3@x"])
    #expect(try ids("--direction", "outgoing") == [])
    #expect(try ids("--query", "from:lee OR mid:3@x") == ["2@x", "3@x", "4@x"])
    #expect(try ids("--query", "from:lee", "--conversation", "1") == [])
    #expect(try place.run("export", "--format", "csv", "--query", "(").status == 64)
    #expect(try ids("--since", "2026-11-03") == [])
    #expect(try ids("--until", "2026-11-03", "--since", "2026-11-02").count == 4)
    #expect(try place.run("record", "add", "contact:5", "--domain", "new.example").status == 0)
    let both = customerMail(id: "5@x", to: "dana@contoso.example, x@new.example")
    #expect(try place.filter(both).status == 0)
    #expect(try ids("--record", "contact:5") == ["5@x"])
  }

  @Test("a target that is there stays as it is; a wrong call is one line")
  func refusals() throws {
    let place = try Self.place()
    for (target, format) in [("f.mbox", "mbox"), ("d", "maildir"), ("link", "eml")] {
      _ = try place.shell("echo mine > f.mbox; mkdir -p d; ln -sf nowhere link")
      let result = try place.run("export", place.folder + "/" + target, "--format", format)
      #expect(result.status == 73)
      #expect(
        result.errors
          == "crm-mailfilter: \(place.folder)/\(target) is there already; nothing was exported\n")
    }
    #expect(try place.shell("cat f.mbox; ls d").text == "mine\n")
    let missing = try place.run("export", place.folder + "/none/x.mbox")
    #expect(missing.status == 66 && missing.errors.split(separator: "\n").count == 1)
    #expect(try place.run("export", place.folder + "/x").status == 64)
    #expect(try place.run("export", "--format", "eml").status == 64)
    #expect(try place.run("export", "--format", "mbox", "--raw").status == 64)
    let member = "org set contoso member-privileges read-own"
    #expect(try place.shell("$F user add lee@contoso.example && $F \(member)").status == 0)
    _ = try place.shell("sed s/dana@/lee@/g crm-mailfilter.toml > lee.toml")
    let denied = try place.run("export", place.folder + "/y.mbox", "--profile", "lee.toml")
    #expect(denied.status == 77 || denied.status == 66)
  }

  @Test("who may read their own mail only carries that out only")
  func own() throws {
    let place = try Self.place()
    _ = try place.shell(
      "$F user add lee@contoso.example && $F org set contoso member-privileges read-own,export")
    let lee = place.folder + "/lee.toml"
    _ = try place.shell("sed s/dana@/lee@/g crm-mailfilter.toml > lee.toml")
    let mail = customerMail(id: "lee@x", to: "lee@contoso.example")
    #expect(try place.filter(mail, ["--profile", lee]).status == 0)
    let exported = try place.run("export", "--format", "eml", place.folder + "/E", "--profile", lee)
    #expect(exported.text == "1 message\n")
    #expect(try place.bytes(of: place.folder + "/E/11.eml") == mail)
    #expect(
      try place.run("org", "set", "contoso", "member-privileges", "read-organization,read-own")
        .status == 0)
    let denied = try place.run("export", "--format", "csv", "--profile", lee)
    #expect(denied.status == 77 && denied.text.isEmpty && denied.errors.contains("export"))
  }

  @Test("what is interrupted or fails leaves nothing behind")
  func failures() throws {
    let place = try Self.place()
    let result = try place.shell(
      """
      ulimit -f 20
      trap '' XFSZ
      for format in mbox maildir eml jsonl csv; do $F export t --format $format; echo $?; done
      ls -A | grep -e ^t -e tmp
      """)
    #expect(result.text == "74\n74\n74\n74\n74\n", "\(result.errors)")
    #expect(result.errors.split(separator: "\n").count == 5, "\(result.errors)")
    let full = try place.shell("$F export --format mbox > /dev/full; echo $?")
    #expect(full.text == "74\n" && full.errors.split(separator: "\n").count == 1)
  }
}
