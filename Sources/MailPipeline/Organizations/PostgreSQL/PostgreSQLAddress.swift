import Foundation
import InternetMessage
import Tracking

/// An address as it is told to an organization in PostgreSQL, with all keys by which it is compared there.
///
/// Addresses are folded on this side alone: the server compares texts, and knows neither cases nor
/// A-labels.
package struct PostgreSQLAddress: Encodable, Sendable, Hashable {
  /// As it is written.
  package let address: String
  /// The keys under which it may be kept, the present one first.
  package let keys: [String]
  /// The same without the note that follows a plus sign; those that are keys themselves left out.
  package let mailboxes: [String]
  /// What all spellings of the mailbox share; `nil` where nothing is known of its provider.
  package let alias: String?
  /// Its domain and the parents of it, the nearest first.
  package let domains: [String]
  /// Those among them that may say for which company somebody works.
  package let companies: [String]

  /// Tells an address.
  package init(_ address: AddrSpec) {
    let keys = address.storedKeys
    self.address = PostgreSQLText.plain(address.description)
    self.keys = keys.map(PostgreSQLText.plain)
    mailboxes = keys.map { MailboxAlias.mailbox(ofComparisonKey: $0) }
      .filter { !keys.contains($0) }.map(PostgreSQLText.plain)
    alias = MailboxAlias.key(of: address).map(PostgreSQLText.plain)
    domains = Self.parents(of: address.domainKey).map(PostgreSQLText.plain)
    companies = address.domainKeys.flatMap { key in
      Self.parents(of: key).prefix { $0.contains(".") && !PublicMailDomains.contains($0) }
    }.map(PostgreSQLText.plain)
  }

  /// So many labels of a domain are told: DNS has no more (RFC 1035 section 3.1).
  private static let maxLabels = 127

  private static func parents(of domain: String) -> [String] {
    var parents = [domain]
    var rest = Substring(domain)
    while parents.count < maxLabels, let dot = rest.firstIndex(of: ".") {
      rest = rest[rest.index(after: dot)...]
      parents.append(String(rest))
    }
    return parents
  }
}

/// Texts as PostgreSQL takes them.
package enum PostgreSQLText {
  /// So many bytes of a text an index of its surely holds ("B-Tree Indexes": a third of a page).
  private static let longestKey = 2_000

  /// Whether a text can be looked for; mail is not kept away by a longer one, which only its bytes have.
  package static func isKey(_ text: String) -> Bool { text.utf8.count <= longestKey }

  /// A text without U+0000, which no text of PostgreSQL holds.
  package static func plain(_ text: String) -> String {
    guard text.utf8.contains(0) else { return text }
    return String(String.UnicodeScalarView(text.unicodeScalars.filter { $0.value != 0 }))
  }

  /// A value as JSON text.
  package static func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  /// A name as it stands in a statement.
  package static func identifier(_ name: String) -> String {
    "\"" + plain(name).replacing("\"", with: "\"\"") + "\""
  }
}
