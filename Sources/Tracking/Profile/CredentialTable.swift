import System
import TOMLKit

/// What is secret of organizations, as the file credentials.toml holds it: a table for each of them.
package struct CredentialTable: Sendable {
  /// The texts by organization and name.
  private var secrets: [String: [String: String]] = [:]

  /// The names that a table may have.
  package static let names = ["password", "client_secret", "refresh_token"]

  /// None.
  package init() {}

  /// Reads a file; what is wrong with it never holds what stands in it.
  ///
  /// - Throws: `ProfileError`.
  package init(toml: [UInt8], path: String) throws(ProfileError) {
    guard !toml.contains(0), let text = String(validating: toml, as: UTF8.self) else {
      throw ProfileError(path: path, line: nil, problem: "not a text in UTF-8")
    }
    // The library would end the process at these.
    if let line = TOMLScanner.brokenHeaderLine(in: toml) ?? TOMLScanner.strayBraceLine(in: toml) {
      throw ProfileError(path: path, line: line, problem: "no TOML")
    }
    let root: TOMLTableNodes
    do {
      guard case .table(let found) = try TOMLNode(document: text) else {
        throw ProfileError(path: path, line: nil, problem: "not a TOML document")
      }
      root = found
    } catch let error as TOMLParseError {
      // What it quotes may be secret.
      throw ProfileError(path: path, line: error.source.begin.line, problem: "no TOML")
    } catch {
      throw ProfileError(path: path, line: nil, problem: "cannot be read as TOML")
    }
    for organization in root.keys {
      guard case .table(let nodes)? = root[organization] else {
        throw ProfileError(
          path: path, line: nil,
          problem: "a key that is in no table; write [ORGANIZATION] above it")
      }
      for name in nodes.keys {
        guard Self.names.contains(name), case .string(let secret)? = nodes[name], !secret.isEmpty
        else {
          throw ProfileError(
            path: path, line: nil,
            problem: "[\(SafeText.neutralised(organization))] takes texts named "
              + Self.names.joined(separator: ", "))
        }
        secrets[organization, default: [:]][name] = secret
      }
    }
  }

  /// A secret of an organization; setting `nil` takes it away.
  package subscript(organization: String, name: String) -> String? {
    get { secrets[organization]?[name] }
    set {
      secrets[organization, default: [:]][name] = newValue
      if secrets[organization]?.isEmpty == true { secrets[organization] = nil }
    }
  }

  /// The file, the organizations in the order of their names.
  package var toml: [UInt8] {
    var text =
      "# Secrets of organizations, see crm-mailfilter.toml(5). This user's alone: chmod 600\n"
    for (organization, values) in secrets.sorted(by: { $0.key < $1.key }) {
      text += "\n[\(Self.quoted(organization))]\n"
      for (name, value) in values.sorted(by: { $0.key < $1.key }) {
        text += "\(name) = \(Self.quoted(value))\n"
      }
    }
    return Array(text.utf8)
  }

  private static func quoted(_ text: String) -> String {
    String(decoding: ProfileEditor.quoted(text), as: UTF8.self)
  }
}
