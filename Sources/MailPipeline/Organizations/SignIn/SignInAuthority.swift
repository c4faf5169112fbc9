import HTTP
import System

/// Where sign-ins are made: a tenant of Entra ID, an AD FS, or another service of OpenID Connect.
package struct SignInAuthority: Hashable, Sendable, CustomStringConvertible {
  /// Its address: `https://login.microsoftonline.com/TENANT`, `https://adfs.contoso.example/adfs`.
  package let base: WebAddress

  /// The hosts of Entra ID, and the organizations' domains that each serves (authenticate-oauth;
  /// national-cloud).
  private static let clouds: [(suffix: String, host: String)] = [
    (".dynamics.com", "login.microsoftonline.com"),
    (".microsoftdynamics.us", "login.microsoftonline.us"),
    (".appsplatform.us", "login.microsoftonline.us"),
    (".dynamics.cn", "login.partner.microsoftonline.cn"),
  ]

  /// Hosts to which secrets are sent because an organization says so.
  private static let known = Set(
    clouds.map(\.host) + ["login.windows.net", "login.microsoft.com", "login.chinacloudapi.cn"])

  /// Takes an address, and leaves out of it what follows the service itself.
  package init?(_ text: String) {
    guard let address = try? WebAddress(text), address.isSecure || address.isLoopback else {
      return nil
    }
    var path = address.path
    for end in ["/oauth2/v2.0/authorize", "/oauth2/authorize"]
    where path.lowercased().hasSuffix(end) {
      path = String(path.dropLast(end.count))
      break
    }
    while path.hasSuffix("/") { path.removeLast() }
    base = address.with(path: path.isEmpty ? "/" : path)
  }

  /// Entra ID's for a tenant, as an organization's cloud has it; `nil` for one that is in none.
  package init?(tenant: String, of address: WebAddress) {
    guard let cloud = Self.clouds.first(where: { address.host.hasSuffix($0.suffix) }) else {
      return nil
    }
    self.init("https://\(cloud.host)/\(tenant)")
  }

  /// What an organization's answer names; `nil` where it names none.
  package init?(_ challenges: [HTTPChallenge]) {
    let bearer = challenges.first { $0.scheme == "bearer" }
    // The second name is that of older documents.
    guard let text = bearer?.parameters["authorization_uri"] ?? bearer?.parameters["authorization"]
    else { return nil }
    self.init(text)
  }

  /// The same service for another tenant.
  package func with(tenant: String) -> SignInAuthority {
    SignInAuthority(base.with(path: "/" + tenant).description) ?? self
  }

  /// Whether it is Microsoft's own, which needs nobody's word.
  package var isKnown: Bool { base.isSecure && base.port == nil && Self.known.contains(base.host) }

  /// Whether it is an AD FS, which is asked for a resource and not for a scope.
  package var isADFS: Bool { base.path.lowercased().split(separator: "/").last == "adfs" }

  /// The tenant, where it is Microsoft's own.
  package var tenant: String? {
    isKnown ? base.path.split(separator: "/").first.map(String.init) : nil
  }

  /// Its address.
  package var description: String { base.path == "/" ? base.origin : base.description }

  /// Where tokens and device codes are had.
  package struct Endpoints: Sendable, Hashable {
    /// Tokens.
    package var token: WebAddress
    /// Device codes; `nil` where there are none.
    package var deviceCode: WebAddress?
  }

  /// The usual ones: of Entra ID (v2-oauth2-client-creds-grant-flow, v2-oauth2-device-code), and of AD
  /// FS.
  package var usualEndpoints: Endpoints {
    let prefix = (base.path == "/" ? "" : base.path) + "/oauth2/" + (isADFS ? "" : "v2.0/")
    return Endpoints(
      token: base.with(path: prefix + "token"), deviceCode: base.with(path: prefix + "devicecode"))
  }

  /// Where it describes itself (OpenID Connect Discovery 1.0 section 4).
  package var configuration: WebAddress {
    base.with(path: (base.path == "/" ? "" : base.path) + "/.well-known/openid-configuration")
  }

  /// The endpoints that it describes.
  ///
  /// - Returns: They; `nil` where it describes none, or one on another server: secrets go to the address
  ///   that somebody named.
  package func endpoints(in response: HTTPResponse) -> Endpoints? {
    struct Description: Decodable {
      var tokenEndpoint: String
      var deviceAuthorizationEndpoint: String?
      private enum CodingKeys: String, CodingKey {
        case tokenEndpoint = "token_endpoint"
        case deviceAuthorizationEndpoint = "device_authorization_endpoint"
      }
    }
    guard response.status == 200, let found = response.json(Description.self),
      let token = try? WebAddress(found.tokenEndpoint), token.origin == base.origin
    else { return nil }
    let device = found.deviceAuthorizationEndpoint.flatMap { try? WebAddress($0) }
    return Endpoints(token: token, deviceCode: device?.origin == base.origin ? device : nil)
  }
}
