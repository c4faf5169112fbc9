/// Where an organization is.
package enum OrganizationURL: Hashable, Sendable {
  /// In a SQLite store; the path as written, absolute or relative to the data directory.
  case sqlite(path: String)

  /// A URL that leads to no organization.
  package enum ParseError: Error, Hashable, CustomStringConvertible {
    /// There is no scheme, or no path after it.
    case malformed(String)
    /// No kind of organization has the scheme.
    case unknownScheme(String)

    /// What is wrong and what to do, in one line.
    package var description: String {
      switch self {
      case .malformed(let url):
        "'\(url)' is no URL of an organization; write sqlite:FILE"
      case .unknownScheme(let scheme):
        "no organization can be reached by '\(scheme):'; this version knows sqlite:FILE"
      }
    }
  }

  /// Reads a URL.
  package static func parse(_ url: String) -> Result<OrganizationURL, ParseError> {
    guard let colon = url.firstIndex(of: ":"), colon > url.startIndex else {
      return .failure(.malformed(url))
    }
    let scheme = url[..<colon].lowercased()
    guard scheme == "sqlite" else { return .failure(.unknownScheme(scheme)) }
    var path = url[url.index(after: colon)...]
    // sqlite:///var/mail/crm.sqlite is the same as sqlite:/var/mail/crm.sqlite.
    if path.hasPrefix("///") { path = path.dropFirst(2) }
    guard !path.isEmpty, !path.hasPrefix("//"), !path.hasSuffix("/"), !path.utf8.contains(0) else {
      return .failure(.malformed(url))
    }
    return .success(.sqlite(path: String(path)))
  }
}
