import Foundation
import HostileShapes
import InternetMessage
import Testing
import Tracking

@testable import HTTP
@testable import MailPipeline
@testable import System

/// What is written to the Web API of Dataverse and read from it, without anybody who answers.
@Suite struct DataverseValueTests {
  // MARK: Texts

  @Test func jsonIsWhatFoundationReads() throws {
    let text = "a\"\\\n\r\t\u{0}\u{1F}\u{7F}é\u{1F600}</script>\u{2028}"
    let value = JSONText.object([
      ("text", .string(text)), ("number", .integer(-7)), ("yes", .boolean(true)), ("no", .null),
      ("list", .array([.string(""), .array([]), .object([])])),
    ])
    let read = try #require(
      try JSONSerialization.jsonObject(with: Data(value.bytes)) as? [String: Any])
    #expect(read["text"] as? String == text)
    #expect(read["number"] as? Int == -7 && read["yes"] as? Bool == true)
    #expect(read["no"] is NSNull && (read["list"] as? [Any])?.count == 3)
  }

  @Test(arguments: 0...9) func base64IsThatOfFoundation(_ count: Int) {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: 255 - $0 * 37) }
    #expect(
      JSONText.base64(bytes).bytes == Array("\"\(Data(bytes).base64EncodedString())\"".utf8))
  }

  @Test(arguments: [
    ("plain", "'plain'"), ("O'Neill & Co", "'O''Neill%20%26%20Co'"),
    ("<1@x.example>", "'%3C1@x.example%3E'"),
    ("ü/?#+%;\r\n", "'%C3%BC%2F%3F%23%2B%25%3B%0D%0A'"), ("", "''"),
  ])
  func literalsOfURLs(_ text: String, _ literal: String) {
    #expect(ODataText.literal(text) == literal)
  }

  @Test func textsAreMadeStorableAndCutBetweenCharacters() {
    #expect(
      ODataText.storable("a\u{0}b\u{8}\tc\n\u{FFFE}d\u{FFFF}é")
        == "a\u{FFFD}b\u{FFFD}\tc\n\u{FFFD}d\u{FFFD}é")
    #expect(ODataText.cut("abc", 3) == "abc" && ODataText.cut("abcd", 3) == "abc")
    // Two units, of which one would fit.
    #expect(ODataText.cut("ab\u{1F600}", 3) == "ab")
    #expect(ODataText.isID("0d7a3c52-0000-4000-8000-00000000abCD"))
    #expect(!ODataText.isID("0d7a3c52-0000-4000-8000-00000000abc)"))
    #expect(!ODataText.isID("0d7a3c5200004000800000000000abcd0000"))
  }

  // MARK: Batches

  @Test func aBatchIsRequestsOneAfterTheOther() {
    let batch = DataverseBatch.request(
      [
        DataverseRequest(.get, "WhoAmI()"),
        DataverseRequest(
          .patch, "emails(1)", fields: [.init("If-Match", "*")], json: .object([("a", .integer(1))])
        ),
      ], root: "/api/data/v9.2/", goesOn: true, boundary: "b")
    #expect(batch.method == .post && batch.target == "$batch")
    #expect(
      batch.fields == [
        .init("Content-Type", "multipart/mixed; boundary=b"),
        .init("Prefer", "odata.continue-on-error"),
      ])
    let expected = """
      --b
      Content-Type: application/http
      Content-Transfer-Encoding: binary

      GET /api/data/v9.2/WhoAmI() HTTP/1.1
      Accept: application/json
      OData-MaxVersion: 4.0
      OData-Version: 4.0


      --b
      Content-Type: application/http
      Content-Transfer-Encoding: binary

      PATCH /api/data/v9.2/emails(1) HTTP/1.1
      Accept: application/json
      OData-MaxVersion: 4.0
      OData-Version: 4.0
      If-Match: *
      Content-Type: application/json; charset=utf-8

      {"a":1}
      --b--

      """
    #expect(
      String(decoding: batch.body ?? [], as: UTF8.self)
        == expected.replacingOccurrences(of: "\n", with: "\r\n"))
  }

  private static func parts(_ text: String, _ type: String = "multipart/mixed; boundary=b")
    -> String
  {
    let answer = DataverseAnswer(
      status: 200, fields: ["content-type": type],
      body: Array(text.replacingOccurrences(of: "\n", with: "\r\n").utf8))
    guard let parts = try? DataverseBatch.answers(in: answer) else { return "none" }
    return parts.map { "\($0.status) \(String(decoding: $0.body, as: UTF8.self))" }
      .joined(separator: "|")
  }

  private static let head = "--b\nContent-Type: application/http\n\n"

  static let batches: [(text: String, type: String, gives: String)] = [
    (head + "HTTP/1.1 204 No Content\nA: b\n\n\n--b--\n", "multipart/mixed; boundary=b", "204 "),
    (
      head + "HTTP/1.1 200 OK\n\n{\"a\":\n1}\n" + head + "HTTP/1.1 404 x\n\n{}\n--b--",
      "multipart/mixed; boundary=\"b\"; x=y", "200 {\"a\":\r\n1}|404 {}"
    ),
    (
      "preamble\n" + head + "HTTP/1.1 200\n\nx\n--b-- \nepilogue", "Multipart/Mixed;boundary=b",
      "200 x"
    ),
    ("--b--\n", "multipart/mixed; boundary=b", ""),
    // What looks like a boundary and is none.
    (
      head + "HTTP/1.1 200 OK\n\n--bc\n --b\n--b--x\n--b--", "multipart/mixed; boundary=b",
      "200 --bc\r\n --b\r\n--b--x"
    ),
    // Cut off.
    (head + "HTTP/1.1 200 OK\n\n{}", "multipart/mixed; boundary=b", "none"),
    (head + "HTTP/1.1 200 OK\n\n{}\n" + head, "multipart/mixed; boundary=b", "none"),
    ("", "multipart/mixed; boundary=b", "none"),
    // No answers.
    (head + "{}\n--b--", "multipart/mixed; boundary=b", "none"),
    (head + "HTTP/1.1 99 x\n\n--b--", "multipart/mixed; boundary=b", "none"),
    (head + "HTTP/1.1 +20 x\n\n--b--", "multipart/mixed; boundary=b", "none"),
    (
      "--b\nContent-Type: text/plain\n\nHTTP/1.1 200 OK\n\n\n--b--", "multipart/mixed; boundary=b",
      "none"
    ),
    ("<html></html>", "text/html", "none"), ("{}", "application/json", "none"),
    (head, "multipart/mixed", "none"), (head, "multipart/mixed; boundary=\"\"", "none"),
  ]

  @Test(arguments: batches.indices) func answersOfABatch(_ index: Int) {
    let row = Self.batches[index]
    #expect(Self.parts(row.text, row.type) == row.gives)
  }

  @Test func aBatchHasAnyNumberOfAnswersUpToTheMost() {
    let part = Self.head + "HTTP/1.1 204 x\n\n\n"
    #expect(Self.parts(String(repeating: part, count: 1_000) + "--b--") != "none")
    #expect(Self.parts(String(repeating: part, count: 1_001) + "--b--") == "none")
  }

  @Test func longAnswersAreReadInTimeThatGrowsWithThem() {
    let shapes = Shape.combinations(
      [
        "--b\r\n", "--b", "--b--x\r\n", "\r\n", "Content-Type: application/http\r\n\r\n",
        "HTTP/1.1 200 OK\r\n", "a: b\r\n", "x",
      ])
    #expect(
      Doubling.violations(shapes) { bytes in
        _ = try? DataverseBatch.answers(
          in: DataverseAnswer(
            status: 200, fields: ["content-type": "multipart/mixed; boundary=b"], body: bytes))
      }.isEmpty)
  }

  // MARK: What went wrong

  /// An answer, and what becomes of what was asked for.
  struct Failure: Sendable {
    let status: Int
    var fields: [String: String] = [:]
    var body = ""
    let word: String
    let says: String
  }

  static let failures: [Failure] = [
    Failure(
      status: 400, body: #"{"error":{"code":"0x80044331","message":"The length exceeded"}}"#,
      word: "refused-for-good", says: "The length exceeded (0x80044331)"),
    Failure(
      status: 400,
      body: #"{"error":{"code":"","message":"","innererror":{"message":"a\u001b[31m"}}}"#,
      word: "refused-for-good", says: "a\u{FFFD}[31m (status 400)"),
    Failure(
      status: 401, body: "HTTP Error 401 - Unauthorized", word: "unauthorized",
      says: "HTTP Error 401 - Unauthorized"),
    Failure(status: 403, word: "unauthorized", says: "status 403, and no reason"),
    Failure(
      status: 403, fields: ["x-ms-service-request-id": "r-1"],
      body: #"{"error":{"code":"0x80040220","message":"missing prvCreateActivity"}}"#,
      word: "unauthorized", says: "missing prvCreateActivity (0x80040220), request r-1"),
    Failure(
      status: 407, body: "<html><title>Proxy</title>", word: "unreachable",
      says: "a page 'Proxy'"),
    Failure(status: 302, word: "unreachable", says: "leads elsewhere"),
    Failure(status: 413, word: "refused-for-good", says: "status 413"),
    Failure(status: 405, word: "unable", says: "status 405"),
    Failure(status: 429, word: "throttled", says: "60"),
    Failure(status: 429, fields: ["retry-after": "17"], word: "throttled", says: "17"),
    Failure(
      status: 429, fields: ["retry-after": "1e99"], word: "throttled", says: "86400"),
    Failure(status: 429, fields: ["retry-after": "nan"], word: "throttled", says: "60"),
    Failure(
      status: 429, fields: ["retry-after": "Thu, 01 Jan 1970 00:20:00 GMT"], word: "throttled",
      says: "200"),
    Failure(
      status: 400, body: #"{"error":{"code":"0x80072322","message":"limit of 6000"}}"#,
      word: "throttled", says: "60"),
    Failure(status: 503, word: "unreachable", says: "status 503"),
    Failure(status: 503, fields: ["retry-after": "5"], word: "throttled", says: "5"),
    Failure(
      status: 500, body: "<!DOCTYPE html><p>sorry", word: "no-answer", says: "a page of HTML"),
    Failure(status: 200, body: "<html>", word: "no-answer", says: "a page of HTML"),
    // What stands before the organization does not find it: that says nothing of the message.
    Failure(
      status: 404, body: "<html><title>Not here", word: "no-answer", says: "a page of HTML"),
    Failure(
      status: 404, body: #"{"error":{"code":"0x80040217","message":"No email"}}"#,
      word: "refused-for-good", says: "No email (0x80040217)"),
    // Half a character is none, and the rest is read.
    Failure(
      status: 400,
      body: #"{"error":{"code":"0x8","message":"a \ud83d, \ude00\\ud83d \ud83d\ude00"}}"#,
      word: "refused-for-good", says: "a \u{FFFD}, \u{FFFD}\\ud83d \u{1F600} (0x8)"),
  ]

  @Test(arguments: failures.indices) func whatBecomesOfTrouble(_ index: Int) {
    let row = Self.failures[index]
    let answer = DataverseAnswer(
      status: row.status, fields: row.fields, body: Array(row.body.utf8))
    let trouble = DataverseFailure(answer).trouble(now: 1_000)
    #expect(trouble.word == row.word)
    if case .throttled(let time) = trouble {
      #expect("\(time - 1_000)" == row.says)
    } else {
      #expect(trouble.description.contains(row.says), "\(trouble)")
    }
  }

  @Test func noPageIsAnAnswerToWhatIsDone() {
    func word(_ answer: DataverseAnswer) -> String? {
      let client = DataverseClient(DataverseOrganizationTests.ScriptedService([answer]))
      do {
        _ = try client.answer(to: DataverseRequest(.post, "emails"))
        return nil
      } catch {
        return error.word
      }
    }
    #expect(word(DataverseAnswer(status: 204)) == nil)
    #expect(word(DataverseAnswer(status: 200, body: Array("{}".utf8))) == nil)
    let page = DataverseAnswer(status: 200, body: Array("\n <!DOCTYPE html>".utf8))
    #expect(word(page) == "no-answer")
    let empty = DataverseAnswer(status: 200, fields: ["content-type": "text/html"])
    #expect(word(empty) == "no-answer")
    let missing = DataverseFailure(DataverseAnswer(status: 404, body: Array("<html>".utf8)))
    #expect(!missing.isMissing && !missing.isRefusal)
    #expect(DataverseFailure(DataverseAnswer(status: 404)).isMissing)
  }

  /// Repeats what it was sent, as the page of a proxy may.
  private final class Echo: HTTPTransport {
    let response: HTTPResponse

    init(_ response: HTTPResponse) { self.response = response }

    func send(_ request: HTTPRequest) throws(HTTPError) -> HTTPResponse { response }

    func disconnect() {}
  }

  private final class Holder: DataverseSignIn {
    func authorization(isAnew: Bool) throws(RemoteTrouble) -> String? { "Bearer eyJ0eXAi.hush" }

    func challenged(by fields: HTTPFields) {}

    func confirmed() {}
  }

  @Test(arguments: [(500, "text/plain"), (403, "text/html"), (401, ""), (200, "multipart/mixed")])
  func noTokenIsSeenThatIsRepeated(_ status: Int, _ type: String) throws {
    let text = "Authorization: Bearer eyJ0eXAi.hush\r\n" + "eyJ0eXAi.hush"
    let response = HTTPResponse(
      status: status, fields: ["Content-Type": type, "REQ_ID": "eyJ0eXAi.hush"],
      body: Array(text.utf8))
    let session = DataverseSession(
      try WebAddress("https://contoso.example/"), root: "/api/data/v9.2/", over: Echo(response),
      signIn: Holder(), timeLimit: 1_000)
    let answer = try session.send(DataverseRequest(.get, "WhoAmI()"))
    #expect(
      String(decoding: answer.body, as: UTF8.self)
        == "Authorization: Bearer (secret)\r\n(secret)")
    #expect(answer.fields["req_id"] == "(secret)")
    #expect(!DataverseFailure(answer).words.contains("hush"))
  }

  @Test func halvesOfCharactersAreReadInTimeThatGrowsWithThem() {
    let shapes = Shape.combinations([
      "\\ud83d", "\\ude00", "\\", "u", "\"", "d83d", "{\"a\":", "[", "x",
    ])
    #expect(
      Doubling.violations(shapes) { bytes in
        _ = JSONBytes.withoutHalves(bytes)
      }.isEmpty)
  }

  // MARK: Questions

  private static func question(_ change: (inout Question) -> Void = { _ in }) throws -> Question {
    func address(_ text: String) throws -> AddrSpec { try #require(AddrSpec(text)) }
    var question = Question(
      sender: try address("erin@fabrikam.example"),
      to: [try address("dana@contoso.example"), try address("o'neill@x.example")],
      subject: "O'Neill & Co", mailboxOwner: try address("dana@contoso.example"))
    question.messageID = MessageID("1@x.example")
    change(&question)
    return question
  }

  @Test func whatCameIsAskedAboutByCheckIncomingEmail() throws {
    #expect(
      try DataverseCheck.request(Self.question()).target
        == "CheckIncomingEmail(MessageId=@p1,Subject=@p2,From=@p3,To=@p4,Cc=@p5,Bcc=@p6)?"
        + "@p1='%3C1@x.example%3E'&@p2='O''Neill%20%26%20Co'&@p3='erin@fabrikam.example'"
        + "&@p4='dana@contoso.example%3Bo''neill@x.example'&@p5=''&@p6=''")
    // Of a list's mail no field names the mailbox.
    let listed = try Self.question { $0.to = [] }
    #expect(DataverseCheck.request(listed).target.hasSuffix("&@p6='dana@contoso.example'"))
  }

  @Test func whatWasSentAndWhatIsWantedIsAskedAboutByCheckPromoteEmail() throws {
    let sent = try Self.question { $0.direction = .outgoing }
    #expect(
      DataverseCheck.request(sent).target
        == "CheckPromoteEmail(MessageId=@p1,Subject=@p2,DirectionCode=@p3)?"
        + "@p1='%3C1@x.example%3E'&@p2='O''Neill%20%26%20Co'&@p3=1")
    let wanted = try Self.question { $0.isTrackingAsked = true }
    #expect(DataverseCheck.request(wanted).target.hasSuffix("@p3=0"))
  }

  @Test func aMessageWithoutMessageIDIsAskedAboutByOneThatNoOtherHas() throws {
    let one = try DataverseCheck.request(Self.question { $0.messageID = nil }).target
    let again = try DataverseCheck.request(Self.question { $0.messageID = nil }).target
    let other = try DataverseCheck.request(
      Self.question {
        $0.messageID = nil
        $0.subject = "x"
      }
    ).target
    #expect(one.contains("@crm-mailfilter.invalid%3E'") && one == again && one != other)
    let long = try Self.question { $0.messageID = MessageID(String(repeating: "x", count: 400)) }
    #expect(DataverseCheck.request(long).target.contains("@crm-mailfilter.invalid%3E'"))
  }

  @Test func anySubjectAndAnyNumberOfAddressesMakeAnAddress() throws {
    let many = try Self.question { question in
      question.subject = String(repeating: "ü", count: 5_000)
      question.to = (1...5_000).compactMap { AddrSpec("someone.number.\($0)@department.x.example") }
      question.cc = question.to
    }
    let target = DataverseCheck.request(many).target
    #expect(target.utf8.count < 60_000)
    #expect(
      !target.contains("%C3%BC%C3%BC%C3%BC'x") && target.hasSuffix("&@p6='dana@contoso.example'"))
  }

  // MARK: Settings

  @Test func settingsOfTheOrganizationAreThoseOfTheDecider() throws {
    let row = try JSONDecoder().decode(
      DataverseRow.self,
      from: Data(
        #"""
        {"emailcorrelationenabled": false, "ignoreinternalemail": true, "maxuploadfilesize": 1000,
         "blockedattachments": "EXE; com;", "unresolveemailaddressifmultiplematch": true,
         "requireapprovalforuseremail": true, "unknown": {"a": [1]},
         "orgdborgsettings": "<OrgSettings><SSSForceFilteringMethodForUserMailboxes>2</SSSForceFilteringMethodForUserMailboxes><IgnoreInternalEmailFromQueues>true</IgnoreInternalEmailFromQueues></OrgSettings>"}
        """#.utf8))
    let settings = DataverseSettings(row)
    #expect(!settings.policy.correlation.isEnabled && settings.policy.internalMail == .one)
    #expect(settings.policy.forcedFilter == .contacts && settings.policy.allowsAll)
    #expect(settings.policy.refusesInternalMailFromQueues && settings.requiresApprovedUsers)
    #expect(settings.policy.leavesAmbiguousRecipients)
    #expect(settings.refusal(ofFile: "a.Exe", size: 1)?.contains("'.exe'") ?? false)
    #expect(settings.refusal(ofFile: "a.txt", size: 1_001)?.contains("1000 bytes") ?? false)
    #expect(settings.refusal(ofFile: "exe", size: 1_000) == nil)
  }
}
