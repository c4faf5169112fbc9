import Foundation
import HTTP
import System
import Tracking

/// What a service of sign-ins answers (RFC 6749 section 5, RFC 8628 section 3).
package enum TokenReply {
  /// A token.
  case token(Token)
  /// Where somebody signs in, and with what code.
  case deviceCode(DeviceCode)
  /// An error, by its name and in words.
  case refused(name: String, words: String)

  /// A token by which requests are let in.
  package struct Token {
    /// It.
    package var access: Secret
    /// How long it holds, in seconds.
    package var life: Int
    /// By what the next one is had.
    package var refresh: Secret?
  }

  /// What a person needs to sign in elsewhere.
  package struct DeviceCode {
    /// By what this side asks whether somebody did.
    package var code: Secret
    /// What is entered.
    package var userCode: String
    /// Where.
    package var address: String
    /// How long it holds, in seconds.
    package var life: Int
    /// How often it may be asked, in seconds.
    package var interval: Int
  }

  /// The name of an error that has none.
  static let noReason = "the service of sign-ins refuses, with status 400 and no reason"

  /// The most bytes that an answer may have.
  package static let longest = 256 << 10

  /// So many bytes may a token have.
  private static let longestToken = 64 << 10
  /// So long at most a token is used, in seconds.
  private static let longestLife = 86_400

  private struct Body: Decodable {
    var accessToken: String?
    var refreshToken: String?
    var tokenType: String?
    var expiresIn: Seconds?
    var deviceCode: String?
    var userCode: String?
    var verificationUri: String?
    var verificationUrl: String?
    var interval: Seconds?
    var error: String?
    var errorDescription: String?
  }

  /// A number, or one in a text, as older services write it.
  private struct Seconds: Decodable {
    var value: Int

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let number = try? container.decode(Double.self) {
        value = number.isFinite ? Int(max(0, min(number, 1e9))) : 0
      } else {
        value = Int(try container.decode(String.self)) ?? 0
      }
    }
  }

  /// Reads an answer.
  ///
  /// - Parameters:
  ///   - response: The answer.
  ///   - now: Seconds since 1970.
  ///   - secret: What was sent: nobody should repeat it, and nobody is trusted not to.
  /// - Throws: `RemoteTrouble.unreachable` where it is none, or says that it cannot now;
  ///   `RemoteTrouble.throttled`; `RemoteTrouble.unauthorized` where it refuses without saying why.
  package init(
    _ response: HTTPResponse, now: Int64, to secret: Secret? = nil
  ) throws(RemoteTrouble) {
    let status = response.status
    if status == 429 || status == 503, let wait = response.retryAfter(now: now) {
      throw .throttled(until: now + max(1, min(wait, 86_400)))
    }
    guard status != 429, status < 500 else {
      throw .unreachable("the service of sign-ins answers with status \(status)")
    }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let body =
      response.body.count <= Self.longest
      ? try? decoder.decode(Body.self, from: Data(response.body)) : nil
    // Before it is cut: a part of a secret is one, too.
    func without(_ text: String) -> String { secret?.removed(from: text) ?? text }
    if let name = body?.error.map(without) {
      if name == "temporarily_unavailable" || name == "server_error" {
        throw .unreachable("the service of sign-ins answers '\(Self.short(name))'")
      }
      self = .refused(
        name: Self.short(name), words: Self.sentence(without(body?.errorDescription ?? "")))
      return
    }
    guard status == 200, let body else {
      // Some refuse without a word; a page would be somebody else's.
      if status == 400, response.body.isEmpty {
        self = .refused(name: Self.noReason, words: "")
        return
      }
      guard status != 401, status != 403 else {
        throw .unauthorized("the service of sign-ins refuses, with status \(status) and no reason")
      }
      throw .unreachable(
        (300..<400).contains(status)
          ? "the service of sign-ins leads elsewhere; perhaps the network wants a login first"
          : "the service of sign-ins answers with status \(status) and something else than JSON")
    }
    if let text = body.accessToken {
      guard body.tokenType.map({ $0.lowercased() == "bearer" }) ?? true,
        let token = Self.token(text)
      else { throw .unreachable("the service of sign-ins gave a token that cannot be used") }
      self = .token(
        Token(
          access: token,
          life: min(body.expiresIn?.value ?? 3_600, Self.longestLife),
          refresh: body.refreshToken.flatMap(Self.token)))
      return
    }
    guard let code = body.deviceCode.flatMap(Self.token), let userCode = body.userCode,
      let text = body.verificationUri ?? body.verificationUrl, let address = try? WebAddress(text),
      address.isSecure || address.isLoopback
    else { throw .unreachable("the service of sign-ins gave neither a token nor a code") }
    self = .deviceCode(
      DeviceCode(
        code: code, userCode: Self.short(userCode), address: address.description,
        life: min(max(body.expiresIn?.value ?? 900, 1), Self.longestLife),
        interval: min(max(body.interval?.value ?? 5, 1), 300)))
  }

  /// A text that can stand in a field: visible characters of ASCII.
  private static func token(_ text: String) -> Secret? {
    guard text.utf8.count <= longestToken, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
      return nil
    }
    return Secret(text.utf8)
  }

  private static func short(_ text: String) -> String {
    SafeText.neutralised(String(String.UnicodeScalarView(text.unicodeScalars.prefix(100))))
  }

  /// The first line of a description, without the numbers that Entra ID puts behind it.
  private static func sentence(_ text: String) -> String {
    let scalars = text.unicodeScalars.prefix(2_000).prefix { $0 != "\r" && $0 != "\n" }
    var line = String(String.UnicodeScalarView(scalars))
    if let trace = line.firstRange(of: " Trace ID:") { line = String(line[..<trace.lowerBound]) }
    return SafeText.neutralised(String(String.UnicodeScalarView(line.unicodeScalars.prefix(300))))
  }
}
