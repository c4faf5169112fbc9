import InternetMessage
import System

/// Where an organization is: a scheme that names its kind, and what that kind makes of the rest.
package struct OrganizationURL: Hashable, Sendable, CustomStringConvertible {
  /// As it was written.
  package let description: String
  /// The kind of organization, in lower case.
  package let scheme: String
  /// Where the organization is, as its kind reads it: of `sqlite` the path of a file, absolute or
  /// relative to the data directory; of `exec` the absolute path of a program; of `postgresql` the whole
  /// URL, as libpq takes it; of `https` the address of the organization's pages, see `DataverseAddress`.
  package let location: String

  /// The scheme of an organization in a SQLite store.
  package static let sqlite = "sqlite"

  /// The scheme of an organization by a program.
  package static let exec = "exec"

  /// The scheme of an organization in a PostgreSQL database; `postgres` is the same.
  package static let postgresql = "postgresql"

  /// The scheme of an organization behind Dataverse's Web API.
  package static let https = "https"

  /// The schemes of the kinds of organizations that this version knows.
  package static let schemes: Set<String> = [sqlite, exec, postgresql, https]

  /// The schemes of those that are not on this machine.
  private static let elsewhere: Set<String> = [exec, postgresql, https]

  /// Whether the organization is not on this machine.
  package var isElsewhere: Bool { Self.elsewhere.contains(scheme) }

  /// The organization behind Dataverse's Web API; `nil` for other kinds.
  package var dataverse: DataverseAddress? {
    scheme == Self.https ? try? DataverseAddress(description) : nil
  }

  /// The keys of the profile that say how this side signs in there.
  var accessKeys: [String] {
    switch scheme {
    case Self.https: OrganizationAccess.keys
    // All else libpq reads from the URL and its own files.
    case Self.postgresql: ["password_command"]
    default: []
    }
  }

  /// A URL that leads to no organization.
  package enum ParseError: Error, Hashable, CustomStringConvertible {
    /// There is no scheme, or no path after it.
    case malformed(String)
    /// No kind of organization has the scheme.
    case unknownScheme(String)
    /// A password stands in it, which everybody could read who reads the profile.
    case secret
    /// It is the address of something else: the URL, and what it is.
    case otherPlace(String, String)

    /// What is wrong and what to do, in one line.
    package var description: String {
      switch self {
      case .malformed(let url):
        "'\(url)' is no URL of an organization; write sqlite:FILE, exec:/PROGRAM, "
          + "postgresql://USER@HOST/DATABASE, or https://ADDRESS"
      case .unknownScheme(let scheme):
        "no organization can be reached by '\(scheme):'; this version knows sqlite:FILE, "
          + "exec:/PROGRAM, postgresql://USER@HOST/DATABASE and https://ADDRESS"
      case .secret:
        "a password has no place in a URL, which is written down; leave it out, and put it into "
          + "~/.pgpass, or see CREDENTIALS in crm-mailfilter-postgresql(7)"
      case .otherPlace(let url, let words): "\(SafeText.neutralised(url)) \(words)"
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
    var scheme = url[..<colon].lowercased()
    if scheme == "postgres" { scheme = Self.postgresql }
    // On this machine alone, which `DataverseAddress` makes sure of.
    if scheme == "http" { scheme = Self.https }
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
    if scheme == Self.postgresql {
      // libpq takes the scheme in lower case only.
      guard location.hasPrefix("//") else { throw .malformed(url) }
      guard !Self.hasPassword(location) else { throw .secret }
      location = Substring(scheme + ":" + location)
    }
    if scheme == Self.https {
      do {
        location = try DataverseAddress(url).description[...]
      } catch {
        // What stands before the host may be secret.
        let shown = url.contains("@") ? "the address" : url
        throw .otherPlace(shown, error.words)
      }
    }
    description = url
    self.scheme = scheme
    self.location = String(location)
  }

  /// Whether a URL of libpq's says a password: after the user's name, or as a parameter (PostgreSQL,
  /// "Connection URIs").
  private static func hasPassword(_ location: Substring) -> Bool {
    let rest = location.dropFirst(2)
    let authority = rest.prefix { $0 != "/" && $0 != "?" }
    // A host in brackets has colons of its own; before the last @ is who connects.
    if let at = authority.lastIndex(of: "@"), authority[..<at].contains(":") { return true }
    guard let question = rest.firstIndex(of: "?") else { return false }
    return rest[rest.index(after: question)...].split(separator: "&").contains { parameter in
      let name = parameter.prefix { $0 != "=" }
      return ["password", "sslpassword"].contains(unescaped(name))
    }
  }

  /// A text without percent signs, in lower case.
  private static func unescaped(_ text: Substring) -> String {
    String(decoding: PercentEncoding.decoded(Array(text.utf8)[...]), as: UTF8.self).lowercased()
  }
}
