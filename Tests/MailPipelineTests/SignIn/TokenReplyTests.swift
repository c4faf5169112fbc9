import Testing

@testable import HTTP
@testable import MailPipeline
@testable import System
@testable import Tracking

@Suite struct TokenReplyTests {
  private func read(
    _ body: String, status: Int = 200, fields: HTTPFields = [:]
  ) throws(RemoteTrouble) -> TokenReply {
    try TokenReply(HTTPResponse(status: status, fields: fields, body: Array(body.utf8)), now: 1_000)
  }

  @Test("numbers may be texts, as older services write them")
  func numbers() throws {
    guard
      case .token(let token) = try read(
        #"{"access_token": "a.b", "token_type": "bearer", "expires_in": "3599", "x": [1]}"#)
    else {
      Issue.record("no token")
      return
    }
    #expect(token.access.text == "a.b")
    #expect(token.life == 3_599)
    #expect(token.refresh == nil)
  }

  @Test(
    "what is no answer is no token",
    arguments: [
      "", "{}", "[]", "null", "<html>", #"{"access_token": ""}"#, #"{"access_token": 7}"#,
      #"{"access_token": "a\r\nX: y"}"#, #"{"access_token": "a b"}"#,
      #"{"access_token": "a", "token_type": "mac"}"#, #"{"access_token": "\#u{FC}"}"#,
      #"{"device_code": "d", "user_code": "u"}"#,
      #"{"device_code": "d", "user_code": "u", "verification_uri": "http://a.example/"}"#,
      #"{"access_token": "a""#,
    ])
  func broken(body: String) {
    do {
      _ = try read(body)
      Issue.record("\(body) was taken")
    } catch {
      guard case .unreachable = error else {
        Issue.record("\(error)")
        return
      }
    }
  }

  @Test("400 without a word is a refusal, and with a page for people is not")
  func noReason() throws {
    guard case .refused(TokenReply.noReason, "") = try read("", status: 400) else {
      Issue.record("no refusal")
      return
    }
    #expect(throws: RemoteTrouble.self) { _ = try read("<html>", status: 400) }
  }

  @Test("an error is its name and the first line of its words")
  func refusal() throws {
    let body =
      #"{"error": "invalid_client", "error_description": "AADSTS1: No\u202e.\r\nTrace ID: x"}"#
    for status in [400, 401, 403, 200] {
      guard case .refused(let name, let words) = try read(body, status: status) else {
        Issue.record("no refusal")
        return
      }
      #expect(name == "invalid_client")
      #expect(words == "AADSTS1: No\u{FFFD}.")
    }
    guard
      case .refused(_, let words) = try read(
        #"{"error": "x", "error_description": "Why. Trace ID: 1 Correlation ID: 2"}"#)
    else { return }
    #expect(words == "Why.")
  }

  @Test(
    "a refusal holds nothing of what was sent, wherever it is cut", arguments: [0, 80, 280, 295])
  func repeated(before: Int) throws {
    let secret = try #require(Secret("s3cr~t/+\u{E9}-0123456789abcdefghij".utf8))
    let filler = String(repeating: "x", count: before)
    for text in [secret.text, String(decoding: HTTPForm.encoded(secret.text), as: UTF8.self)] {
      let body =
        #"{"error": "\#(filler.prefix(80))\#(text)", "error_description": "\#(filler)\#(text)"}"#
      let reply = try TokenReply(
        HTTPResponse(status: 401, body: Array(body.utf8)), now: 1_000, to: secret)
      guard case .refused(let name, let words) = reply else {
        Issue.record("no refusal")
        return
      }
      #expect(!(name + words).contains("s3cr"), "\(name) \(words)")
      #expect(words.hasPrefix(filler + "(secr".prefix(300 - before)))
    }
  }

  @Test("a service that cannot now is asked later, and one that says when, then")
  func later() {
    func trouble(
      _ body: String, status: Int, fields: HTTPFields = [:]
    ) -> RemoteTrouble? {
      do {
        _ = try read(body, status: status, fields: fields)
        return nil
      } catch {
        return error
      }
    }
    #expect(
      trouble("", status: 429, fields: ["Retry-After": "30"]) == .throttled(until: 1_030))
    #expect(
      trouble("", status: 503, fields: ["Retry-After": "99999999999999999999"])
        == .throttled(until: 87_400))
    for (body, status) in [
      ("", 500), ("", 503), ("", 429), ("{}", 502), (#"{"error": "temporarily_unavailable"}"#, 400),
      ("", 302), ("", 404),
    ] {
      guard case .unreachable = trouble(body, status: status) else {
        Issue.record("\(status)")
        continue
      }
    }
    guard case .unauthorized = trouble("", status: 403) else {
      Issue.record("403 without a word")
      return
    }
  }

  @Test("whatever life a token claims, it is none that overflows")
  func lives() throws {
    for text in ["1e999", "-5", "1e30", "\"x\"", "99999999999999999999", "0"] {
      guard
        case .token(let token)? = try? read(#"{"access_token": "a", "expires_in": \#(text)}"#)
      else { continue }
      #expect((0...86_400).contains(token.life), "\(text)")
    }
  }
}

@Suite struct SignInAuthorityTests {
  private func authority(_ value: String...) -> SignInAuthority? {
    var fields = HTTPFields()
    for value in value { fields.append("WWW-Authenticate", value) }
    return SignInAuthority(HTTPChallenge.all(in: fields))
  }

  @Test("tenant and authority are found in what an answer wants")
  func challenge() {
    let tenant = "72f988bf-86f1-41af-91ab-2d7cd011db47"
    let entra = "https://login.microsoftonline.com/\(tenant)"
    for value in [
      "Bearer authorization_uri=\(entra)/oauth2/authorize, resource_id=https://x.example/",
      "Bearer authorization_uri=\"\(entra)/oauth2/authorize\", resource_id=\"https://x.example/\"",
      "Bearer error=invalid_token, error_description=\"a, b=c \\\" d\", "
        + "authorization_uri=\(entra)/oauth2/v2.0/authorize",
      "bearer AUTHORIZATION_URI=\(entra)/oauth2/authorize",
      "Negotiate, NTLM, Bearer authorization_uri=\(entra)/oauth2/authorize",
    ] {
      let found = authority(value)
      #expect(found?.description == entra, "\(value)")
      #expect(found?.tenant == tenant)
      #expect(found?.isKnown == true)
      #expect(found?.usualEndpoints.token.description == entra + "/oauth2/v2.0/token")
      #expect(found?.usualEndpoints.deviceCode?.description == entra + "/oauth2/v2.0/devicecode")
    }
    #expect(authority("Negotiate", "NTLM TlRMTVNTUAAC==") == nil)
    #expect(authority("Bearer realm=\"x\"") == nil)
    #expect(authority("Bearer authorization_uri=http://login.microsoftonline.com/x") == nil)
    #expect(authority("") == nil)
  }

  @Test("an AD FS is asked at its own addresses, and is nobody's known one")
  func adfs() {
    let found = authority(
      "Bearer authorization_uri=https://adfs.contoso.example/adfs/oauth2/authorize, resource_id=x")
    #expect(found?.isADFS == true)
    #expect(found?.isKnown == false)
    #expect(
      found?.usualEndpoints.token.description == "https://adfs.contoso.example/adfs/oauth2/token")
  }

  @Test("no other host passes for Microsoft's own")
  func known() {
    for text in [
      "https://login.microsoftonline.com.evil.example/t", "https://login.microsoftonline.com:444/t",
      "https://evil.example/login.microsoftonline.com", "http://127.0.0.1/t",
    ] {
      #expect(SignInAuthority(text)?.isKnown == false, "\(text)")
    }
    #expect(SignInAuthority("https://dana@login.microsoftonline.com/t") == nil)
  }

  @Test("a service that sends secrets to another server is not believed")
  func configuration() throws {
    let authority = try #require(SignInAuthority("https://id.example/realm"))
    #expect(
      authority.configuration.description
        == "https://id.example/realm/.well-known/openid-configuration")
    func endpoints(_ json: String, status: Int = 200) -> SignInAuthority.Endpoints? {
      authority.endpoints(in: HTTPResponse(status: status, body: Array(json.utf8)))
    }
    let good = endpoints(
      #"{"token_endpoint": "https://id.example/t", "device_authorization_endpoint": "https://other.example/d"}"#
    )
    #expect(good?.token.description == "https://id.example/t")
    #expect(good?.deviceCode == nil)
    #expect(endpoints(#"{"token_endpoint": "https://evil.example/t"}"#) == nil)
    #expect(endpoints(#"{"token_endpoint": "http://id.example/t"}"#) == nil)
    #expect(endpoints("<html>") == nil)
    #expect(endpoints(#"{"token_endpoint": "https://id.example/t"}"#, status: 404) == nil)
  }

  @Test("a tenant that is named is looked for in the organization's own cloud")
  func tenants() throws {
    func host(_ url: String) throws -> String? {
      SignInAuthority(tenant: "t.example", of: try WebAddress(url))?.description
    }
    #expect(
      try host("https://a.crm4.dynamics.com") == "https://login.microsoftonline.com/t.example")
    #expect(
      try host("https://a.crm.microsoftdynamics.us") == "https://login.microsoftonline.us/t.example"
    )
    #expect(
      try host("https://a.crm.dynamics.cn") == "https://login.partner.microsoftonline.cn/t.example")
    #expect(try host("https://crm.contoso.example/a") == nil)
  }
}
