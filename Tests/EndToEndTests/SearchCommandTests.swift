import Foundation
import Testing

/// `search`, and who indexes what.
@Suite struct SearchCommandTests {
  private func found(_ place: Place, _ query: String...) throws -> [Int] {
    let result = try Program.run(
      Program.path, ["search", "--json"] + query, environment: place.environment,
      folder: place.folder)
    #expect(result.status == 0, "\(result.errors)")
    return try result.text.split(separator: "\n").map { line in
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      return try #require(object?["id"] as? Int)
    }
  }

  @Test func theFilterMarksAndASearchIndexes() throws {
    let place = try Place()
    #expect(try place.filter(customerMail(subject: "Grüße", body: "forty pumps\n")).status == 0)
    #expect(
      try place.filter(customerMail(id: "b@fabrikam.example", subject: "Other")).status == 0)
    // The filter itself waits for no index.
    #expect(try place.query("SELECT count(*) FROM copy WHERE is_indexed <> 0") == "0")
    #expect(try place.query("SELECT count(*) FROM search_index_docsize") == "0")
    #expect(try found(place, "pumps") == [1])
    #expect(try place.query("SELECT count(*) FROM copy WHERE is_indexed <> 0") == "2")
    #expect(try place.query("SELECT complete_to FROM search_state") == "2")
    #expect(try found(place, "GRUSSE", "OR", "other") == [2, 1])
    #expect(try found(place, "\"forty pumps\"") == [1])
    #expect(try place.run("search", "erin", "--count").text == "2\n")
    #expect(try place.run("search", "erin", "--limit", "1", "--offset", "1").text.hasPrefix("1 "))
    // The same line as of 'list'.
    let list = try place.run("list", "--limit", "1", "--iso").text
    #expect(try place.run("search", "other", "--iso").text == list)
    let oldest = try place.run("search", "--sort", "oldest", "erin", "--limit", "1")
    #expect(oldest.text.hasPrefix("1 "))
  }

  @Test func aQueryThatCannotBeReadIsAnError() throws {
    let place = try Place()
    #expect(try place.filter(customerMail()).status == 0)
    for (query, error) in [
      ("pumps \"forty", "query, column 7: the quote that begins here has no end"),
      ("frm:erin", "query, column 1: no term 'frm:'; did you mean 'from'?"),
      ("a OR", "query, column 5: a word or term is missing after OR"),
      ("\"\u{301}forty", "query, column 1: the quote that begins here has no end"),
      ("(a\"b\"\u{301}", "query, column 1: this ( is not closed"),
    ] {
      let result = try place.run("search", query)
      #expect(result.status == 64 && result.output.isEmpty, "\(result)")
      #expect(result.errors.hasPrefix("crm-mailfilter: " + error), "\(result.errors)")
      #expect(result.errors.split(separator: "\n").count == 1)
    }
    // What a quote ends is a word, and no error of the index.
    let accented = try place.run("search", "\"offer\"\u{301}", "--count")
    #expect(accented.status == 0 && accented.errors.isEmpty, "\(accented)")
    #expect(try place.run("search").status == 64)
    #expect(try place.run("search", "a", "--sort", "best").status == 64)
    #expect(try place.run("search", "a", "--limit", "-1").status == 64)
  }

  @Test func aBatchIndexesWhatItBringsAndWhatIsMarked() throws {
    let place = try Place()
    #expect(try place.filter(customerMail(subject: "before")).status == 0)
    let mail = try GeneratedMail(300, in: place)
    // One whose text is too large to be read ahead.
    let large = customerMail(
      id: "large@fabrikam.example", subject: "large",
      body: String(repeating: "filler line of a large message\n", count: 200_000) + "end\n")
    try place.write(large, to: "Maildir/new/1700000000.large")
    #expect(try place.run("batch", mail.folder).status == 0)
    let copies = try place.query("SELECT count(*) FROM copy")
    #expect(try place.query("SELECT count(*) FROM copy WHERE is_indexed <> 0") == copies)
    #expect(
      try place.query("SELECT complete_to = (SELECT max(id) FROM copy) FROM search_state") == "1")
    #expect(try place.run("search", "before", "--count").text == "1\n")
    #expect(try place.run("search", "filler", "large", "--count").text == "1\n")
    #expect(try place.run("search", "lorem", "ipsum", "--count").text != "0\n")
    // A batch and the filter, then a search: the same words.
    let other = try Place()
    for message in mail.truth {
      #expect(try other.filter(place.bytes(of: mail.path(of: message))).status == 0)
    }
    #expect(try other.run("search", "*", "--count").status == 0)
    for query in ["見積書", "\"from now on\"", "dana", "Müller", "re", "subject:offer", "quoted"] {
      let counts = try [place, other].map {
        try $0.run("search", query, "NOT", "large", "NOT", "before", "--count").text
      }
      #expect(counts[0] == counts[1] && counts[0] != "0\n", "\(query): \(counts)")
    }
    // What a batch has indexed is taken out as exactly as what a search has.
    let words = "CREATE VIRTUAL TABLE temp.w USING fts5vocab(main, search_index, 'row'); "
    #expect(
      try place.query(words + "SELECT count(*) FROM w WHERE term = 'lorem'") == "1")
    #expect(try place.run("prune", "--yes", "--before", "2030-01-01").status == 0)
    #expect(try place.query("SELECT count(*) FROM copy") == "0")
    #expect(try place.query(words + "SELECT count(*) FROM w") == "0")
  }

  @Test func retryIndexesWhatItBrings() throws {
    let place = try Place()
    try FileManager.default.createDirectory(
      atPath: place.store, withIntermediateDirectories: true)
    #expect(try place.filter(customerMail(body: "forty pumps\n")).status == 0)
    #expect(place.waiting.count == 1)
    try FileManager.default.removeItem(atPath: place.store)
    #expect(try place.run("retry").status == 0)
    #expect(
      try place.query("SELECT count(*) FROM search_index WHERE search_index MATCH 'pumps'") == "1")
  }

  @Test func withoutPrivilegeOnlyOwnMailIsFound() throws {
    let place = try Place()
    #expect(try place.filter(customerMail(body: "pumps\n")).status == 0)
    for arguments in [
      ["user", "add", "lee@contoso.example"],
      ["org", "set", "contoso", "member-privileges", "read-own"],
    ] {
      let result = try Program.run(
        Program.path, arguments, environment: place.environment, folder: place.folder)
      #expect(result.status == 0, "\(result.errors)")
    }
    let profile = String(decoding: try place.bytes(of: place.profile), as: UTF8.self)
    try place.write(
      profile.replacingOccurrences(of: "dana@contoso.example", with: "lee@contoso.example"),
      to: "lee.toml")
    let lee = try place.run(
      "search", "pumps", "--count", "--profile", place.folder + "/lee.toml")
    #expect(lee.text == "0\n", "\(lee.errors)")
    #expect(try place.run("search", "pumps", "--count").text == "1\n")
  }

  @Test func aStoreThatCannotBeWrittenIsSearchedAsItIs() throws {
    let place = try Place()
    #expect(try place.filter(customerMail(body: "pumps\n")).status == 0)
    #expect(try place.run("search", "pumps", "--count").text == "1\n")
    #expect(try place.filter(customerMail(id: "n@fabrikam.example", body: "pumps\n")).status == 0)
    let result = try place.shell(
      """
      mkfifo go
      (printf 'BEGIN IMMEDIATE;\\n.shell touch locked\\n'; cat go) |
        sqlite3 "$XDG_DATA_HOME/crm-mailfilter/contoso.sqlite" &
      writer=$!
      until test -e locked; do sleep 0.05; done
      "$F" search pumps --count; echo "status $?"
      echo '.quit' >go; wait $writer
      "$F" search pumps --count
      """)
    #expect(result.text == "1\nstatus 0\n2\n", "\(result.text) \(result.errors)")
    #expect(result.errors.contains("the newest mail is not searchable yet"))
  }
}
