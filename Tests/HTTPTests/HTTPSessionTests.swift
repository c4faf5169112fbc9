import Foundation
import Testing

@testable import HTTP
@testable import System

@Suite(.enabled(if: WebServers.canRun, WebServers.missing))
struct HTTPSessionTests {
  private let servers: WebServers

  init() throws { servers = try #require(WebServers.shared) }

  /// What is thrown for a request.
  private func error(
    of request: HTTPRequest, _ change: (inout HTTPSession.Configuration) -> Void = { _ in }
  ) -> HTTPError? {
    do {
      _ = try servers.session(change).send(request)
      return nil
    } catch {
      return error
    }
  }

  private func hits(_ target: String) throws -> String {
    let answer = try servers.session().send(HTTPRequest(.get, servers.plain("/hits?" + target)))
    return String(decoding: answer.body, as: UTF8.self)
  }

  @Test("method, fields and body arrive, and those of the answer come back")
  func exchange() throws {
    for address in [try servers.plain("/echo?a=%20b"), try servers.secure("/echo?a=%20b")] {
      let answer = try servers.session().send(
        HTTPRequest(
          .patch, address,
          fields: ["Authorization": "Bearer abc", "If-Match": "*", "X-Empty": ""],
          body: Array("{\"é\":1}".utf8)))
      let echo = try #require(answer.json(Echo.self))
      #expect(answer.status == 200)
      #expect(answer.isSuccess)
      #expect(answer.mediaType == "application/json")
      #expect(answer.fields.values(of: "x-twice") == ["1", "2"])
      #expect(echo.method == "PATCH")
      #expect(echo.target == "/echo?a=%20b")
      #expect(echo.fields["authorization"] == "Bearer abc")
      #expect(echo.fields["if-match"] == "*")
      #expect(echo.fields["x-empty"] == "")
      #expect(echo.fields["expect"] == nil)
      #expect(Array(echo.body.unicodeScalars.map { UInt8($0.value) }) == Array("{\"é\":1}".utf8))
    }
  }

  @Test(
    "each method is sent as it is named", arguments: ["GET", "POST", "PATCH", "PUT", "DELETE"])
  func methods(name: String) throws {
    let method = try #require(HTTPRequest.Method(rawValue: name))
    for body in [nil, [], Array("x".utf8)] as [[UInt8]?] {
      let answer = try servers.session().send(
        HTTPRequest(method, servers.plain("/echo"), body: body))
      let echo = try #require(answer.json(Echo.self))
      #expect(echo.method == name)
      #expect(echo.body.count == (body?.count ?? 0))
    }
  }

  @Test("what compresses is expanded, and an answer in the middle is none")
  func forms() throws {
    let session = servers.session()
    let zipped = try session.send(HTTPRequest(.get, servers.plain("/zipped")))
    #expect(zipped.json(Echo.self)?.target == "/zipped")
    let late = try session.send(HTTPRequest(.get, servers.plain("/continue")))
    #expect(late.status == 200)
    #expect(late.fields["X-Early"] == nil)
    let none = try session.send(HTTPRequest(.delete, servers.plain("/none")))
    #expect(none.status == 204)
    #expect(none.body.isEmpty)
    #expect(none.fields["odata-entityid"] == "x")
    let page = try session.send(HTTPRequest(.get, servers.plain("/html")))
    #expect(page.mediaType == "text/html")
    #expect(page.json(Echo.self) == nil)
  }

  @Test("a redirection is an answer: what is secret is not carried on")
  func redirection() throws {
    let answer = try servers.session().send(
      HTTPRequest(.get, servers.plain("/redirect"), fields: ["Authorization": "Bearer abc"]))
    #expect(answer.status == 302)
    #expect(answer.fields["Location"] == "/echo?redirected")
    #expect(try hits("/echo?redirected") == "0")
  }

  @Test("a connection is kept, and none for what can be done but once")
  func connections() throws {
    let session = servers.session()
    func connection(isRepeatable: Bool) throws -> Int? {
      var request = HTTPRequest(.post, try servers.secure("/echo"), body: [])
      request.isRepeatable = isRepeatable
      return try session.send(request).json(Echo.self)?.connection
    }
    let first = try connection(isRepeatable: true)
    #expect(try connection(isRepeatable: true) == first)
    #expect(try connection(isRepeatable: false) != first)
    session.disconnect()
    #expect(try connection(isRepeatable: true) != first)
  }

  @Test("a kept connection that is closed is made anew")
  func staleConnection() throws {
    let session = servers.session()
    let target = "/closes?stale"
    for number in 1...3 {
      let answer = try session.send(HTTPRequest(.post, servers.plain(target), body: []))
      #expect(answer.json(Echo.self)?.hits == number)
    }
  }

  @Test("what was sent and got no whole answer may have been done")
  func noAnswer() throws {
    for path in ["/truncated", "/dropped", "/reset", "/garbage"] {
      for address in [try servers.plain(path), try servers.secure(path)] {
        let error = error(of: HTTPRequest(.post, address, body: [1]))
        guard case .noAnswer = error else {
          Issue.record("\(address): \(String(describing: error))")
          continue
        }
        #expect(error?.mayHaveBeenDone == true)
      }
    }
    var slow = HTTPRequest(.get, try servers.plain("/silent"))
    slow.timeLimit = 300
    guard case .noAnswer = error(of: slow) else {
      Issue.record("a silent server is no answer")
      return
    }
  }

  @Test("what was not sent was not done")
  func notConnected() throws {
    // Port 1 of this machine: nobody listens there.
    for address in ["http://127.0.0.1:1/", "https://127.0.0.1:1/", "https://nobody.invalid/"] {
      let error = error(of: HTTPRequest(.post, try WebAddress(address), body: [1]))
      guard case .notConnected = error else {
        Issue.record("\(address): \(String(describing: error))")
        continue
      }
      #expect(error?.mayHaveBeenDone == false)
    }
  }

  @Test("TLS before 1.2 is no connection")
  func oldTLS() throws {
    let address = try WebAddress("https://localhost:\(servers.ports.old)/echo?old")
    guard case .notConnected = error(of: HTTPRequest(.get, address)) else {
      Issue.record("TLS 1.1 was spoken")
      return
    }
    #expect(try hits("/echo?old") == "0")
  }

  @Test("a certificate of nobody known, or for another name, ends it before anything is sent")
  func certificates() throws {
    func isCertificate(_ error: HTTPError?) -> Bool {
      if case .certificate = error { return true }
      return false
    }
    let good = HTTPRequest(.get, try servers.secure("/echo?untrusted"))
    #expect(isCertificate(error(of: good) { $0.certificates = nil }))
    #expect(isCertificate(error(of: good) { $0.certificates = "/nowhere.pem" }))
    let other = try WebAddress("https://localhost:\(servers.ports.other)/echo?untrusted")
    #expect(isCertificate(error(of: HTTPRequest(.get, other))))
    #expect(try hits("/echo?untrusted") == "0")
  }

  @Test("what is too large is not read to its end", arguments: ["/huge", "/huge-header", "/bomb"])
  func tooLarge(path: String) throws {
    var request = HTTPRequest(.get, try servers.plain(path))
    request.answerLimit = 1 << 20
    #expect(error(of: request) == .tooLarge(limit: 1 << 20))
  }

  @Test("an answer of just the most bytes is read")
  func limit() throws {
    var request = HTTPRequest(.get, try servers.plain("/html"))
    request.answerLimit = 27
    #expect(try servers.session().send(request).body.count == 27)
    request.answerLimit = 26
    #expect(error(of: request) == .tooLarge(limit: 26))
  }

  @Test("a proxy that asks for a login says so, and one that knows it lets through")
  func proxy() throws {
    let port = servers.ports.proxy
    for address in [try servers.secure("/echo?proxied"), try servers.plain("/echo?proxied")] {
      for login in ["", "dana:wrong@"] {
        guard
          case .proxyLogin(let text) = error(
            of: HTTPRequest(.get, address), { $0.proxy = "http://\(login)127.0.0.1:\(port)" })
        else {
          Issue.record("\(address) was answered")
          continue
        }
        #expect(!text.contains("wrong"))
      }
    }
    #expect(try hits("/echo?proxied") == "0")
    let answer = try servers.session { $0.proxy = "http://dana:pass@127.0.0.1:\(port)" }
      .send(HTTPRequest(.get, servers.secure("/echo?proxied")))
    #expect(answer.json(Echo.self)?.fields["proxy-authorization"] == nil)
    #expect(answer.fields["X-Proxy"] == nil)
    let request = HTTPRequest(.get, try servers.secure("/echo?proxied"))
    guard case .notConnected = error(of: request, { $0.proxy = "http://127.0.0.1:1" }) else {
      Issue.record("no proxy, and an answer")
      return
    }
  }

  @Test(
    "a real proxy that asks for a login says so, and lets through who knows it",
    .enabled(
      if: FileManager.default.isExecutableFile(atPath: "/usr/bin/tinyproxy"),
      "no /usr/bin/tinyproxy (Debian: tinyproxy)"))
  func tinyproxy() throws {
    let proxy = try TinyProxy(login: "dana pass")
    let request = HTTPRequest(.get, try servers.secure("/echo?tinyproxied"))
    for login in ["", "dana:wrong@"] {
      guard case .proxyLogin = error(of: request, { $0.proxy = proxy.url(login) }) else {
        Issue.record("'\(login)' is let through")
        continue
      }
    }
    #expect(try hits("/echo?tinyproxied") == "0")
    let answer = try servers.session { $0.proxy = proxy.url("dana:pass@") }.send(request)
    #expect(answer.json(Echo.self)?.fields["proxy-authorization"] == nil)
    guard
      case .certificate = error(
        of: request,
        {
          $0.proxy = proxy.url("dana:pass@")
          $0.certificates = nil
        })
    else {
      Issue.record("anybody's certificate will do")
      return
    }
  }

  @Test("a server that is busy says for how long")
  func busy() throws {
    let answer = try servers.session().send(HTTPRequest(.get, servers.plain("/busy")))
    #expect(answer.status == 429)
    #expect(answer.retryAfter(now: 0) == 7)
  }

  @Test("nothing leaves this machine unencrypted, and no field breaks a line")
  func unusable() throws {
    func isUnusable(_ request: HTTPRequest) -> Bool {
      if case .unusable = error(of: request) { return true }
      return false
    }
    #expect(isUnusable(HTTPRequest(.get, try WebAddress("http://crm.example/"))))
    #expect(isUnusable(HTTPRequest(.get, try WebAddress("http://127.0.0.1.example/"))))
    let address = try servers.plain("/echo?broken")
    for value in ["a\r\nX-Other: b", "a\nb", "a\u{0}b"] {
      #expect(isUnusable(HTTPRequest(.get, address, fields: ["X-Name": value])))
    }
    #expect(isUnusable(HTTPRequest(.get, address, fields: ["X-Name: a\r\nX": "b"])))
    #expect(try hits("/echo?broken") == "0")
  }

  @Test("a library that is not there is one line that says what to install")
  func noLibrary() throws {
    do {
      _ = try CurlLibrary(["libnothing-of-this-name.so.4"])
      Issue.record("there is such a library")
    } catch {
      #expect(
        error.description.hasPrefix(
          "libnothing-of-this-name.so.4: cannot open shared object file"))
      #expect(error.description.hasSuffix("install libcurl (Debian: apt install libcurl4)"))
      #expect(!error.description.contains("\n"))
    }
  }
}
