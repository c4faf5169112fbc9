import Foundation
import System
import Tracking

/// Why the Web API did not do something: the status of HTTP, and what the body says
/// (compose-http-requests-handle-errors).
package struct DataverseFailure: Sendable, Hashable {
  /// The status.
  package let status: Int
  /// The code, such as `0x80040237`, in lower case; empty where there is none.
  package let code: String
  /// What it says, safe to print and short.
  package let message: String
  /// The number by which the service finds the request in its own log.
  private let request: String
  /// Whether something that stands before the organization says it, by a page for people.
  private let isPage: Bool
  private let retryAfter: String?

  /// So many characters of a message are kept.
  private static let longestMessage = 300
  /// So many bytes of a body are looked at.
  private static let longestBody = 1 << 20
  /// So long, at most, the organization is left alone, in seconds.
  static let longestWait: Int64 = 86_400

  /// Codes of the limits (api-limits).
  private static let limits: Set<String> = [
    "0x80072322", "0x80072321", "0x80072326", "-2147015902", "-2147015903", "-2147015898",
  ]

  private struct Body: Decodable {
    struct Fault: Decodable {
      struct Inner: Decodable { var message: String? }
      var code: String?
      var message: String?
      var innererror: Inner?
    }
    var error: Fault
  }

  /// Reads an answer that is no success.
  package init(_ answer: DataverseAnswer) {
    status = answer.status
    retryAfter = answer.fields["retry-after"]
    request = SafeText.neutralised(
      Self.cut(answer.fields["x-ms-service-request-id"] ?? answer.fields["req_id"] ?? "", 64))
    let bytes = answer.body.prefix(Self.longestBody)
    let fault = JSONBytes.decoded(Body.self, from: Array(bytes))?.error
    isPage = fault == nil && answer.isPage
    code = SafeText.neutralised(Self.cut((fault?.code ?? "").lowercased(), 64))
    let text = fault.map { fault in
      let text = fault.message.flatMap { $0.isEmpty ? nil : $0 } ?? fault.innererror?.message ?? ""
      // What stands before it is the same for all.
      return text.range(of: "InnerException : ", options: .backwards).map {
        String(text[$0.upperBound...])
      } ?? text
    }
    message = SafeText.neutralised(Self.cut(text ?? Self.words(of: bytes), Self.longestMessage))
  }

  private static func cut(_ text: String, _ count: Int) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.prefix(count)))
  }

  /// What a body that is no JSON says: the title of a page, else the first line.
  private static func words(of bytes: ArraySlice<UInt8>) -> String {
    let text = String(decoding: bytes.prefix(8_192), as: UTF8.self)
    if let start = text.range(of: "<title>", options: .caseInsensitive),
      let end = text.range(
        of: "</title>", options: .caseInsensitive, range: start.upperBound..<text.endIndex)
    {
      return "a page '\(text[start.upperBound..<end.lowerBound])'"
    }
    let isPage = text.drop { $0.isWhitespace }.first == "<"
    return isPage ? "a page of HTML" : String(text.split(whereSeparator: \.isNewline).first ?? "")
  }

  /// In a line.
  package var words: String {
    var words = message.isEmpty ? "status \(status), and no reason" : message
    if !message.isEmpty { words += " (\(code.isEmpty ? "status \(status)" : code))" }
    return request.isEmpty ? words : words + ", request \(request)"
  }

  /// Whether there is no such row.
  package var isMissing: Bool { status == 404 && !isPage || code == "0x80040217" }
  /// Whether a row of the id is there already.
  package var isDuplicate: Bool {
    status == 412 && code != "0x80060882" && !isPage || tellsDuplicate
  }
  /// Whether it says in so many words that a row of the id is there already (`DuplicateRecord`).
  package var tellsDuplicate: Bool { code == "0x80040237" }
  /// Whether somebody else changed the row (`ConcurrencyVersionMismatch`).
  package var isOverrun: Bool { status == 412 }
  /// Whether a delta link is too old.
  package var isExpiredLink: Bool { code == "0x80044352" || status == 410 }
  /// Whether it has to do with who asks.
  package var isForbidden: Bool { status == 401 || status == 403 }
  /// Whether the request itself is not taken, whoever asks and whenever.
  package var isRefusal: Bool {
    [400, 404, 412, 413, 414, 415, 422].contains(status) && !isOfAnother
  }
  /// Whether it is no word of the organization's: it is being moved, or what stands before it does not
  /// find it.
  private var isOfAnother: Bool { isPage && [404, 412].contains(status) }

  /// How long it wants to be left alone.
  ///
  /// - Parameter now: Seconds since 1970, for a date instead of a number (RFC 9110 section 10.2.3).
  /// - Returns: Seconds; `nil` where it does not say.
  package func wait(now: Int64) -> Int64? {
    guard let retryAfter else { return nil }
    let text = retryAfter.trimmingCharacters(in: .whitespaces)
    if let seconds = Double(text), seconds.isFinite {
      return Int64(max(1, min(seconds.rounded(.up), Double(Self.longestWait))))
    }
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = TimeZone(identifier: "GMT")
    formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
    guard let date = formatter.date(from: text) else { return nil }
    let seconds = date.timeIntervalSince1970 - Double(now)
    return Int64(max(1, min(seconds, Double(Self.longestWait))))
  }

  /// What becomes of what was asked for.
  ///
  /// - Parameter now: Seconds since 1970.
  /// - Returns: The trouble.
  package func trouble(now: Int64) -> RemoteTrouble {
    let wait = wait(now: now)
    if status == 429 || Self.limits.contains(code) { return .throttled(until: now + (wait ?? 60)) }
    switch status {
    case 401, 403: return .unauthorized(words)
    case 407: return .unreachable("the proxy wants somebody to sign in: \(words)")
    case 300..<400:
      return .unreachable("it leads elsewhere, where nothing is sent: status \(status)")
    case 408, 502, 503, 504:
      return wait.map { .throttled(until: now + $0) } ?? .unreachable(words)
    case 405, 501: return .unable(words)
    case _ where isOfAnother: return .unknownOutcome(words)
    case 400..<500: return .refusedForGood(words)
    default: return .unknownOutcome(words)
    }
  }
}
