import CSystem
import HTTP
import System
import Tracking

/// Signs in to an organization behind a web API, in the way that its entry of the profile says.
///
/// Tokens are kept in memory alone, and had anew shortly before they end and where one is refused.
package final class OrganizationSignIn: DataverseSignIn {
  private let address: WebAddress
  private let resource: String
  private let access: OrganizationAccess
  private let credentials: Credentials
  private let name: String
  private let transport: SignInTransport
  private let clock: () -> Int64

  private var challenges: [HTTPChallenge] = []
  private var service: TokenService?
  private var certificate: ClientCertificate?
  private var token: (access: Secret, end: Int64)?
  /// Whether the connection's own sign-in was prepared.
  private var isPrepared = false

  /// Makes a sign-in; nothing is looked for and nobody asked yet.
  ///
  /// - Parameters:
  ///   - address: What is signed in to.
  ///   - resource: For what tokens are asked.
  ///   - name: What it is called in questions.
  ///   - access: How.
  ///   - credentials: What is secret.
  ///   - transport: What carries requests, those for tokens, too.
  ///   - clock: A time in nanoseconds that nobody sets.
  package init(
    to address: WebAddress, resource: String, named name: String,
    _ access: OrganizationAccess, _ credentials: Credentials, over transport: SignInTransport,
    clock: @escaping () -> Int64 = csystem_monotonic
  ) {
    self.address = address
    self.resource = resource
    self.name = name
    self.access = access
    self.credentials = credentials
    self.transport = transport
    self.clock = clock
  }

  /// Whether what sends requests is there; this loads it.
  package static var hasLibrary: Bool { HTTPSession.hasLibrary }

  package func challenged(by fields: HTTPFields) {
    let found = HTTPChallenge.all(in: fields)
    if !found.isEmpty { challenges = found }
  }

  package func confirmed() {
    do {
      try credentials.offerToSave()
    } catch {
      credentials.prompt?.say("not saved: \(error)")
    }
  }

  package func authorization(isAnew: Bool) throws(RemoteTrouble) -> String? {
    switch access.method {
    case .password?, .integrated?:
      try prepareConnection(isAnew: isAnew)
      return nil
    case .clientSecret?, .certificate?, .deviceCode?:
      if !isAnew, let token, clock() < token.end { return "Bearer " + token.access.text }
      token = nil
      guard let service = try service(isAnew: isAnew) else { return nil }
      return "Bearer " + (try newToken(service)).text
    case nil:
      guard isAnew else { return nil }
      throw .unauthorized(wanted)
    }
  }

  // MARK: Tokens

  /// Who gives tokens; `nil` where the organization must be asked first.
  private func service(isAnew: Bool) throws(RemoteTrouble) -> TokenService? {
    if let service { return service }
    guard let authority = try authority() else {
      guard isAnew else { return nil }
      throw .unauthorized(wanted)
    }
    let found = try TokenService(
      authority, for: resource, clientID: access.clientID ?? "", over: transport)
    service = found
    return found
  }

  /// Where sign-ins are made: as the profile says, or the organization, where nobody else could be meant.
  private func authority() throws(RemoteTrouble) -> SignInAuthority? {
    if let text = access.authority {
      guard let authority = SignInAuthority(text) else {
        throw .unauthorized("authority: '\(SafeText.neutralised(text))' is no https address")
      }
      return authority
    }
    if let tenant = access.tenant, let authority = SignInAuthority(tenant: tenant, of: address) {
      return authority
    }
    guard let authority = SignInAuthority(challenges) else {
      // One of Microsoft's own services that does not say where: any tenant's people may ask it.
      return challenges.contains { $0.scheme == "bearer" }
        ? SignInAuthority(tenant: "organizations", of: address) : nil
    }
    // Where it sends secrets is not for a server alone to say, whose address was mistyped perhaps.
    guard authority.isKnown else {
      throw .unauthorized(
        "it wants sign-ins at \(SafeText.neutralised(authority.description)), which is not "
          + "Microsoft's own; if that is right, give it as 'authority' (org add --authority)")
    }
    return access.tenant.map { authority.with(tenant: $0) } ?? authority
  }

  /// A new token.
  private func newToken(_ service: TokenService) throws(RemoteTrouble) -> Secret {
    let found: TokenReply.Token
    switch access.method {
    case .certificate?:
      found = try service.token(certificate: readCertificate())
    case .deviceCode?:
      found = try personToken(service)
    default:
      let question = "Client secret of application \(access.clientID ?? "") at \(name)"
      guard
        let secret = try look({ () throws(CredentialError) in
          try credentials.secret(.clientSecret, question: question)
        })
      else { throw .unauthorized(credentials.advice(.clientSecret)) }
      found = try service.token(secret: secret)
    }
    // Renewed a little before its end: what is on its way then is let in.
    let life = Int64(max(0, found.life))
    token = (found.access, clock() + (life - min(60, life / 10)) * 1_000_000_000)
    return found.access
  }

  private func readCertificate() throws(RemoteTrouble) -> ClientCertificate {
    if let certificate { return certificate }
    let found = try ClientCertificate(
      certificate: access.certificate ?? "", key: access.key ?? "")
    certificate = found
    return found
  }

  /// A token for a person: by the sign-in that was saved, or a new one.
  private func personToken(_ service: TokenService) throws(RemoteTrouble) -> TokenReply.Token {
    let saved = try look { () throws(CredentialError) in
      try credentials.secret(.refreshToken, question: "")
    }
    if let saved {
      if let token = try service.token(refreshing: saved) {
        try keep(token.refresh)
        return token
      }
      try look { () throws(CredentialError) in try credentials.forget(.refreshToken) }
    }
    guard let prompt = credentials.prompt else {
      throw .unauthorized(
        (saved == nil ? "nobody signed in" : "the sign-in holds no more")
          + "; " + credentials.atTerminal)
    }
    let token = try service.token { prompt.say($0) }
    guard let refresh = token.refresh else { return token }
    if let file = credentials.fileForSaving, prompt.confirm("Save the sign-in in \(file)?") {
      try look { () throws(CredentialError) in try credentials.save(refresh, as: .refreshToken) }
    } else {
      credentials.hold(refresh, as: .refreshToken)
    }
    return token
  }

  /// Keeps what replaces a saved sign-in before anything is done with the token that came with it: the
  /// old one may be worth nothing now.
  private func keep(_ refresh: Secret?) throws(RemoteTrouble) {
    guard let refresh else { return }
    try look { () throws(CredentialError) in
      if try credentials.isSaved(.refreshToken) {
        try credentials.save(refresh, as: .refreshToken)
      } else {
        credentials.hold(refresh, as: .refreshToken)
      }
    }
  }

  private func look<Result>(
    _ body: () throws(CredentialError) -> Result
  ) throws(RemoteTrouble) -> Result {
    do {
      return try body()
    } catch {
      throw .unauthorized(error.description)
    }
  }

  // MARK: Integrated

  /// Gives the connection what it signs in with.
  private func prepareConnection(isAnew: Bool) throws(RemoteTrouble) {
    guard !isAnew else {
      throw .unauthorized(
        access.method == .integrated
          ? "the Kerberos ticket of this process is not taken; see klist(1), "
            + "or give a user and a password"
          : "user or password are wrong, or it takes no NTLM")
    }
    guard !isPrepared else { return }
    if access.method == .integrated {
      transport.configuration.login = .ticket
    } else {
      let user = access.user ?? ""
      guard
        let password = try look({ () throws(CredentialError) in
          try credentials.secret(.password, question: "Password of \(user) at \(name)")
        })
      else { throw .unauthorized(credentials.advice(.password)) }
      transport.configuration.login = .password(user: user, password: password.text)
    }
    isPrepared = true
  }

  /// What an organization wants that was told nothing, or something else.
  private var wanted: String {
    let schemes = Set(challenges.map(\.scheme))
    if let authority = SignInAuthority(challenges) {
      let place = SafeText.neutralised(authority.description)
      return "it wants a sign-in at \(place): give the id of an application as 'client_id' "
        + "(org add --client-id)"
    }
    if schemes.contains("ntlm") || schemes.contains("negotiate") {
      return "it wants an integrated sign-in: give a 'user' (org add --user 'DOMAIN\\NAME'), or "
        + "sign_in = \"integrated\" with a Kerberos ticket (org add --integrated)"
    }
    return "it refuses without saying how to sign in; perhaps it is no organization's address"
  }
}

/// Carries requests over a session that is made with the first of them: what it signs in with is known
/// only then.
package final class SignInTransport: HTTPTransport {
  /// How the session is made.
  package var configuration: HTTPSession.Configuration
  private let make: (HTTPSession.Configuration) -> any HTTPTransport
  private var session: (any HTTPTransport)?

  /// Makes one.
  ///
  /// - Parameters:
  ///   - configuration: How the session is made.
  ///   - make: Makes it.
  package init(
    _ configuration: HTTPSession.Configuration,
    make: @escaping (HTTPSession.Configuration) -> any HTTPTransport = { HTTPSession($0) }
  ) {
    self.configuration = configuration
    self.make = make
  }

  package func send(_ request: HTTPRequest) throws(HTTPError) -> HTTPResponse {
    let session = session ?? make(configuration)
    self.session = session
    return try session.send(request)
  }

  package func disconnect() {
    session?.disconnect()
    session = nil
  }
}

extension OrganizationOpener {
  /// What carries requests to an organization behind a web API, and who sends them.
  ///
  /// - Returns: Both; `nil` where its address is no such one.
  package func signIn(
    for entry: OrganizationEntry
  ) -> (transport: SignInTransport, signIn: OrganizationSignIn)? {
    guard let address = entry.url.dataverse else { return nil }
    var configuration = HTTPSession.Configuration()
    configuration.certificates = entry.access.certificateAuthorities
    let transport = SignInTransport(configuration)
    return (
      transport,
      OrganizationSignIn(
        to: address.web, resource: address.resource, named: entry.name, entry.access,
        credentials(of: entry), over: transport)
    )
  }
}
