import System

/// How this side signs in to an organization elsewhere, as its `[[organization]]` says: everything but
/// what is secret, see crm-mailfilter.toml(5).
package struct OrganizationAccess: Hashable, Sendable {
  /// How somebody proves who he is.
  package enum Method: String, Sendable, CaseIterable {
    /// An application with its secret (RFC 6749 section 4.4).
    case clientSecret = "client-secret"
    /// An application with a certificate (RFC 7523).
    case certificate
    /// A person who enters a code elsewhere (RFC 8628).
    case deviceCode = "device-code"
    /// A user with a password: NTLM.
    case password
    /// Whoever this process has a Kerberos ticket of: Negotiate.
    case integrated
  }

  /// `sign_in`; `nil` where it is found by what else is given.
  package var signIn: Method?
  /// `user`: a login such as `CONTOSO\dana`.
  package var user: String?
  /// `password_command`: a program and its arguments, whose first line is the secret; empty for none.
  package var passwordCommand: [String] = []
  /// `ca_file`: certificate authorities in PEM, instead of the system's.
  package var certificateAuthorities: String?
  /// `client_id`: the application's id.
  package var clientID: String?
  /// `tenant`: the directory in which it is registered, an id or a domain.
  package var tenant: String?
  /// `authority`: where sign-ins are made, where it is not Microsoft's own.
  package var authority: String?
  /// `certificate`: the application's certificate in PEM.
  package var certificate: String?
  /// `key`: the file of its private key in PEM.
  package var key: String?

  /// None.
  package init() {}

  /// How somebody signs in: as it is written, or as what is given lets him.
  package var method: Method? {
    if let signIn { return signIn }
    if certificate != nil { return .certificate }
    if clientID != nil { return .clientSecret }
    return user != nil ? .password : nil
  }

  /// The keys of the profile.
  static let keys = [
    "sign_in", "user", "password_command", "ca_file", "client_id", "tenant", "authority",
    "certificate", "key",
  ]

  /// The keys that are texts, as the profile has them.
  var written: [(key: String, value: String)] {
    let values: [(String, String?)] = [
      ("sign_in", signIn?.rawValue), ("client_id", clientID), ("tenant", tenant),
      ("authority", authority), ("certificate", certificate), ("key", key), ("user", user),
      ("ca_file", certificateAuthorities),
    ]
    return values.compactMap { key, value in value.map { (key, $0) } }
  }

  /// What is missing for its way of signing in, or of no use for it; `nil` where nothing is.
  package var problem: (key: String, text: String)? {
    let given: [(String, Bool)] = [
      ("client_id", clientID != nil), ("tenant", tenant != nil), ("authority", authority != nil),
      ("certificate", certificate != nil), ("key", key != nil), ("user", user != nil),
      ("password_command", !passwordCommand.isEmpty),
    ]
    let needed: [String]
    let allowed: [String]
    switch method {
    case .clientSecret?:
      (needed, allowed) = (["client_id"], ["tenant", "authority", "password_command"])
    case .certificate?:
      (needed, allowed) = (["client_id", "certificate", "key"], ["tenant", "authority"])
    case .deviceCode?: (needed, allowed) = (["client_id"], ["tenant", "authority"])
    case .password?: (needed, allowed) = (["user"], ["password_command"])
    case .integrated?: (needed, allowed) = ([], [])
    case nil: (needed, allowed) = ([], ["tenant", "authority", "password_command"])
    }
    let way = method.map { "sign_in '\($0.rawValue)'" } ?? "no way to sign in"
    if let key = needed.first(where: { key in !given.contains { $0.0 == key && $0.1 } }) {
      return ("sign_in", "\(way) needs '\(key)'; add it")
    }
    if let (key, _) = given.first(where: {
      $0.1 && !needed.contains($0.0) && !allowed.contains($0.0)
    }) {
      return (key, "'\(key)' is of no use for \(way); leave it out")
    }
    return nil
  }
}

extension ProfileReader {
  /// Reads how this side signs in.
  static func access(
    _ table: TOMLTableReader, of url: OrganizationURL
  ) throws -> OrganizationAccess {
    let present = OrganizationAccess.keys.first { table.nodes[$0] != nil }
    guard let present else { return OrganizationAccess() }
    let allowed = url.accessKeys
    guard allowed.contains(present) else {
      throw Problem(
        path: table.at(present), text: "'\(present)' has no meaning for \(url.scheme): leave it out"
      )
    }
    var access = OrganizationAccess()
    for key in OrganizationAccess.keys where table.nodes[key] != nil && !allowed.contains(key) {
      throw Problem(
        path: table.at(key), text: "'\(key)' has no meaning for \(url.scheme): leave it out")
    }
    if let word = try table.string("sign_in") {
      guard let method = OrganizationAccess.Method(rawValue: word) else {
        let known = OrganizationAccess.Method.allCases.map(\.rawValue)
        throw Problem(
          path: table.at("sign_in"),
          text: "sign_in does not know '\(word)'; it takes \(known.joined(separator: ", "))"
            + Suggestion.hint(for: word, among: known))
      }
      access.signIn = method
    }
    access.user = try printable(table, "user")
    access.clientID = try name(table, "client_id")
    access.tenant = try name(table, "tenant")
    access.certificateAuthorities = try path(table, "ca_file")
    access.certificate = try path(table, "certificate")
    access.key = try path(table, "key")
    if let text = try table.string("authority") {
      do {
        let address = try WebAddress(text)
        guard address.isSecure || address.isLoopback else { throw WebAddress.ParseError.scheme }
      } catch let error as WebAddress.ParseError {
        throw Problem(path: table.at("authority"), text: "authority: '\(text)' \(error.words)")
      }
      access.authority = text
    }
    if let words = try table.strings("password_command") {
      guard case .array? = table.nodes["password_command"], let first = words.first,
        !first.isEmpty, words.allSatisfy({ !$0.utf8.contains(0) })
      else {
        throw Problem(
          path: table.at("password_command"),
          text: "password_command is a list of a program and its arguments, such as "
            + "[\"pass\", \"show\", \"crm\"]; no shell reads it")
      }
      access.passwordCommand = words
    }
    if url.scheme == OrganizationURL.https, let problem = access.problem {
      throw Problem(path: table.at(problem.key), text: problem.text)
    }
    return access
  }

  /// A text of one line.
  private static func printable(_ table: TOMLTableReader, _ key: String) throws -> String? {
    guard let text = try table.string(key) else { return nil }
    guard text.utf8.count <= 256, SafeText.neutralised(text) == text else {
      throw Problem(path: table.at(key), text: "'\(key)' holds a control character, or is too long")
    }
    return text
  }

  /// An id or a domain: it becomes part of an address.
  private static func name(_ table: TOMLTableReader, _ key: String) throws -> String? {
    guard let text = try table.string(key) else { return nil }
    guard OrganizationAccess.isName(text) else {
      throw Problem(
        path: table.at(key),
        text: "'\(text)' is no \(key); it is of letters, digits, '.' and '-', such as "
          + "11111111-2222-3333-4444-555555555555")
    }
    return text
  }

  /// A path that does not depend on where a run starts.
  private static func path(_ table: TOMLTableReader, _ key: String) throws -> String? {
    guard let text = try table.string(key) else { return nil }
    guard text.hasPrefix("/"), !text.utf8.contains(0) else {
      throw Problem(
        path: table.at(key), text: "'\(key)' is no absolute path; write /DIRECTORY/FILE")
    }
    return text
  }
}

extension OrganizationAccess {
  /// Whether a text may be a client's id or a tenant.
  package static func isName(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 128 && !text.hasPrefix(".")
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."):
          true
        default: false
        }
      }
  }
}
