/// Where an organization is: a scheme that names its kind, and what that kind makes of the rest.
package struct OrganizationURL: Hashable, Sendable, CustomStringConvertible {
  /// As it was written.
  package let description: String
  /// The kind of organization, in lower case.
  package let scheme: String
  /// Where the organization is, as its kind reads it: of `sqlite` the path of a file, absolute or
  /// relative to the data directory; of `exec` the absolute path of a program.
  package let location: String

  /// The scheme of an organization in a SQLite store.
  package static let sqlite = "sqlite"

  /// The scheme of an organization by a program.
  package static let exec = "exec"

  /// The schemes of the kinds of organizations that this version knows.
  package static let schemes: Set<String> = [sqlite, exec]

  /// The schemes of those that are not on this machine.
  private static let elsewhere: Set<String> = [exec]

  /// Whether the organization is not on this machine.
  package var isElsewhere: Bool { Self.elsewhere.contains(scheme) }

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
        "'\(url)' is no URL of an organization; write sqlite:FILE or exec:/PROGRAM"
      case .unknownScheme(let scheme):
        "no organization can be reached by '\(scheme):'; this version knows sqlite:FILE and exec:/PROGRAM"
      }
    }
  }

  /// Reads a URL.
  ///
  /// - Parameters:
  ///   - url: The URL.
  ///   - schemes: The kinds of organizations that there are.
  /// - Throws: `ParseError`.
  package init(_ url: String, schemes: Set<String> = schemes) throws(ParseError) {
    guard let colon = url.firstIndex(of: ":"), colon > url.startIndex else {
      throw .malformed(url)
    }
    let scheme = url[..<colon].lowercased()
    guard schemes.contains(scheme) else { throw .unknownScheme(scheme) }
    var location = url[url.index(after: colon)...]
    guard !location.isEmpty, !location.utf8.contains(0) else { throw .malformed(url) }
    if scheme == Self.sqlite {
      // sqlite:///var/mail/crm.sqlite is the same as sqlite:/var/mail/crm.sqlite.
      if location.hasPrefix("///") { location = location.dropFirst(2) }
      guard !location.hasPrefix("//"), !location.hasSuffix("/") else { throw .malformed(url) }
    }
    if scheme == Self.exec {
      guard location.hasPrefix("/"), !location.hasPrefix("//"), !location.hasSuffix("/") else {
        throw .malformed(url)
      }
    }
    description = url
    self.scheme = scheme
    self.location = String(location)
  }
}
