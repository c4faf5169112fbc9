import Foundation
import Testing

/// A headless Chromium that opens pages, and what they did.
enum Browser {
  static let isThere =
    access("/usr/bin/chromium", X_OK) == 0 && access("/usr/bin/python3", X_OK) == 0
  static let missing: Comment = "there is no chromium; 'make host-packages' installs it"

  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path
  /// What is wrong with a page, as an expression.
  static let rules = (try? String(contentsOfFile: folder + "/page-rules.js", encoding: .utf8)) ?? ""

  /// What a page is opened for.
  struct Order: Encodable {
    /// From the archive's folder on, or whole.
    var url: String
    var expression: String?
    var width = 1280
    var dark = false
    var print = false
    var scripts = true
    var click: String?
  }

  /// What a page did.
  struct Answer: Decodable {
    /// Where the archive was served from.
    var site: String?
    var value: Value?
    var requests: [String]?
    var downloads: [String]?
    var messages: [String]?
    var error: String?

    /// The requests that went anywhere but to the archive.
    var requestsElsewhere: [String] {
      (requests ?? []).filter { !$0.hasPrefix((site ?? "") + "/") }
    }
  }

  /// What an expression came to.
  enum Value: Decodable, Equatable, ExpressibleByStringLiteral, ExpressibleByArrayLiteral {
    case text(String)
    case list([String])

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let list = try? container.decode([String].self) {
        self = .list(list)
      } else {
        self = .text(try container.decode(String.self))
      }
    }

    init(stringLiteral text: String) { self = .text(text) }
    init(arrayLiteral list: String...) { self = .list(list) }
  }

  /// Opens pages of an archive, one after the other.
  ///
  /// - Parameters:
  ///   - orders: The pages, by their paths in the archive.
  ///   - archive: The archive's folder.
  ///   - isServed: Whether a web server serves it; else it is opened as on a file share.
  /// - Returns: What each did.
  /// - Throws: Where the browser cannot be started, or answers something else.
  static func open(_ orders: [Order], of archive: String, isServed: Bool) throws -> [Answer] {
    let site = isServed ? "{site}" : "file://" + archive
    let encoder = JSONEncoder()
    var input: [UInt8] = []
    for order in orders {
      var order = order
      order.url = site + "/" + order.url
      input += Array(try encoder.encode(order)) + [0x0A]
    }
    let result = try Program.run(
      "/usr/bin/python3", [folder + "/browser.py"] + (isServed ? [archive] : []), input: input,
      environment: ["PATH": "/usr/bin:/bin", "TMPDIR": NSTemporaryDirectory()], folder: archive)
    #expect(result.status == 0, "\(result.errors)")
    var answers = try result.text.split(separator: "\n").map {
      try JSONDecoder().decode(Answer.self, from: Data($0.utf8))
    }
    if !isServed { for place in answers.indices { answers[place].site = site } }
    return answers
  }
}
