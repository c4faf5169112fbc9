/// The address of something on a web server (RFC 3986): `https` or `http`, a host, perhaps a port, a
/// path and a query.
package struct WebAddress: Hashable, Sendable, CustomStringConvertible {
  /// Whether what is said there is encrypted: `https`.
  package let isSecure: Bool
  /// The host in lower case; an IPv6 address with its brackets.
  package let host: String
  /// The port where it is not the usual one of the scheme.
  package let port: Int?
  /// The path as it was written; "/" where there is none.
  package var path: String
  /// What follows the question mark.
  package var query: String?

  /// The most bytes that an address may have.
  package static let longest = 64 << 10

  /// Why a text is no address of a web server.
  package enum ParseError: Error, Hashable, Sendable {
    /// It begins with neither `https://` nor `http://`.
    case scheme
    /// A user or a password stands before the host.
    case login
    /// There is no host, or none that has this form.
    case host
    /// The port is no number from 1 to 65535.
    case port
    /// It holds a blank, a control character or one that is not ASCII, or is too long.
    case characters

    /// What is wrong, to stand after the address.
    package var words: String {
      switch self {
      case .scheme: "does not begin with https://"
      case .login: "holds a user or password, which has no place in an address"
      case .host: "names no host"
      case .port: "has a port that is no number from 1 to 65535"
      case .characters: "holds what an address cannot hold, or is too long"
      }
    }
  }

  /// Reads an address; what follows a `#` is left out.
  ///
  /// - Throws: `ParseError`.
  package init(_ text: String) throws(ParseError) {
    guard text.utf8.count <= Self.longest,
      text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !Self.forbidden.contains($0) })
    else { throw .characters }
    let whole = text.prefix { $0 != "#" }
    guard let slashes = whole.firstRange(of: "://") else { throw .scheme }
    switch whole[..<slashes.lowerBound].lowercased() {
    case "https": isSecure = true
    case "http": isSecure = false
    default: throw .scheme
    }
    let rest = whole[slashes.upperBound...]
    let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
    let authority = rest[..<end]
    guard !authority.contains("@") else { throw .login }
    let isNumber = authority.hasPrefix("[")
    let hostEnd =
      isNumber
      ? authority.firstIndex(of: "]").map { authority.index(after: $0) }
      : authority.firstIndex(of: ":") ?? authority.endIndex
    guard let hostEnd, Self.isHost(authority[..<hostEnd]) else { throw .host }
    host = authority[..<hostEnd].lowercased()
    let after = authority[hostEnd...]
    if after.isEmpty || after == ":" {
      port = nil
    } else {
      let digits = after.dropFirst()
      guard after.hasPrefix(":"), digits.utf8.count <= 5,
        digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(digits),
        (1...65_535).contains(number)
      else { throw .port }
      port = number == (isSecure ? 443 : 80) ? nil : number
    }
    let target = rest[end...]
    let mark = target.firstIndex(of: "?") ?? target.endIndex
    let written = target[..<mark]
    path = written.isEmpty ? "/" : String(written)
    query = mark < target.endIndex ? String(target[target.index(after: mark)...]) : nil
  }

  /// What no address holds unless it is percent-encoded (RFC 3986 section 2), but `|` and `^`, `{` and
  /// `}`, which browsers leave as they are.
  private static let forbidden = Set("\"<>\\`".utf8)

  private static func isHost(_ text: Substring) -> Bool {
    if text.hasPrefix("[") {
      let inside = text.dropFirst().dropLast()
      return inside.contains(":") && inside.utf8.count <= 45
        && inside.utf8.allSatisfy { isHexadecimal($0) || $0 == 0x3A || $0 == 0x2E }
    }
    return !text.isEmpty && text.utf8.count <= 253 && !text.hasPrefix(".")
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
          UInt8(ascii: "_"):
          true
        default: false
        }
      }
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
      UInt8(ascii: "A")...UInt8(ascii: "F"):
      true
    default: false
    }
  }

  /// Scheme, host and port.
  package var origin: String {
    (isSecure ? "https://" : "http://") + host + (port.map { ":\($0)" } ?? "")
  }

  /// The whole address.
  package var description: String { origin + path + (query.map { "?" + $0 } ?? "") }

  /// Whether it is this machine's own, whatever its name is resolved to.
  package var isLoopback: Bool {
    if host == "localhost" || host == "[::1]" { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
  }

  /// Another path on the same server, without a query.
  package func with(path: String, query: String? = nil) -> WebAddress {
    var other = self
    other.path = path
    other.query = query
    return other
  }
}
