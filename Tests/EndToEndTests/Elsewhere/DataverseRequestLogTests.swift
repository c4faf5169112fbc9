import Foundation
import Testing

/// What was sent to Dataverse, as `org log --requests` shows it.
@Suite(.enabled(if: DataversePlace.canRun, "needs python3 and libcurl.so.4"))
struct DataverseRequestLogTests {
  private static let stranger = "x@other.example"

  private static func mail(
    _ number: Int, _ subject: String = "Offer", from: String = "erin@fabrikam.example",
    body: String? = nil
  ) -> [UInt8] {
    customerMail(
      id: "m\(number)@x.example", from: from, subject: subject, body: body ?? "Text \(number)\n")
  }

  private static let mailWithFile = customerMail(
    id: "file@x.example", subject: "File",
    extra: "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b",
    body: """
      --b

      Text
      --b
      Content-Disposition: attachment; filename=a.txt

      twelve bytes
      --b--

      """)

  /// A line of `org log --requests --json`.
  private struct Line: Decodable {
    struct Request: Decodable {
      var method: String
      var path: String
      var body: String?
      var status: Int?
      var leftOut: Int

      private enum CodingKeys: String, CodingKey {
        case method, path, body, status
        case leftOut = "left_out"
      }
    }

    var subject: String
    var accepted: Bool
    var requests: [Request]
  }

  private static func lines(_ place: DataversePlace) throws -> [Line] {
    let log = try place.run("org", "log", "--requests", "--json")
    #expect(log.status == 0, "\(log)")
    return try log.text.split(separator: "\n").map {
      try JSONDecoder().decode(Line.self, from: Data($0.utf8))
    }
  }

  @Test(arguments: DataversePlace.Kind.available, [true, false])
  func requestsOfAcceptedMailAreShownAsTheyWereSentAndNothingOfTheRest(
    _ kind: DataversePlace.Kind, _ checks: Bool
  ) throws {
    let place = try DataversePlace(kind)
    try place.setChecks(checks)
    // Both are asked about in one request, and looked up in one.
    try place.filter(Self.mail(1))
    try place.filter(Self.mail(2, "Secret", from: Self.stranger))
    try place.filter(Self.mailWithFile)
    #expect(try place.run("sync").status == 0)
    let log = try place.run("org", "log", "--requests")
    #expect(log.status == 0 && log.errors.isEmpty, "\(log)")
    #expect(log.text.contains("POST /api/data/v9.2/emails\n"), "\(log)")
    #expect(log.text.contains(checks ? "CheckIncomingEmail(" : "emails?$select=activityid"))
    #expect(log.text.contains(#""description":"Text 1\n""#))
    #expect(log.text.contains("answered 204"))
    for secret in [
      "Secret", Self.stranger, "m2@x.example", "Bearer", "Authorization", "s3cret", "token-1",
      // Of the file there is its length and digest.
      Data("twelve bytes".utf8).base64EncodedString().prefix(12),
    ].map({ "\($0)" }) {
      #expect(!log.text.contains(secret), "\(secret): \(log)")
    }
    let digest = try Program.shell(
      "printf 'twelve bytes' | sha256sum | cut -c1-64", environment: [:], folder: place.folder
    ).text.trimmingCharacters(in: .newlines)
    #expect(log.text.contains("(12 bytes, SHA-256 \(digest))"), "\(log)")
    #expect(try !place.run("org", "log").text.contains("POST"))
    let lines = try Self.lines(place)
    #expect(Set(lines.map(\.subject)) == ["Offer", "File"])
    let sent = lines.flatMap(\.requests)
    #expect(sent.count { $0.method == "PATCH" } == 2 && sent.allSatisfy { $0.leftOut == 0 })
    guard kind == .small else { return }
    // To the byte what the server got.
    let got = try String(contentsOfFile: place.folder + "/server/requests", encoding: .utf8)
      .split(separator: "\n").compactMap {
        try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
      }.compactMap { $0["body"] as? String }
    for request in sent where request.body != nil && !request.path.contains("attachments") {
      #expect(got.contains(request.body ?? ""), "\(request)")
    }
  }

  @Test(arguments: DataversePlace.Kind.available)
  func whatWasRefusedIsKeptWhereThatIsSetAndGoesWithTheRest(_ kind: DataversePlace.Kind) throws {
    let place = try DataversePlace(kind)
    let set = try place.run("org", "set", "contoso", "log-refused", "yes")
    #expect(set.status == 0 && set.text == "contoso: log-refused is 'yes' now\n", "\(set)")
    #expect(try place.run("org", "show").text.contains("log-refused"))
    // What is settled there is not settled here.
    #expect(try place.run("org", "set", "contoso", "filter", "all").status == 64)
    try place.filter(Self.mail(1))
    try place.filter(Self.mail(2, "Secret", from: Self.stranger))
    #expect(try place.run("sync").status == 0)
    var lines = try Self.lines(place)
    let refused = try #require(lines.first { !$0.accepted })
    #expect(refused.subject == "Secret" && refused.requests.count == 1, "\(refused)")
    #expect(
      refused.requests[0].path.contains("CheckIncomingEmail")
        && refused.requests[0].path.contains("x@other.example"), "\(refused)")
    let accepted = try #require(lines.first { $0.accepted })
    #expect(accepted.requests.allSatisfy { !$0.path.contains("other.example") })
    // Withdrawn and forgotten, it goes.
    #expect(try place.run("untrack", "1").status == 0)
    #expect(try place.query("SELECT count(*) FROM remote_request WHERE copy IS NOT NULL") == "0")
    #expect(try place.run("forget", Self.stranger, "--yes").status == 0)
    #expect(try place.query("SELECT count(*) FROM remote_request") == "0")
    try place.filter(Self.mail(3))
    try place.filter(Self.mail(4, "Secret", from: Self.stranger))
    #expect(try place.run("sync").status == 0)
    lines = try Self.lines(place)
    #expect(lines.count == 2 && lines.allSatisfy { !$0.requests.isEmpty }, "\(lines)")
    let pruned = try place.run("prune", "--before", "2100-01-01", "--yes")
    #expect(pruned.status == 0, "\(pruned)")
    #expect(try place.query("SELECT count(*) FROM remote_request") == "0")
  }

  /// What an attempt sent whose answer was lost was sent, too; what is long is cut.
  @Test func attemptsAreKeptAndWhatIsLongIsCut() throws {
    let place = try DataversePlace(.small)
    let text = String(repeating: "A line of it, as long as such lines are.\n", count: 5_000)
    try place.filter(Self.mail(1, body: text))
    try place.order([["kind": "drop-after", "method": "POST", "path": "/emails$", "count": 1]])
    #expect(try place.run("sync").status != 0)
    #expect(try place.run("sync").status == 0)
    #expect(try place.emails().count == 1)
    let line = try #require(try Self.lines(place).first)
    let creations = line.requests.filter { $0.method == "POST" }
    #expect(creations.map(\.status) == [nil, 412], "\(creations.map(\.status))")
    #expect(creations.allSatisfy { $0.body?.utf8.count == 65_536 && $0.leftOut > 130_000 })
    #expect(try place.run("org", "log", "--requests").text.contains("more bytes, not kept"))
  }

  /// The store of a version that kept no requests.
  @Test func aStoreWithoutAPlaceForThemGetsOne() throws {
    let place = try DataversePlace(.small)
    try place.filter(Self.mail(1))
    #expect(try place.run("sync").status == 0)
    _ = try place.query("DROP TABLE remote_request")
    #expect(try Self.lines(place).map(\.requests.count) == [0])
    #expect(try place.run("untrack", "1").status == 0)
    try place.filter(Self.mail(2))
    #expect(try place.run("sync").status == 0)
    #expect(try Self.lines(place).map(\.requests.isEmpty) == [false])
  }
}
