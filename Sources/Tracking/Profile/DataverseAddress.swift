import System

/// Where an organization answers Dataverse's Web API (Dynamics 365): made of whatever address of it
/// somebody has.
///
/// `https://contoso.crm4.dynamics.com` online, `https://SERVER/ORGANIZATION` on one's own servers,
/// `https://ORGANIZATION.DOMAIN` where these are reached from outside (compose-http-requests-handle-errors;
/// on-premises, authenticate-web-api).
package struct DataverseAddress: Hashable, Sendable, CustomStringConvertible {
  /// Whether it is Microsoft's own cloud.
  package let isOnline: Bool
  /// Where the organization's pages are: no slash at the end of the path but that of the root.
  package let web: WebAddress
  /// The path of the API, a slash at its end.
  package let root: String

  /// The path of the API where it is not the usual one.
  private let namedRoot: String?

  /// The version of the API that is asked where the address names none: of the cloud, and of the last
  /// version for one's own servers.
  private static let versions = (online: "v9.2", server: "v9.1")

  /// The domains of the organizations of Microsoft's clouds (discovery-service; new-datacenter-regions).
  private static let clouds = [
    ".dynamics.com", ".microsoftdynamics.us", ".microsoftdynamics.de", ".appsplatform.us",
    ".dynamics.cn",
  ]

  /// What is no organization, by what its address ends with, and what it is.
  private static let others: [(suffix: String, words: String)] = [
    ("make.powerapps.com", "the maker portal"), ("apps.powerapps.com", "an app's page"),
    ("powerapps.com", "Power Apps"), ("admin.powerplatform.microsoft.com", "the admin center"),
    ("powerplatform.microsoft.com", "the Power Platform"), ("powerautomate.com", "Power Automate"),
    ("home.dynamics.com", "the start page of Dynamics 365"),
    ("www.dynamics.com", "the start page of Dynamics 365"),
    ("login.microsoftonline.com", "the page of sign-ins"),
    ("login.microsoftonline.us", "the page of sign-ins"),
    ("login.partner.microsoftonline.cn", "the page of sign-ins"),
    ("portal.azure.com", "the Azure portal"), ("entra.microsoft.com", "the Entra portal"),
    ("outlook.office.com", "Outlook"), ("outlook.office365.com", "Outlook"),
    ("sharepoint.com", "SharePoint"),
  ]

  /// What stands first in the paths of an organization's own pages.
  private static let pages: Set<String> = [
    "api", "apps", "biz", "webresources", "xrmservices", "_static", "_forms", "tools", "sfa",
    "home",
    "userdefined", "workplace", "dashboards", "nga", "m", "mspcat", "form", "form.aspx",
    "main.aspx",
    "default.aspx", "loader.aspx",
  ]

  /// Why an address is none of an organization's.
  package enum ParseError: Error, Hashable, Sendable {
    /// It is no address, or of another kind: what it is, to stand after it.
    case unusable(String)

    /// What it is.
    package var words: String {
      switch self {
      case .unusable(let words): words
      }
    }
  }

  /// Reads an address as it was copied from a browser, a program's settings or a document.
  ///
  /// - Throws: `ParseError`.
  package init(_ text: String) throws(ParseError) {
    let address: WebAddress
    do {
      address = try WebAddress(text)
    } catch {
      throw .unusable(error.words)
    }
    guard address.isSecure || address.isLoopback else {
      throw .unusable("is not encrypted; write https://")
    }
    if let other = Self.others.first(where: {
      address.host == $0.suffix || address.host.hasSuffix("." + $0.suffix)
    }) {
      throw .unusable(
        "is \(other.words), not an organization's own; 'crm-mailfilter org discover' lists those, "
          + "and in Dynamics it stands under Settings, Session details, Instance url")
    }
    var segments = address.path.split(separator: "/").map(String.init)
    let isDiscovery =
      address.host.hasPrefix("globaldisco.") || address.host.hasPrefix("disco.")
      || Self.follows(segments, "api", "discovery")
      || Self.follows(segments, "xrmservices", "2011", "discovery.svc")
    guard !isDiscovery else {
      throw .unusable("is the discovery service; give it to 'crm-mailfilter org discover --url'")
    }
    isOnline = Self.clouds.contains { address.host.hasSuffix($0) }
    // On one's own servers, what is no page of the product is the organization's name.
    var base = "/"
    if !isOnline, let first = segments.first, !Self.pages.contains(first.lowercased()) {
      guard first.utf8.allSatisfy({ $0 != UInt8(ascii: "%") && $0 != UInt8(ascii: "?") }) else {
        throw .unusable("has a path that names no organization; write https://SERVER/ORGANIZATION")
      }
      base = "/" + first + "/"
      segments.removeFirst()
    }
    let usual = isOnline ? Self.versions.online : Self.versions.server
    var version = usual
    if Self.follows(segments, "api", "data"), segments.count > 2 {
      guard Self.isVersion(segments[2]) else {
        throw .unusable("names no version of the Web API; write .../api/data/\(version)")
      }
      version = segments[2].lowercased()
    }
    web = address.with(path: base == "/" ? base : String(base.dropLast()))
    root = base + "api/data/" + version + "/"
    namedRoot = version == usual ? nil : root
  }

  private static func follows(_ segments: [String], _ words: String...) -> Bool {
    segments.count >= words.count
      && zip(segments, words).allSatisfy { $0.lowercased() == $1 }
      || segments.count > words.count
        && zip(segments.dropFirst(), words).allSatisfy { $0.lowercased() == $1 }
        && !pages.contains(segments[0].lowercased())
  }

  /// Whether a text is a version: `v9.2`.
  private static func isVersion(_ text: String) -> Bool {
    let parts = text.dropFirst().split(separator: ".", omittingEmptySubsequences: false)
    return text.lowercased().hasPrefix("v") && parts.count == 2
      && parts.allSatisfy { (1...2).contains($0.utf8.count) && $0.allSatisfy(\.isASCIIDigit) }
  }

  /// The address without what it had beside the organization, and the API's version where it is another
  /// than the usual one.
  package var description: String {
    if let namedRoot { return web.origin + namedRoot }
    return web.path == "/" ? web.origin : web.description
  }

  /// For what a token is asked: the organization itself, whatever name of it is used
  /// (authenticate-oauth).
  package var resource: String {
    // The API's own name of an online organization has no resource of its own.
    isOnline ? web.origin.replacing(".api.", with: ".", maxReplacements: 1) : web.origin
  }
}

extension Character {
  fileprivate var isASCIIDigit: Bool { isASCII && isNumber }
}
