import Foundation
import Glibc
import Testing

/// `archive` writes what its reader may read, so that only they can, and nothing of a message decides what
/// a file is called.
@Suite struct ArchiveCommandTests {
  /// Mail of two records, an answer, a message with hostile attachments, and an invitation.
  static let mail: [[UInt8]] = [
    customerMail(),
    customerMail(
      id: "a2@fabrikam.example", subject: "Re: Offer",
      extra: "In-Reply-To: <a1@fabrikam.example>", body: "Thanks\n> Hello\n"),
    customerMail(
      id: "b1@fabrikam.example", from: "kim@fabrikam.example", subject: "<script>alert(1)</script>",
      extra: """
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary=b
        """,
      body: """
        --b
        Content-Type: text/html

        <p>Seen</p><script>alert(2)</script>
        --b
        Content-Type: text/html; name="../../../index.html"
        Content-Disposition: attachment; filename="../../../index.html"

        <script>alert(3)</script>
        --b
        Content-Type: image/svg+xml
        Content-Disposition: attachment; filename="/etc/passwd.svg"

        <svg xmlns="http://www.w3.org/2000/svg"/>
        --b--
        """),
    customerMail(
      id: "c1@fabrikam.example", subject: "Meeting",
      extra: "MIME-Version: 1.0\nContent-Type: text/calendar; method=REQUEST",
      body: """
        BEGIN:VCALENDAR
        VERSION:2.0
        METHOD:REQUEST
        BEGIN:VEVENT
        UID:u1
        DTSTAMP:20261101T100000Z
        DTSTART:20301203T100000Z
        DTEND:20301203T110000Z
        SUMMARY:Pumps
        ORGANIZER:mailto:erin@fabrikam.example
        END:VEVENT
        END:VCALENDAR
        """),
  ]

  private func filled(_ mail: [[UInt8]] = Self.mail) throws -> (place: Place, site: Site) {
    let place = try Place()
    for message in mail { #expect(try place.filter(message).status == 0) }
    return (place, Site(place))
  }

  @Test func everythingHasAPageAndEveryLinkLeadsSomewhere() throws {
    let (place, site) = try filled()
    let run = try place.archive("site")
    #expect(run.status == 0 && run.text.hasPrefix("4 messages: "), "\(run)")
    let files = try site.files
    func count(_ folder: String, _ ending: String) -> Int {
      files.keys.count { $0.hasPrefix(folder + "/") && $0.hasSuffix(ending) }
    }
    #expect(count("m", ".html") == 4 && count("m", ".eml.bin") == 4)
    #expect(count("c", ".html") == 1)
    #expect(count("p", ".html") == 3)
    #expect(count("r", ".html") == 1 && count("r", ".xml") == 1)
    #expect(files["mail/2026-11-1.html"] != nil && files["agenda/2030.html"] != nil)
    for name in ["index.html", "feed.xml", "numbers.html", "people/index.html", "style.css"] {
      #expect(files[name] != nil, "\(name)")
    }
    #expect(try site.brokenLinks().isEmpty)
    #expect(try site.text("agenda/2030.html").contains("Pumps"))
    // The message itself is as it came.
    let originals = files.filter { $0.key.hasSuffix(".eml.bin") }.values
    for message in Self.mail { #expect(originals.contains(message)) }
    #expect(try place.archive("site").text == "4 messages: nothing is new\n")
    #expect(try place.archive("site", "-q").text.isEmpty)
  }

  @Test func noTextOfAMessageNamesAFileOrBecomesMarkup() throws {
    let (place, site) = try filled()
    #expect(try place.archive("site").status == 0)
    let allowed = CharacterSet(charactersIn: "abcdefghijklmnopqrstuvwxyz0123456789./-")
    for (name, bytes) in try site.files {
      #expect(name.unicodeScalars.allSatisfy(allowed.contains), "\(name)")
      if name.hasPrefix("a/") { #expect(name.hasSuffix(".bin"), "\(name)") }
      guard name.hasSuffix(".html") else { continue }
      let text = String(decoding: bytes, as: UTF8.self)
      #expect(!text.contains("<script>") && !text.contains("alert(2)"), "\(name)")
      #expect(text.contains("default-src 'none'"), "\(name)")
    }
    let kept = try site.files.keys.filter { $0.hasPrefix("a/") }.map { $0.split(separator: "/")[3] }
    #expect(Set(["3.bin", "4.bin"]).isSubset(of: kept), "\(kept)")
  }

  @Test func onlyItsReadersCanReadIt() throws {
    let (place, site) = try filled()
    #expect(try place.archive("site").status == 0)
    for name in site.paths {
      let mode = site.mode(name)
      #expect(mode == 0o600 || mode == 0o700, "\(name): \(String(mode, radix: 8))")
    }
    #expect(site.mode("") == 0o700)
    let shared = try place.archive("site", "--group", "\(getegid())")
    #expect(shared.status == 0 && !shared.text.contains("nothing is new"), "\(shared)")
    for name in site.paths where !name.hasPrefix(".") {
      let mode = site.mode(name)
      #expect(mode == 0o640 || mode == 0o750, "\(name): \(String(mode, radix: 8))")
    }
    for name in site.paths where name.hasPrefix(".") {
      #expect(site.mode(name) & 0o077 == 0, "\(name)")
    }
    let none = try place.archive("site", "--group", "no-such-group")
    #expect(none.status == 64 && none.errors.contains("no-such-group"), "\(none)")
  }

  /// A profile beside that of the place, for another user of the same store.
  private func profile(of user: String, in place: Place) throws -> String {
    let text = String(decoding: try place.bytes(of: place.profile), as: UTF8.self)
      .replacing("addresses = [\"dana@contoso.example\", \"sales@contoso.example\"]", with: "")
      .replacing("owner = \"dana@", with: "owner = \"\(user)@")
    try place.write(text, to: "\(user).toml")
    return place.folder + "/\(user).toml"
  }

  @Test func aReaderGetsWhatTheyMayReadAndNoMore() throws {
    let (place, site) = try filled()
    #expect(try place.run("user", "add", "lee@contoso.example").status == 0)
    let lee = try profile(of: "lee", in: place)
    let mail = customerMail(
      id: "l1@fabrikam.example", to: "lee@contoso.example", subject: "Marker1",
      extra: "In-Reply-To: <a1@fabrikam.example>")
    #expect(try place.filter(mail, ["--profile", lee]).status == 0)
    #expect(try place.archive("site").text.hasPrefix("5 messages"))
    for privileges in ["read-own,track", "read-own,export"] {
      #expect(
        try place.run("org", "set", "contoso", "member-privileges", privileges).status == 0)
      let own = try place.archive("own", "--profile", lee)
      #expect(own.status == (privileges.contains("export") ? 0 : 77), "\(own)")
    }
    #expect(
      try place.archive("other", "--as", "dana@contoso.example", "--profile", lee).status
        == 77)
    // The same folder for another reader: all that they may not read is gone.
    let made = try place.archive("site", "--as", "lee@contoso.example")
    #expect(made.status == 0 && made.text.hasPrefix("1 message: "), "\(made)")
    #expect(try site.brokenLinks().isEmpty)
    #expect(try site.files.keys.count { $0.hasPrefix("m/") } == 2)
    #expect(try !site.filesWith("Marker1").isEmpty)
    #expect(try site.filesWith("kim@fabrikam.example").isEmpty)
    #expect(try site.filesWith("Meeting").isEmpty)
    // It is what they get themselves.
    #expect(try Site(place, "own").files.keys.sorted() == site.files.keys.sorted())
    #expect(try place.run("org", "set", "contoso", "member-privileges", "none").status == 0)
    #expect(try place.archive("site", "--as", "lee@contoso.example").status == 77)
    let nobody = try place.archive("site", "--as", "nobody@contoso.example")
    #expect(nobody.status == 66, "\(nobody)")
  }

  @Test func aQueryRestrictsIt() throws {
    let (place, site) = try filled()
    #expect(try place.archive("site").status == 0)
    let made = try place.archive("site", "from:kim@fabrikam.example")
    #expect(made.status == 0 && made.text.hasPrefix("1 message: "), "\(made)")
    #expect(try site.brokenLinks().isEmpty)
    #expect(try site.filesWith("erin@fabrikam.example").isEmpty)
    #expect(try site.text("index.html").contains("from:kim@fabrikam.example"))
    #expect(try place.archive("site", "from:(").status == 64)
  }

  @Test func aFolderWithOtherThingsIsRefusedAndStaysAsItIs() throws {
    let (place, _) = try filled()
    _ = try place.shell("mkdir mine && echo mine > mine/index.html")
    let run = try place.archive("mine")
    #expect(run.status == 73 && run.errors.contains("index.html"), "\(run)")
    #expect(try place.shell("ls -A mine; cat mine/index.html").text == "index.html\nmine\n")
    // An empty one is taken, a file is none.
    _ = try place.shell("mkdir empty && touch file && ln -s empty link")
    #expect(try place.archive("empty").status == 0)
    #expect(try place.archive("link").text == "4 messages: nothing is new\n")
    #expect(try place.archive("file").status == 66)
    // What its owner added to an archive stays.
    _ = try place.shell("echo mine > empty/robots.txt")
    #expect(try place.archive("empty", "from:kim@fabrikam.example").status == 0)
    #expect(try place.shell("cat empty/robots.txt").text == "mine\n")
  }

  @Test func noPlantedLinkIsFollowed() throws {
    let (place, _) = try filled()
    for link in ["m", "mail", "agenda", ".crm-mailfilter-archive.tmp"] {
      _ = try place.shell(
        """
        rm -rf site outside; "$F" archive site; mkdir outside
        rm -rf "site/\(link)"; ln -s ../outside "site/\(link)"
        """)
      let run = try place.archive("site", "--title", "Other \(link)")
      #expect(run.status == 77 && run.errors.contains("symbolic link"), "\(link): \(run)")
      #expect(try place.shell("ls -A outside").text.isEmpty, "\(link)")
    }
    // In the place of a file it is replaced, not followed.
    _ = try place.shell(
      "rm -rf site; \"$F\" archive site; echo mine > mine; ln -sf ../mine site/index.html")
    #expect(try place.archive("site", "--title", "Other").status == 0)
    #expect(
      try place.shell("cat mine; test -L site/index.html || echo file").text == "mine\nfile\n")
  }

  @Test func twoRunsDoNotMix() throws {
    let (place, _) = try filled()
    #expect(try place.archive("site").status == 0)
    let run = try place.shell("flock site/.crm-mailfilter-archive.lock \"$F\" archive site")
    #expect(run.status == 75 && run.errors.contains("another run"), "\(run)")
  }

  @Test func aDamagedStateIsSaid() throws {
    let (place, _) = try filled()
    _ = try place.shell("\"$F\" archive site; echo >> site/.crm-mailfilter-archive")
    let run = try place.archive("site")
    #expect(run.status == 65 && run.errors.contains("delete the folder"), "\(run)")
  }
}
