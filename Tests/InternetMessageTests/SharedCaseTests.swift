import Foundation
import InternetMessage
import Testing

/// Small messages after reports of people who handle mail; they lie beside the repository, not in it.
///
/// What is right of each stands in its `mail.tsv`; here it is put so that a program can ask it.
@Suite(
  "Messages that failed",
  .enabled(if: SharedCases.isPresent, "the cases do not lie beside the repository"))
struct SharedCaseTests {
  /// What must hold of a message.
  typealias Check = @Sendable (Message) throws -> Bool

  /// Parts, charsets, pages: by the number of the message.
  private static let bodies: [String: Check] = [
    "001": { names($0) == ["order.pdf"] },
    "003": { names($0) == ["diploma.pdf"] && $0.text.string.contains("the diploma is attached") },
    "004": { $0.attachments.map(\.mediaType) == ["text/calendar"] },
    "005": { names($0) == ["Claim.xlsx"] },
    "007": { $0.text.string == "The real words stand here.\n" },
    "018": { $0.text.string == "One.\n" },
    "020": { names($0) == ["Invoice(2).pdf"] },
    "024": { names($0) == ["Auftrag_225_2385_5648.pdf"] },
    "025": { names($0) == ["Voice note.htm"] },
    "040": { $0.text.string == "①㈱テスト\n" },
    "045": { $0.text.string == "Grüße aus Köln\n" },
    "047": { $0.text.string == "Grüße\n" },
    "049": { $0.text.string == "Grüße\n" },
    "051": { $0.header.subject == "Übermittlungsstatus" },
    "052": { $0.text.string == "Die Übermittlung ist gescheitert.\n" },
    "053": { $0.text.string == "Grüße\n" },
    "056": { $0.header.subject == "Хотите купить битло" },
    "057": { $0.header.subject == "发信方已撤回邮件：测试" },
    "058": { $0.header.subject == "Незакодированная тема" },
    "150": { $0.header.subject == "Offer for pumps" },
    "151": { $0.text.string == "Plain words\n" },
    "152": { $0.text.string == "Dzień dobry\n" },
    "171": { $0.header.subject == "㈱テスト" },
    "174": { $0.text.string == "Grüße\n" },
  ]

  /// Identifiers, addresses, dates, automatic mail: by the number of the message, with `-a` and `-b`
  /// where it is one of two.
  private static let headers: [String: Check] = [:]

  @Test(
    "body",
    arguments: bodies.keys.sorted())
  func body(number: String) throws {
    let check = try #require(Self.bodies[number])
    #expect(try check(SharedCases.message(number)))
  }

  @Test("header", arguments: headers.keys.sorted())
  func header(number: String) throws {
    let check = try #require(Self.headers[number])
    #expect(try check(SharedCases.message(number)))
  }

  private static func names(_ message: Message) -> [String?] { message.attachments.map(\.name) }
}

private enum SharedCases {
  static let folder = URL(fileURLWithPath: "../shared/cases/mail")

  static var isPresent: Bool { FileManager.default.fileExists(atPath: folder.path) }

  /// The message whose file's name begins with a number.
  static func message(_ number: String) throws -> Message {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    // `120-a` is `120-what-it-is-a-parent.eml`.
    let pieces = number.split(separator: "-").map(String.init)
    let name = names.first {
      $0.hasPrefix(pieces[0] + "-") && (pieces.count == 1 || $0.contains("-\(pieces[1])-"))
    }
    let file = try #require(name, "no message \(number)")
    return Message([UInt8](try Data(contentsOf: folder.appendingPathComponent(file))))
  }
}
