import CSystem
import HTTP
import System
import Tracking

/// Lists the organizations of a user: by the global discovery service online, by a server of one's own
/// elsewhere (discovery-service; on-premises, discover-url-organization-web-api).
package struct DataverseDiscovery {
  /// One of them; texts are safe to print.
  package struct Instance: Sendable, Hashable {
    /// Its short name.
    package var uniqueName: String
    /// What people call it.
    package var friendlyName: String
    /// The address of its pages.
    package var url: String
    /// The version of its program.
    package var version: String
    /// Whether it can be used.
    package var isEnabled: Bool
  }

  /// The global discovery service of the commercial cloud.
  package static let usual = "https://globaldisco.crm.dynamics.com"

  private let address: WebAddress
  /// Whether it is one of Microsoft's, which lists organizations for people alone.
  package let isGlobal: Bool

  /// Scheme, host and port.
  package var origin: String { address.origin }

  /// Whether a text is the address of such a service, and not that of an organization.
  package static func isService(_ text: String) -> Bool {
    guard let found = try? WebAddress(text) else { return false }
    let segments = found.path.lowercased().split(separator: "/")
    return found.host.hasPrefix("globaldisco.")
      || zip(segments, segments.dropFirst()).contains { $0 == "api" && $1 == "discovery" }
  }

  /// The most bytes of an answer.
  private static let longest = 4 << 20
  /// So many pages are read.
  private static let maxPages = 20

  /// Takes the address of a service, or of a server of one's own.
  ///
  /// - Throws: `OrganizationURL.ParseError`.
  package init(_ text: String) throws(OrganizationURL.ParseError) {
    let found: WebAddress
    do {
      found = try WebAddress(text)
    } catch {
      throw .otherPlace(text.contains("@") ? "the address" : text, error.words)
    }
    guard found.isSecure || found.isLoopback else {
      throw .otherPlace(text, "is not encrypted; write https://")
    }
    let segments = found.path.split(separator: "/").map(String.init)
    isGlobal = found.host.hasPrefix("globaldisco.")
    let named = zip(segments, segments.dropFirst()).enumerated()
      .first { $1.0.lowercased() == "api" && $1.1.lowercased() == "discovery" }?.offset
    let version =
      named.flatMap { $0 + 2 < segments.count ? segments[$0 + 2] : nil }
      ?? (isGlobal ? "v2.0" : "v9.0")
    let prefix = named.map { segments[..<$0].map { "/" + $0 }.joined() } ?? ""
    // The columns that the documents name; a server of one's own gives all it has.
    address = found.with(
      path: prefix + "/api/discovery/" + version + "/Instances",
      query: isGlobal ? "$select=ApiUrl,FriendlyName,UniqueName,Url,State,Version" : nil)
  }

  private struct Page: Decodable {
    var value: [Row]
    var next: String?
    private enum CodingKeys: String, CodingKey {
      case value
      case next = "@odata.nextLink"
    }

    struct Row: Decodable {
      var uniqueName: String?
      var friendlyName: String?
      var url: String?
      var version: String?
      var state: Int?
      private enum CodingKeys: String, CodingKey {
        case uniqueName = "UniqueName"
        case friendlyName = "FriendlyName"
        case url = "Url"
        case version = "Version"
        case state = "State"
      }
    }
  }

  /// Asks.
  ///
  /// - Parameters:
  ///   - access: How to sign in.
  ///   - prompt: Who can be asked for what is secret.
  /// - Returns: The organizations, in the order in which they are told.
  /// - Throws: `RemoteTrouble`.
  package func instances(
    _ access: OrganizationAccess, prompt: (any CredentialPrompt)?
  ) throws(RemoteTrouble) -> [Instance] {
    var configuration = HTTPSession.Configuration()
    configuration.certificates = access.certificateAuthorities
    let transport = SignInTransport(configuration)
    defer { transport.disconnect() }
    let signIn = OrganizationSignIn(
      to: address, resource: address.origin, named: address.host, access,
      // Nothing is saved: no organization has a name yet.
      Credentials(
        organization: address.host, command: access.passwordCommand, folder: nil,
        environment: .process, prompt: prompt, isInProfile: false), over: transport)
    var found: [Instance] = []
    var next: WebAddress? = address
    for _ in 0..<Self.maxPages {
      guard let page = next else { break }
      let answer = try ask(page, transport, signIn)
      guard answer.isSuccess, let read = answer.json(Page.self) else { throw trouble(answer) }
      found += read.value.map(Self.instance)
      let link = read.next.flatMap { try? WebAddress($0) }
      next = link?.origin == address.origin ? link : nil
    }
    return found
  }

  private func ask(
    _ page: WebAddress, _ transport: SignInTransport, _ signIn: OrganizationSignIn
  ) throws(RemoteTrouble) -> HTTPResponse {
    for isAnew in [false, true] {
      var request = HTTPRequest(
        .get, page,
        fields: ["Accept": "application/json", "OData-Version": "4.0", "OData-MaxVersion": "4.0"])
      if let value = try signIn.authorization(isAnew: isAnew) {
        request.fields.append("Authorization", value)
      }
      request.answerLimit = Self.longest
      do {
        let answer = try transport.send(request)
        guard answer.status == 401, !isAnew else { return answer }
        signIn.challenged(by: answer.fields)
      } catch {
        throw .unreachable("\(error)")
      }
    }
    throw .unauthorized("it lets nobody in")
  }

  private func trouble(_ answer: HTTPResponse) -> RemoteTrouble {
    let now = csystem_realtime() / 1_000_000_000
    return switch answer.status {
    case 401: .unauthorized("the token is not taken")
    case 403:
      .unauthorized("it lists organizations for people, not for applications: --device-code")
    case 404: .unreachable("there is no discovery service at \(address.origin)")
    case 429: .throttled(until: now + max(1, min(answer.retryAfter(now: now) ?? 60, 86_400)))
    case 300..<400:
      .unreachable("\(address.origin) leads elsewhere; perhaps the network wants a login first")
    default:
      .unreachable(
        "the discovery service answers with status \(answer.status)"
          + (answer.isSuccess ? " and something else than a list" : ""))
    }
  }

  private static func instance(_ row: Page.Row) -> Instance {
    func safe(_ text: String?) -> String {
      SafeText.neutralised(
        String(String.UnicodeScalarView((text ?? "").unicodeScalars.prefix(200))))
    }
    let url = row.url.flatMap { try? DataverseAddress($0) }?.description ?? safe(row.url)
    return Instance(
      uniqueName: safe(row.uniqueName), friendlyName: safe(row.friendlyName), url: url,
      version: safe(row.version), isEnabled: (row.state ?? 0) == 0)
  }
}
