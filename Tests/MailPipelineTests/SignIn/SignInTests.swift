import Foundation
import Glibc
import Synchronization
import Testing

@testable import HTTP
@testable import MailPipeline
@testable import System
@testable import Tracking

/// Somebody at a terminal, for whom it was decided what he answers.
private final class Person: CredentialPrompt {
  private let said = Mutex<[String]>([])
  private let secret: String?
  private let saves: Bool

  init(secret: String? = nil, saves: Bool = false) {
    self.secret = secret
    self.saves = saves
  }

  var lines: [String] { said.withLock { $0 } }

  func secret(_ question: String) throws(CredentialError) -> Secret? {
    said.withLock { $0.append(question) }
    return secret.flatMap { Secret($0.utf8) }
  }

  func confirm(_ question: String) -> Bool {
    said.withLock { $0.append(question) }
    return saves
  }

  func say(_ line: String) { said.withLock { $0.append(line) } }
}

@Suite(.enabled(if: SignInServer.canRun, SignInServer.missing))
struct SignInTests {
  private let server: SignInServer

  init() throws { server = try SignInServer() }

  private func access(_ change: (inout OrganizationAccess) -> Void) -> OrganizationAccess {
    var access = OrganizationAccess()
    access.clientID = SignInServer.client
    access.authority = server.authority
    change(&access)
    return access
  }

  /// A sign-in to the server's organization, and what asks it.
  private func signIn(
    _ access: OrganizationAccess, prompt: Person? = nil, path: String = "",
    clock: @escaping () -> Int64 = { 0 }
  ) throws -> (signIn: OrganizationSignIn, status: () throws -> Int) {
    var configuration = HTTPSession.Configuration()
    configuration.proxy = ""
    let transport = SignInTransport(configuration)
    let credentials = Credentials(
      organization: "contoso", command: access.passwordCommand, folder: server.folder.path,
      environment: HostEnvironment(variables: [:]), prompt: prompt)
    let address = try DataverseAddress(server.url + path)
    let signIn = OrganizationSignIn(
      to: address.web, resource: address.resource, named: "contoso", access, credentials,
      over: transport, clock: clock)
    // As a session of the Web API does.
    func exchange(isAnew: Bool) throws -> Int {
      var fields: HTTPFields = [:]
      if let value = try signIn.authorization(isAnew: isAnew) {
        fields.append("Authorization", value)
      }
      let answer = try transport.send(
        HTTPRequest(.get, address.web.with(path: address.root + "WhoAmI()"), fields: fields))
      if answer.status == 401 { signIn.challenged(by: answer.fields) }
      return answer.status
    }
    return (
      signIn,
      {
        let status = try exchange(isAnew: false)
        return status == 401 ? try exchange(isAnew: true) : status
      }
    )
  }

  private func trouble(_ body: () throws -> Void) -> RemoteTrouble? {
    do {
      try body()
      return nil
    } catch {
      return error as? RemoteTrouble
    }
  }

  private var tokenRequests: Int {
    get throws { try server.log().count { $0.hasSuffix("/token") } }
  }

  // MARK: Applications

  @Test("an application signs in by its secret, once for many requests")
  func clientSecret() throws {
    let (signIn, status) = try signIn(
      access { $0.passwordCommand = ["printf", "%s", SignInServer.secret] })
    #expect(try status() == 200)
    #expect(try status() == 200)
    #expect(try tokenRequests == 1)
    signIn.confirmed()
    #expect(!FileManager.default.fileExists(atPath: server.folder.path + "/credentials.toml"))
  }

  @Test("a token that is refused is replaced once, and one that ends before it does")
  func renewal() throws {
    var now: Int64 = 0
    let (_, status) = try signIn(
      access { $0.passwordCommand = ["printf", "%s", SignInServer.secret] }, clock: { now })
    #expect(try status() == 200)
    try server.control(#"{"tokens": {}}"#)
    #expect(try status() == 200)
    #expect(try tokenRequests == 2)
    now = 3_530 * 1_000_000_000
    #expect(try status() == 200)
    #expect(try tokenRequests == 2)
    now = 3_541 * 1_000_000_000
    #expect(try status() == 200)
    #expect(try tokenRequests == 3)
    // Where the new one is refused, too, nothing more is tried.
    try server.control(#"{"tokens": {}, "life": -1}"#)
    #expect(try status() == 401)
    #expect(try tokenRequests == 4 + 0)
  }

  @Test("a wrong secret is told without it, though the service repeats it")
  func wrongSecret() throws {
    let (signIn, status) = try signIn(
      access { $0.passwordCommand = ["echo", "hush-hush"] }, prompt: Person())
    let trouble = trouble { _ = try status() }
    #expect(
      trouble
        == .unauthorized("invalid_client: AADSTS7000215: Invalid client secret: (secret)"))
    signIn.confirmed()
  }

  @Test("a secret that was typed is saved after a yes, and only once it proved right")
  func typedSecret() throws {
    let person = Person(secret: SignInServer.secret, saves: true)
    let (signIn, status) = try signIn(access { _ in }, prompt: person)
    #expect(try status() == 200)
    let file = server.folder.path + "/credentials.toml"
    #expect(!FileManager.default.fileExists(atPath: file))
    signIn.confirmed()
    #expect(
      person.lines == [
        "Client secret of application \(SignInServer.client) at contoso",
        "Save the client secret in \(file)?",
      ])
    let (_, again) = try self.signIn(access { _ in })
    #expect(try again() == 200)
  }

  @Test("without a secret it is told where to put one")
  func noSecret() throws {
    let (_, status) = try signIn(access { _ in })
    guard case .unauthorized(let text) = trouble({ _ = try status() }) else {
      Issue.record("let in without a secret")
      return
    }
    #expect(text.contains("password_command") && text.contains("crm-mailfilter.contoso"))
  }

  @Test("what the service of sign-ins does wrongly is told apart")
  func faults() throws {
    func trouble(_ fault: String) throws -> RemoteTrouble? {
      let (_, status) = try signIn(
        access { $0.passwordCommand = ["printf", "%s", SignInServer.secret] })
      // Its own description comes before.
      try server.control(#"{"fault": "\#(fault)"}"#)
      return self.trouble { _ = try status() }
    }
    guard case .unreachable(let text)? = try trouble("html") else {
      Issue.record("a page is no token")
      return
    }
    #expect(text.contains("something else than JSON"))
    guard case .throttled? = try trouble("busy") else {
      Issue.record("busy is no other trouble")
      return
    }
    guard case .unauthorized? = try trouble("empty") else {
      Issue.record("403 without a word is a refusal")
      return
    }
    guard case .unreachable? = try trouble("drop") else {
      Issue.record("no answer is no refusal")
      return
    }
  }

  @Test("an application signs in by its certificate")
  func certificate() throws {
    try server.openssl(
      "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "app.key", "-out", "app.pem",
      "-days", "10", "-subj", "/CN=app")
    try server.openssl("x509", "-in", "app.pem", "-outform", "DER", "-out", "app.der")
    try server.openssl("rsa", "-in", "app.key", "-pubout", "-out", "app.pub")
    let folder = server.folder.path
    _ = chmod(folder + "/app.key", 0o600)
    let good = access {
      $0.certificate = folder + "/app.pem"
      $0.key = folder + "/app.key"
    }
    #expect(try signIn(good).status() == 200)
    #expect(try signIn(good).status() == 200)

    // What is wrong with the files is told without asking anybody.
    let asked = try tokenRequests
    func text(_ change: (inout OrganizationAccess) -> Void) throws -> String {
      var access = good
      change(&access)
      let (_, status) = try signIn(access)
      guard case .unauthorized(let text) = trouble({ _ = try status() }) else { return "let in" }
      return text
    }
    #expect(try text { $0.key = folder + "/app.pem.none" }.hasSuffix("No such file or directory"))
    _ = chmod(folder + "/app.key", 0o644)
    #expect(try text { _ in }.contains("others than you may read it"))
    _ = chmod(folder + "/app.key", 0o600)
    #expect(try text { $0.certificate = folder + "/app.key" }.contains("no certificate in PEM"))
    try server.openssl("genrsa", "-out", "other.key", "2048")
    _ = chmod(folder + "/other.key", 0o600)
    #expect(try text { $0.key = folder + "/other.key" }.contains("is not the key of"))
    try server.openssl(
      "rsa", "-in", "app.key", "-aes128", "-passout", "pass:x", "-out", "locked.key")
    _ = chmod(folder + "/locked.key", 0o600)
    #expect(try text { $0.key = folder + "/locked.key" }.contains("encrypted"))
    try server.openssl("ecparam", "-genkey", "-name", "prime256v1", "-out", "ec.key")
    _ = chmod(folder + "/ec.key", 0o600)
    #expect(try text { $0.key = folder + "/ec.key" }.contains("no RSA key"))
    try server.openssl("req", "-new", "-key", "app.key", "-out", "late.csr", "-subj", "/CN=app")
    try server.openssl(
      "x509", "-req", "-in", "late.csr", "-signkey", "app.key", "-days", "0", "-out", "late.pem")
    #expect(try text { $0.certificate = folder + "/late.pem" }.contains("has expired"))
    #expect(try tokenRequests == asked)
  }

  // MARK: People

  @Test("a person signs in elsewhere by a code, and is not asked again")
  func deviceCode() throws {
    try server.control(#"{"device": ["pending", "pending", "done"]}"#)
    let person = Person(saves: true)
    let device = access { $0.signIn = .deviceCode }
    #expect(try signIn(device, prompt: person).status() == 200)
    #expect(
      person.lines == [
        "To sign in, open \(server.url)/device and enter ABC\u{FFFD}D",
        "Save the sign-in in \(server.folder.path)/credentials.toml?",
      ])
    // Another process, and nobody at a terminal.
    try server.control(#"{"single": true}"#)
    #expect(try signIn(device).status() == 200)
    #expect(try signIn(device).status() == 200)
    #expect(try server.log().count { $0.hasSuffix("/devicecode") } == 1)
  }

  @Test("what replaces a saved sign-in is saved before anything is done with its token")
  func rotation() throws {
    try server.control(#"{"device": "done", "single": true, "interval": 1}"#)
    let device = access { $0.signIn = .deviceCode }
    let (first, status) = try signIn(device, prompt: Person(saves: true))
    #expect(try status() == 200)
    let file = server.folder.path + "/credentials.toml"
    let before = try String(contentsOfFile: file, encoding: .utf8)
    _ = try first.authorization(isAnew: true)
    #expect(try String(contentsOfFile: file, encoding: .utf8) != before)
    #expect(try signIn(device).status() == 200)
  }

  @Test("a sign-in that was not saved holds for the process alone")
  func unsavedSignIn() throws {
    try server.control(#"{"device": "done"}"#)
    let person = Person(saves: false)
    let device = access { $0.signIn = .deviceCode }
    let (signIn, status) = try signIn(device, prompt: person)
    #expect(try status() == 200)
    _ = try signIn.authorization(isAnew: true)
    #expect(person.lines.count == 2)
    guard case .unauthorized(let text) = trouble({ _ = try self.signIn(device).status() }) else {
      Issue.record("let in without a sign-in")
      return
    }
    #expect(text == "nobody signed in; run 'crm-mailfilter org connect contoso' at a terminal")
  }

  @Test("a saved sign-in that holds no more is made anew by who is there")
  func expiredSignIn() throws {
    try server.control(#"{"device": "done"}"#)
    let device = access { $0.signIn = .deviceCode }
    #expect(try signIn(device, prompt: Person(saves: true)).status() == 200)
    try server.control(#"{"refresh": {}}"#)
    guard case .unauthorized(let text) = trouble({ _ = try self.signIn(device).status() }) else {
      Issue.record("let in by what holds no more")
      return
    }
    #expect(text.hasPrefix("the sign-in holds no more; run"))
    let person = Person(saves: true)
    #expect(try signIn(device, prompt: person).status() == 200)
    #expect(person.lines.count == 2)
    #expect(try signIn(device).status() == 200)
  }

  @Test(
    "a sign-in by code that comes to nothing says why",
    arguments: [
      (#"{"device": "decline"}"#, "the sign-in was declined"),
      (#"{"device": "expired"}"#, "nobody signed in before the code expired"),
    ])
  func declined(state: String, words: String) throws {
    try server.control(state)
    let (_, status) = try signIn(access { $0.signIn = .deviceCode }, prompt: Person())
    #expect(trouble { _ = try status() } == .unauthorized(words))
  }

  // MARK: Who wants what

  @Test("an authority that is not Microsoft's own must be named by somebody")
  func foreignAuthority() throws {
    let (_, status) = try signIn(
      access {
        $0.authority = nil
        $0.passwordCommand = ["printf", "%s", SignInServer.secret]
      })
    guard case .unauthorized(let text) = trouble({ _ = try status() }) else {
      Issue.record("a secret was sent where the server said")
      return
    }
    #expect(text.contains("it wants sign-ins at \(server.authority), which is not Microsoft's own"))
    #expect(try tokenRequests == 0)
  }

  @Test("whoever says nothing of how to sign in is told what is wanted")
  func wanted() throws {
    let bearer = trouble { _ = try self.signIn(OrganizationAccess()).status() }
    #expect(
      bearer
        == .unauthorized(
          "it wants a sign-in at \(server.authority): give the id of an application as "
            + "'client_id' (org add --client-id)"))
    let ntlm = trouble { _ = try self.signIn(OrganizationAccess(), path: "/ntlm").status() }
    guard case .unauthorized(let text) = ntlm else {
      Issue.record("let in without a user")
      return
    }
    #expect(text.contains("org add --user"))
    let both = trouble {
      _ = try self.signIn(access { $0.authority = nil }, path: "/ntlm").status()
    }
    guard case .unauthorized(let other) = both else {
      Issue.record("let in by an application where NTLM is wanted")
      return
    }
    #expect(other.contains("it wants an integrated sign-in"))
  }

  @Test("a user and a password that are not taken are told so")
  func wrongPassword() throws {
    var access = OrganizationAccess()
    access.user = #"CONTOSO\dana"#
    access.passwordCommand = ["echo", "hush"]
    let (_, status) = try signIn(access, path: "/ntlm")
    let trouble = trouble { _ = try status() }
    #expect(trouble == .unauthorized("user or password are wrong, or it takes no NTLM"))
  }
}
