import Foundation
import Testing

/// Messages that have nothing to do with each other are handed over to Dataverse at once: each is there once,
/// and here in its turn, whatever goes wrong.
@Suite(.enabled(if: DataversePlace.canRun, "needs python3 and libcurl.so.4"))
struct DataverseAheadTests {
  private static func mail(_ number: Int, extra: String = "") -> [UInt8] {
    customerMail(
      id: "m\(number)@x.example", subject: "No \(number)", extra: extra, body: "Text \(number)\n")
  }

  private static func place(
    _ kind: DataversePlace.Kind = .small, count: Int
  ) throws -> DataversePlace {
    let place = try DataversePlace(kind)
    for number in 1...count { try place.filter(mail(number)) }
    return place
  }

  /// How many requests the server got so far; a batch is one.
  private static func requests(_ place: DataversePlace) throws -> Int {
    try String(contentsOfFile: place.folder + "/server/requests", encoding: .utf8)
      .split(separator: "\n").count { $0.contains(#""part": false"#) }
  }

  /// The subjects of the e-mails that were created in one request, of each that created several.
  private static func together(_ place: DataversePlace) throws -> [[String]] {
    var groups: [[String]] = []
    for line in try String(contentsOfFile: place.folder + "/server/requests", encoding: .utf8)
      .split(separator: "\n")
    {
      let request = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      if request?["part"] as? Bool == false { groups.append([]) }
      guard request?["method"] as? String == "POST", let body = request?["body"] as? String,
        let email = try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any],
        let subject = email["subject"] as? String
      else { continue }
      groups[groups.count - 1].append(subject)
    }
    return groups.filter { $0.count > 1 }
  }

  private static func isWhole(_ place: DataversePlace, _ count: Int) throws -> Bool {
    let emails = try place.emails()
    let here = try place.query("SELECT count(*), count(DISTINCT message_id) FROM copy")
    let stored = try place.query("SELECT count(*) FROM remote_copy WHERE state = 'stored'")
    return emails.count == count && emails.allSatisfy { $0["statecode"] as? Int == 1 }
      && Set(emails.compactMap { $0["messageid"] as? String }).count == count
      && here == "\(count)|\(count)" && stored == "\(count)"
  }

  @Test(arguments: DataversePlace.Kind.available)
  func manyGoInFewRequestsAndAreHereInTheirTurn(_ kind: DataversePlace.Kind) throws {
    let place = try Self.place(kind, count: 60)
    let sync = try place.run("sync")
    #expect(sync.status == 0 && sync.text == "contoso: 60 decided, 0 waiting\n", "\(sync)")
    #expect(try Self.isWhole(place, 60))
    #expect(
      try place.query(
        "SELECT group_concat(subject, ',') FROM (SELECT subject FROM copy ORDER BY id)")
        == (1...60).map { "No \($0)" }.joined(separator: ","))
    // Of each its own requests are known, and no other's.
    let log = try place.run("org", "log", "--requests", "--limit", "1")
    #expect(log.text.contains("Text 60") && !log.text.contains("Text 59"), "\(log)")
    #expect(log.text.contains("PATCH") && log.text.contains("CheckIncomingEmail"), "\(log)")
    guard kind == .small else { return }
    // Connecting and asking what changed, questions, look-ups, and three times twenty-five e-mails.
    #expect(try Self.requests(place) <= 15)
  }

  @Test func whatBelongsTogetherTakesItsTurn() throws {
    let place = try DataversePlace(.small)
    try place.filter(Self.mail(1))
    #expect(try place.run("sync").status == 0)
    // Two answers to one that is tracked, an answer to an answer, and one of the same subject.
    for number in 2...3 {
      try place.filter(Self.mail(number, extra: "In-Reply-To: <m1@x.example>"))
    }
    try place.filter(Self.mail(4, extra: "In-Reply-To: <m3@x.example>"))
    try place.filter(customerMail(id: "m5@x.example", subject: "Re: No 4", body: "Text\n"))
    try place.filter(Self.mail(6))
    #expect(try place.run("sync").status == 0)
    #expect(try Self.isWhole(place, 6))
    #expect(try Self.together(place) == [["No 2", "No 6"]])
    for (number, answered) in [(2, 1), (3, 1), (4, 3)] {
      #expect(try place.run("show", "\(number)").text.contains("answers mail \(answered)"))
    }
    let ids = try place.query("SELECT stored FROM remote_copy ORDER BY copy").split(separator: "\n")
    let emails = Dictionary(
      try place.emails().map { ($0["activityid"] as? String ?? "", $0) }, uniquingKeysWith: { $1 })
    for (number, answered) in [(2, 1), (3, 1), (4, 3)] {
      let email = try #require(emails[String(ids[number - 1])])
      #expect(email["_correlatedactivityid_value"] as? String == String(ids[answered - 1]))
    }
  }

  /// What goes wrong with those that go ahead, what `sync` ends with, and how many are decided then.
  struct Trouble: Sendable {
    let fault: String
    let status: Int32
    let decided: Int
  }

  static let troubles = [
    // The request is lost, its answer, or what it says.
    Trouble(
      fault: #"{"kind": "drop-before", "method": "POST", "path": "/emails$", "skip": 4}"#,
      status: 0, decided: 8),
    Trouble(
      fault: #"{"kind": "drop-after", "method": "POST", "path": "/emails$", "skip": 4}"#, status: 0,
      decided: 8),
    Trouble(
      fault: #"{"kind": "drop-after", "path": "/emails\\(", "method": "PATCH", "skip": 4}"#,
      status: 0, decided: 8),
    Trouble(
      fault: #"{"kind": "status", "status": 500, "method": "POST", "path": "/emails$", "skip": 4}"#,
      status: 0,
      decided: 8),
    Trouble(
      fault: #"{"kind": "status", "status": 500, "method": "PATCH", "skip": 4}"#, status: 0,
      decided: 8),
    // Nobody fares better.
    Trouble(
      fault: #"{"kind": "status", "status": 503, "method": "POST", "path": "/emails$", "skip": 4}"#,
      status: 75,
      decided: 0),
    Trouble(
      fault:
        #"{"kind": "status", "status": 429, "retry_after": 3600, "method": "POST", "path": "/emails$", "skip": 4}"#,
      status: 75, decided: 0),
  ]

  @Test(arguments: troubles.indices) func troubleOfOneIsNobodyElsesAndNothingIsTwice(
    _ index: Int
  ) throws {
    let trouble = Self.troubles[index]
    let place = try Self.place(count: 8)
    var fault = try #require(
      try JSONSerialization.jsonObject(with: Data(trouble.fault.utf8)) as? [String: Any])
    fault["count"] = 1
    try place.order([fault])
    let sync = try place.run("sync")
    #expect(sync.status == trouble.status, "\(trouble.fault): \(sync)")
    #expect(try place.query("SELECT count(*) FROM copy") == "\(trouble.decided)", "\(sync)")
    // Nobody is blamed.
    #expect(place.place.waiting.count == 8 - trouble.decided)
    #expect(
      try place.run("failures").text.components(separatedBy: "tried 0 times").count
        == 8 - trouble.decided + 1)
    if trouble.fault.contains("429") {
      let before = try Self.requests(place)
      #expect(try place.run("sync").status == 75)
      #expect(try Self.requests(place) == before)
      _ = try place.query("DELETE FROM remote_state WHERE name = 'not-before'")
    }
    if trouble.status != 0 {
      // What is there, and no longer to be tracked, is taken back.
      let file = try #require(place.place.waiting.first)
      #expect(try place.run("failures", "discard", file).status == 0)
      #expect(try place.run("sync").status == 0)
      #expect(try Self.isWhole(place, 7))
    } else {
      #expect(try place.run("sync").status == 0)
      #expect(try Self.isWhole(place, 8))
    }
  }

  /// Refused ahead, a message is handed over once more in its turn, whose answer holds.
  @Test(arguments: [1, 2]) func oneThatIsRefusedForGoodHoldsUpNobody(_ times: Int) throws {
    let place = try Self.place(count: 8)
    try place.order([
      [
        "kind": "status", "status": 400, "method": "POST", "path": "/emails$", "skip": 7,
        "count": times,
      ]
    ])
    let sync = try place.run("sync")
    #expect(sync.status == (times == 1 ? 0 : 65), "\(sync)")
    #expect(try Self.isWhole(place, 9 - times))
  }

  /// Where requests with several never get an answer, those with one do.
  @Test func whereNoneGoesAheadEachComesInItsTurn() throws {
    let place = try Self.place(count: 12)
    try place.order([["kind": "drop-after", "method": "POST", "path": "/emails$", "every": 2]])
    var runs = 0
    while !place.place.waiting.isEmpty, runs < 12 {
      runs += 1
      _ = try place.run("sync")
    }
    #expect(place.place.waiting.isEmpty)
    #expect(try Self.isWhole(place, 12))
  }

  @Test func whatSomebodyDeletesBetweenIsNotMadeAgain() throws {
    let place = try Self.place(count: 4)
    try place.order([
      ["kind": "then-delete", "method": "POST", "path": "/emails$", "skip": 1, "count": 1]
    ])
    #expect(try place.run("sync").status == 0)
    #expect(try place.subjects() == ["No 1", "No 3", "No 4"])
    #expect(try place.query("SELECT count(*) FROM copy") == "3")
    #expect(try place.run("sync").status == 0)
    #expect(try Self.isWhole(place, 3))
  }
}
