import Foundation
import InternetMessage
import System
import Tracking

/// What a program answers to a request: a line of JSON, see crm-mailfilter-organization(7).
///
/// The program may be anybody's. A line that is not what was asked for is an error of this request and
/// of nothing else; what it says is made short and safe to print before anybody sees it.
package struct ProgramReply: Sendable {
  /// The most bytes that a line may have: 1 MiB.
  package static let longestLine = 1 << 20

  /// So many characters of an explanation are kept.
  private static let longestText = 300
  /// So many bytes may an id have that somebody else made.
  private static let longestID = 512
  /// So many bytes may a token have, which goes back in a request.
  private static let longestToken = 4_096
  /// So long, at most, an organization is left alone, in seconds.
  private static let longestWait: Int64 = 86_400

  /// The names and types of what may stand in a line; other names mean nothing.
  private struct Line: Decodable {
    var request: Int
    var failure: String?
    var explanation: String?
    var retryAfter: Double?
    var `protocol`: Int?
    var organization: String?
    var name: String?
    var user: String?
    var can: [String]?
    var decision: String?
    var code: Int?
    var owner: String?
    var regarding: String?
    var stored: String?
    var done: Bool?
    var changes: [Change]?
    var token: String?
    var more: Bool?

    struct Change: Decodable {
      var stored: String
      var gone: Bool?
      var regarding: String?
    }
  }

  private let line: Line

  /// Reads a line.
  ///
  /// - Parameters:
  ///   - bytes: The line without its end.
  ///   - request: The number of the request that it answers.
  ///   - now: Seconds since 1970.
  /// - Throws: `RemoteTrouble`: what it says that failed, or that it is no answer.
  package init(_ bytes: [UInt8], to request: Int, now: Int64) throws(RemoteTrouble) {
    guard bytes.count <= Self.longestLine else {
      throw .unknownOutcome("it wrote a line of more than 1 MiB")
    }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    guard let line = try? decoder.decode(Line.self, from: Data(bytes)) else {
      throw .unknownOutcome("it wrote something else than an answer in JSON")
    }
    guard line.request == request else {
      throw .unknownOutcome("it answered request \(line.request) instead of \(request)")
    }
    self.line = line
    guard let failure = line.failure else { return }
    let text = explanation
    switch failure {
    case "unreachable": throw .unreachable(text)
    case "throttled":
      let wait = line.retryAfter.map { $0.isFinite ? $0 : 60 } ?? 60
      throw .throttled(until: now + Int64(max(1, min(wait, Double(Self.longestWait)))))
    case "unauthorized": throw .unauthorized(text)
    case "refused": throw .refusedForGood(text)
    default: throw .unknownOutcome("it named a failure '\(Self.short(failure))'")
    }
  }

  /// The beginning of a text, by scalars: a character can have any number of marks.
  private static func cut(_ text: String, _ count: Int) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.prefix(count)))
  }

  private static func short(_ text: String) -> String {
    let text = SafeText.neutralised(cut(text, longestText))
    return text.isEmpty ? "the organization does not say why" : text
  }

  /// Its verdict in words.
  package var explanation: String { Self.short(line.explanation ?? "") }

  private static func id(_ text: String?) throws(RemoteTrouble) -> String {
    guard let text, !text.isEmpty, text.utf8.count <= longestID,
      SafeText.neutralised(text) == text
    else { throw .unknownOutcome("it gave no id of 1 to \(longestID) bytes") }
    return text
  }

  private static func record(_ text: String?) throws(RemoteTrouble) -> RecordReference? {
    guard let text else { return nil }
    guard text.utf8.count <= longestID, let record = RecordReference(text) else {
      throw .unknownOutcome("it named a record that is not of the form type:id")
    }
    return record
  }

  /// Who answers `hello`.
  ///
  /// - Throws: `RemoteTrouble`.
  package func identity() throws(RemoteTrouble) -> RemoteIdentity {
    guard line.protocol == 1 else {
      throw .unreachable(
        "the program speaks \(line.protocol.map { "version \($0)" } ?? "no version") of the "
          + "protocol; this version knows 1")
    }
    // What only repeats what it hears has none.
    guard let name = line.name, !name.isEmpty else {
      throw .unreachable("the program does not say its name")
    }
    return RemoteIdentity(
      organization: SafeText.neutralised(Self.cut(line.organization ?? "", 200)),
      name: Self.short(name),
      user: line.user.map(Self.short),
      abilities: Set((line.can ?? []).compactMap(RemoteIdentity.Ability.init(rawValue:))))
  }

  /// The answer to `decide`.
  ///
  /// - Throws: `RemoteTrouble`.
  package func answer() throws(RemoteTrouble) -> RemoteAnswer {
    switch line.decision {
    case "accepted":
      guard let code = line.code, code >= 0 else {
        throw .unknownOutcome("it accepted without a code")
      }
      return .accepted(
        ReasonCode(rawValue: code), explanation: explanation,
        owner: line.owner.flatMap { AddrSpec($0) }, regarding: try Self.record(line.regarding))
    case "refused":
      return .refused(
        line.code.map { ReasonCode(rawValue: $0) } ?? .unknown, explanation: explanation)
    case "deferred": return .deferred(explanation: explanation)
    default: throw .unknownOutcome("it decided neither accepted, refused nor deferred")
    }
  }

  /// The answer to `deliver`.
  ///
  /// - Throws: `RemoteTrouble`.
  package func receipt() throws(RemoteTrouble) -> RemoteReceipt {
    RemoteReceipt(stored: try Self.id(line.stored), regarding: try Self.record(line.regarding))
  }

  /// That something was done.
  ///
  /// - Throws: `RemoteTrouble`.
  package func confirm() throws(RemoteTrouble) {
    guard line.done == true else { throw .unknownOutcome("it did not say that it is done") }
  }

  /// The answer to `changes`.
  ///
  /// - Throws: `RemoteTrouble`.
  package func changes() throws(RemoteTrouble) -> RemoteChanges {
    guard let found = line.changes else { throw .unknownOutcome("it told no changes") }
    var changes: [RemoteChanges.Change] = []
    for change in found {
      let stored = try Self.id(change.stored)
      changes.append(
        change.gone == true
          ? .gone(stored: stored) : .regarding(stored: stored, try Self.record(change.regarding)))
    }
    guard (line.token ?? "").utf8.count <= Self.longestToken else {
      throw .unknownOutcome("its token has more than \(Self.longestToken) bytes")
    }
    return RemoteChanges(changes: changes, token: line.token, hasMore: line.more ?? false)
  }
}
