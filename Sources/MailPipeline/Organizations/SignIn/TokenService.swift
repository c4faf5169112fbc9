import CSystem
import Foundation
import HTTP
import System
import Tracking

/// Asks a service of sign-ins for tokens (RFC 6749, RFC 7523, RFC 8628).
final class TokenService {
  let authority: SignInAuthority
  private let endpoints: SignInAuthority.Endpoints
  private let resource: String
  private let clientID: String
  private let transport: any HTTPTransport

  /// How long an answer may take, in milliseconds.
  private static let timeLimit = 30_000

  /// - Throws: `RemoteTrouble` where a service that is not Microsoft's own cannot be asked what it has.
  init(
    _ authority: SignInAuthority, for resource: String, clientID: String,
    over transport: any HTTPTransport
  ) throws(RemoteTrouble) {
    self.authority = authority
    self.resource = resource
    self.clientID = clientID
    self.transport = transport
    if authority.isKnown || authority.isADFS {
      endpoints = authority.usualEndpoints
      return
    }
    var request = HTTPRequest(.get, authority.configuration)
    request.timeLimit = Self.timeLimit
    request.answerLimit = TokenReply.longest
    do {
      endpoints =
        authority.endpoints(in: try transport.send(request)) ?? authority.usualEndpoints
    } catch {
      throw .unreachable("\(authority): \(error)")
    }
  }

  /// What is asked for: of AD FS a resource, of others the scope of an application or of a person.
  private func wanted(byPerson: Bool) -> [(name: String, value: String)] {
    if authority.isADFS {
      return [("resource", resource + "/")] + (byPerson ? [("scope", "openid offline_access")] : [])
    }
    return [
      ("scope", resource + (byPerson ? "/user_impersonation offline_access" : "/.default"))
    ]
  }

  private func ask(
    _ address: WebAddress, _ form: [(name: String, value: String)], secret: Secret?
  ) throws(RemoteTrouble) -> TokenReply {
    var request = HTTPRequest(
      .post, address,
      fields: ["Content-Type": HTTPForm.type, "Accept": "application/json"],
      body: HTTPForm.body([("client_id", clientID)] + form))
    request.timeLimit = Self.timeLimit
    request.answerLimit = TokenReply.longest
    // What is used up by the first request would be refused at the second.
    request.isRepeatable = false
    let response: HTTPResponse
    do {
      response = try transport.send(request)
    } catch {
      throw .unreachable("\(address.origin): \(error)")
    }
    return try TokenReply(response, now: csystem_realtime() / 1_000_000_000, to: secret)
  }

  private func token(
    _ form: [(name: String, value: String)], secret: Secret?
  ) throws(RemoteTrouble) -> TokenReply.Token {
    switch try ask(endpoints.token, form, secret: secret) {
    case .token(let token): return token
    case .deviceCode: throw .unreachable("\(authority) gave a code where a token was asked for")
    case .refused(let name, let words):
      throw .unauthorized(Self.line(name, words))
    }
  }

  private static func line(_ name: String, _ words: String) -> String {
    words.isEmpty ? name : "\(name): \(words)"
  }

  /// A token for an application by its secret.
  ///
  /// - Throws: `RemoteTrouble`.
  func token(secret: Secret) throws(RemoteTrouble) -> TokenReply.Token {
    try token(
      wanted(byPerson: false) + [
        ("client_secret", secret.text), ("grant_type", "client_credentials"),
      ], secret: secret)
  }

  /// A token for an application by its certificate.
  ///
  /// - Throws: `RemoteTrouble`.
  func token(certificate: ClientCertificate) throws(RemoteTrouble) -> TokenReply.Token {
    let assertion = try certificate.assertion(
      of: clientID, for: endpoints.token.description, now: csystem_realtime() / 1_000_000_000,
      id: UUID().uuidString.lowercased())
    return try token(
      wanted(byPerson: false) + [
        (
          "client_assertion_type",
          "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        ),
        ("client_assertion", assertion.text), ("grant_type", "client_credentials"),
      ], secret: assertion)
  }

  /// A token for a person who signed in before; `nil` where that holds no more.
  ///
  /// - Throws: `RemoteTrouble`.
  func token(refreshing refresh: Secret) throws(RemoteTrouble) -> TokenReply.Token? {
    let form = [("refresh_token", refresh.text), ("grant_type", "refresh_token")]
    switch try ask(endpoints.token, wanted(byPerson: true) + form, secret: refresh) {
    case .token(let token): return token
    case .deviceCode: throw .unreachable("\(authority) gave a code where a token was asked for")
    // It expired, or somebody withdrew it, or wants another proof.
    case .refused("invalid_grant", _), .refused("interaction_required", _),
      .refused(TokenReply.noReason, _):
      return nil
    case .refused(let name, let words): throw .unauthorized(Self.line(name, words))
    }
  }

  /// A token for a person, who signs in elsewhere meanwhile.
  ///
  /// - Parameter show: Shows a line.
  /// - Returns: The token.
  /// - Throws: `RemoteTrouble`.
  func token(byPerson show: (String) -> Void) throws(RemoteTrouble) -> TokenReply.Token {
    guard let address = endpoints.deviceCode else {
      throw .unauthorized("\(authority) has no sign-in by device code")
    }
    let code: TokenReply.DeviceCode
    switch try ask(address, wanted(byPerson: true), secret: nil) {
    case .deviceCode(let found): code = found
    case .token: throw .unreachable("\(authority) gave a token where a code was asked for")
    case .refused(let name, let words): throw .unauthorized(Self.line(name, words))
    }
    show("To sign in, open \(code.address) and enter \(code.userCode)")
    let end = Deadline(milliseconds: code.life * 1_000)
    var interval = code.interval
    while true {
      try pause(interval, until: end)
      let form = [
        ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
        ("device_code", code.code.text),
      ]
      let reply: TokenReply
      do {
        reply = try ask(endpoints.token, form, secret: code.code)
      } catch {
        // A poll that got lost is no end (RFC 8628 section 3.5).
        guard case .unreachable = error, !end.hasPassed else { throw error }
        interval = min(interval * 2, 300)
        continue
      }
      switch reply {
      case .token(let token): return token
      case .deviceCode: throw .unreachable("\(authority) gave a code where a token was asked for")
      case .refused("authorization_pending", _): break
      case .refused("slow_down", _): interval += 5
      case .refused("authorization_declined", _), .refused("access_denied", _):
        throw .unauthorized("the sign-in was declined")
      case .refused("expired_token", _): throw Self.tooLate
      case .refused(let name, let words): throw .unauthorized(Self.line(name, words))
      }
    }
  }

  private static let tooLate = RemoteTrouble.unauthorized(
    "nobody signed in before the code expired")

  /// Waits some seconds.
  private func pause(_ seconds: Int, until end: Deadline) throws(RemoteTrouble) {
    let pause = Deadline(milliseconds: seconds * 1_000)
    while !pause.hasPassed {
      guard csystem_is_interrupted() == 0 else { throw .unauthorized("interrupted") }
      guard !end.hasPassed else { throw Self.tooLate }
      usleep(50_000)
    }
  }
}
