import Testing

@testable import PostgreSQL

@Suite struct PostgreSQLTests {
  private static func sent(_ value: PostgreSQLValue) -> String? {
    value.sent.map { String(decoding: $0, as: UTF8.self) }
  }

  @Test("a parameter is written as the server reads it, and no text has a NUL but at its end")
  func parameters() {
    #expect(Self.sent(.null) == nil)
    #expect(Self.sent(.text("Gr\u{0}üße")) == "Grüße\u{0}")
    #expect(Self.sent(.integer(-7)) == "-7\u{0}")
    #expect(Self.sent(.boolean(true)) == "t\u{0}")
    #expect(Self.sent(.texts([])) == "{}\u{0}")
    #expect(
      Self.sent(.texts(["a", "b \"c\" \\", "NULL"])) == #"{"a","b \"c\" \\","NULL"}"# + "\u{0}")
    #expect(PostgreSQLValue.bytes([0, 1, 255]).sent == [0, 1, 255])
    #expect(PostgreSQLValue.bytes([]).isBinary)
  }

  @Test(
    "an array comes back as its elements",
    arguments: [
      ("{}", []), ("{a}", ["a"]), ("{a,\"b c\",NULL,\"NULL\"}", ["a", "b c", "NULL"]),
      (#"{"a\"b","\\",""}"#, ["a\"b", "\\", ""]), ("{ü}", ["ü"]),
    ] as [(String, [String])])
  func arrays(text: String, elements: [String]) {
    #expect(PostgreSQLRows.elements(Array(text.utf8)) == elements)
  }

  @Test(
    "what is no array of one dimension is none",
    arguments: ["", "{", "a", "{{a}}", "{\"a}", #"{"a\"}"#, "[0:1]={a,b}"])
  func noArrays(text: String) {
    #expect(PostgreSQLRows.elements(Array(text.utf8)) == nil)
  }

  @Test("rows are read by the names of their columns")
  func rows() throws {
    var rows = PostgreSQLRows()
    rows.setColumns(["number", "text", "flag", "list"])
    rows.append([Array("12".utf8), nil, Array("t".utf8), Array("{x,y}".utf8)])
    let row = try #require(rows.first)
    #expect(row.integer("number") == 12)
    #expect(row.text("text") == nil)
    #expect(row.boolean("flag") == true)
    #expect(row.texts("list") == ["x", "y"])
    #expect(row.text("none") == nil)
    #expect(row.integer("list") == nil)
  }

  @Test("of a refusal the SQLSTATE is taken, in whatever language it is")
  func refusals() {
    let german = """
      connection to server at "127.0.0.1", port 5432 failed: FATAL:  28P01: \
      Passwort-Authentifizierung für Benutzer »dana« fehlgeschlagen
      LOCATION:  auth_failed, auth.c:326
      """
    #expect(
      PostgreSQLError.notConnected(german)
        == .notConnected(
          sqlState: "28P01",
          "connection to server at \"127.0.0.1\", port 5432 failed: FATAL: "
            + "Passwort-Authentifizierung für Benutzer »dana« fehlgeschlagen"))
    #expect(
      PostgreSQLError.notConnected("could not translate host name \"x\"").sqlState == nil)
    #expect(PostgreSQLError.notConnected("x:  ABCD: y\n\tz").description == "x:  ABCD: y; z")
  }

  @Test("what the server says is one short line without control characters")
  func lines() {
    #expect(PostgreSQLError.line("a\u{1B}[2J\n  b\r\n") == "a\u{FFFD}[2J; b")
    #expect(PostgreSQLError.line(String(repeating: "x", count: 10_000)).count == 300)
  }

  @Test("settings are read without the password", .enabled(if: PostgreSQLTests.hasLibrary))
  func settings() throws {
    let found = try PostgreSQLConnection.settings(
      of: "postgresql://dana:secret@a.example:1,b.example:2/crm?sslmode=verify-full")
    #expect(found["host"] == "a.example,b.example")
    #expect(found["port"] == "1,2")
    #expect(found["user"] == "dana")
    #expect(found["sslmode"] == "verify-full")
    #expect(found["password"] == nil)
    #expect(throws: PostgreSQLError.self) {
      try PostgreSQLConnection.settings(of: "postgresql://x/?nothing=1")
    }
  }

  @Test("nobody who listens is no connection", .enabled(if: PostgreSQLTests.hasLibrary))
  func nobodyListens() {
    #expect {
      _ = try PostgreSQLConnection(to: "postgresql://127.0.0.1:1/crm", password: nil)
    } throws: { error in
      guard case PostgreSQLError.notConnected(nil, let text) = error else { return false }
      return text.contains("127.0.0.1") && !text.contains("\n")
    }
  }

  /// Whether libpq is on this machine.
  static var hasLibrary: Bool { (try? LibPQ.loaded()) != nil }
}
