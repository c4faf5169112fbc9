import Testing
import Tracking

@testable import MailPipeline

/// What is read of a program's answers.
@Suite struct ProgramReplyTests {
  /// A line, what of it is read, and what comes of that; where the manual says so.
  struct Row: Sendable, CustomTestStringConvertible {
    let line: String
    let reads: @Sendable (ProgramReply) throws -> String
    let gives: String
    let source: String
    var testDescription: String { line }

    init(
      _ line: String, _ gives: String, _ source: String,
      _ reads: @escaping @Sendable (ProgramReply) throws -> String
    ) {
      self.line = line
      self.reads = reads
      self.gives = gives
      self.source = source
    }
  }

  private static func answer(_ reply: ProgramReply) throws -> String {
    switch try reply.answer() {
    case .accepted(let code, let text, let owner, let record):
      return
        "accepted \(code.rawValue) \(text) \(owner?.description ?? "-") \(record?.description ?? "-")"
    case .refused(let code, let text): return "refused \(code.rawValue) \(text)"
    case .deferred(let text): return "deferred \(text)"
    }
  }

  private static func receipt(_ reply: ProgramReply) throws -> String {
    let receipt = try reply.receipt()
    return "\(receipt.stored) \(receipt.regarding?.description ?? "-")"
  }

  private static func identity(_ reply: ProgramReply) throws -> String {
    let found = try reply.identity()
    return "\(found.name) \(found.organization) \(found.abilities.map(\.rawValue).sorted())"
  }

  private static func changes(_ reply: ProgramReply) throws -> String {
    let found = try reply.changes()
    return "\(found.changes.count) \(found.token ?? "-") \(found.hasMore)"
  }

  private static let nothing = "no answer"

  static let rows: [Row] = [
    Row(
      #"{"request":1,"decision":"accepted","code":2,"explanation":"yes","owner":"a@b.example","regarding":"lead:1"}"#,
      "accepted 2 yes a@b.example lead:1", "decide", answer),
    Row(
      #"{"request":1,"decision":"accepted","code":5,"owner":"nobody","other":[1]}"#,
      "accepted 5 the organization does not say why - -", "decide", answer),
    Row(#"{"request":1,"decision":"accepted"}"#, nothing, "decide", answer),
    Row(#"{"request":1,"decision":"accepted","code":-1}"#, nothing, "decide", answer),
    Row(
      #"{"request":1,"decision":"accepted","code":2,"regarding":"x y"}"#, nothing, "decide", answer
    ),
    Row(
      #"{"request":1,"decision":"refused","code":1,"explanation":"a\u001b[31mb"}"#,
      "refused 1 a\u{FFFD}[31mb", "decide", answer),
    Row(
      #"{"request":1,"decision":"refused"}"#, "refused -1 the organization does not say why",
      "decide", answer),
    Row(
      #"{"request":1,"decision":"deferred"}"#, "deferred the organization does not say why",
      "decide", answer),
    Row(#"{"request":1,"decision":"perhaps"}"#, nothing, "decide", answer),
    Row(#"{"request":1}"#, nothing, "decide", answer),
    Row(#"{"request":1,"stored":"c1","regarding":null}"#, "c1 -", "deliver", receipt),
    Row(#"{"request":1,"stored":""}"#, nothing, "deliver", receipt),
    Row(#"{"request":1,"stored":7}"#, nothing, "deliver", receipt),
    Row(#"{"request":1,"stored":"a\nb"}"#, nothing, "deliver", receipt),
    Row(
      "{\"request\":1,\"stored\":\"\(String(repeating: "x", count: 513))\"}", nothing, "deliver",
      receipt),
    Row(
      #"{"request":1,"protocol":1,"name":"CRM","organization":"o","can":["regard","fly"]}"#,
      #"CRM o ["regard"]"#, "hello", identity),
    Row(#"{"request":1,"protocol":2,"name":"CRM"}"#, "unreachable", "hello", identity),
    Row(
      #"{"request":1,"do":"hello","protocol":1,"organization":"x"}"#, "unreachable", "hello",
      identity),
    Row(
      "{\"request\":1,\"changes\":[],\"token\":\"\(String(repeating: "t", count: 5_000))\"}",
      nothing, "changes", changes),
    Row(#"{"request":1,"name":"CRM"}"#, "unreachable", "hello", identity),
    Row(
      #"{"request":1,"changes":[{"stored":"a","gone":true}],"token":"t","more":true}"#, "1 t true",
      "changes", changes),
    Row(#"{"request":1,"changes":[{"gone":true}]}"#, nothing, "changes", changes),
    Row(#"{"request":1,"done":true}"#, nothing, "changes", changes),
    Row(
      #"{"request":1,"done":false}"#, nothing, "withdraw",
      {
        try $0.confirm()
        return "done"
      }),
    Row(#"{"request":2,"stored":"c1"}"#, nothing, "Lines", receipt),
    Row(#"{"request":1.5,"stored":"c1"}"#, nothing, "Lines", receipt),
    Row(#"{"request":1,"stored":"c1"} x"#, nothing, "Lines", receipt),
    Row(#"[]"#, nothing, "Lines", receipt),
    Row("", nothing, "Lines", receipt),
    Row(#"{"request":1,"failure":"unreachable"}"#, "unreachable", "Where it cannot", receipt),
    Row(
      #"{"request":1,"failure":"throttled","retry_after":30}"#, "until 1030", "Where it cannot",
      receipt),
    Row(#"{"request":1,"failure":"throttled"}"#, "until 1060", "Where it cannot", receipt),
    Row(
      #"{"request":1,"failure":"throttled","retry_after":1e300}"#, "until 87400",
      "Where it cannot", receipt),
    Row(
      #"{"request":1,"failure":"throttled","retry_after":-5}"#, "until 1001", "Where it cannot",
      receipt),
    Row(#"{"request":1,"failure":"unauthorized"}"#, "unauthorized", "Where it cannot", receipt),
    Row(#"{"request":1,"failure":"refused"}"#, "refused", "Where it cannot", receipt),
    Row(#"{"request":1,"failure":"nonsense"}"#, nothing, "Where it cannot", receipt),
  ]

  @Test(arguments: rows) func eachLineIsReadAsTheManualHasIt(_ row: Row) throws {
    let found: String
    do {
      found = try row.reads(ProgramReply(Array(row.line.utf8), to: 1, now: 1_000))
    } catch let trouble as RemoteTrouble {
      found =
        switch trouble {
        case .unreachable: "unreachable"
        case .throttled(let time): "until \(time)"
        case .unauthorized: "unauthorized"
        case .unknownOutcome: Self.nothing
        case .refusedForGood: "refused"
        case .unable: "unable"
        case .notSent: "not sent"
        }
    }
    #expect(found == row.gives, "\(row.source)")
  }

  @Test func explanationsAreShort() throws {
    let text = String(repeating: "x", count: 5_000)
    let line = "{\"request\":1,\"decision\":\"refused\",\"explanation\":\"\(text)\"}"
    let reply = try ProgramReply(Array(line.utf8), to: 1, now: 0)
    #expect(reply.explanation.count == 300)
    // A character with any number of marks is not one.
    let marks = "a" + String(repeating: "\u{301}", count: 5_000)
    let marked = "{\"request\":1,\"decision\":\"refused\",\"explanation\":\"\(marks)\"}"
    #expect(
      try ProgramReply(Array(marked.utf8), to: 1, now: 0).explanation.unicodeScalars.count == 300)
  }
}
