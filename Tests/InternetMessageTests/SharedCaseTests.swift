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
    "010": {
      names($0) == ["forwarded.eml"] && $0.text.string.hasSuffix("\n\nInner words.\n")
        && $0.attachments.map(\.size) == [101]
    },
    "018": { $0.text.string == "One.\n" },
    "020": { names($0) == ["Invoice(2).pdf"] },
    "024": { names($0) == ["Auftrag_225_2385_5648.pdf"] },
    "025": { names($0) == ["Voice note.htm"] },
    "035": {
      names($0) == ["note.txt"] && $0.attachments.map(\.size) == [3]
        && $0.text.string == "See the file.\n\n"
    },
    "036": { names($0) == ["note.csv"] && $0.attachments.map(\.size) == [3] },
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
    "100": { $0.text.string == "Some Text here\n" },
    "102": { $0.text.string == "Visible words\n" },
    "103": { $0.text.string == "Tom & Jerry  9 < 10 café\n" },
    "104": { $0.text.string == "• Jan Novák, Český Krumlov, Łódź. ✓\n" },
    "150": { $0.header.subject == "Offer for pumps" },
    "151": { $0.text.string == "Plain words\n" },
    "152": { $0.text.string == "Dzień dobry\n" },
    "171": { $0.header.subject == "㈱テスト" },
    "172": { $0.text.string == "A1\n\nB1\n\nC1\n" },
    "174": { $0.text.string == "Grüße\n" },
  ]

  /// What `winmail.dat` holds, in the folder `calendar`: by the number of the message.
  private static let streams: [String: Check] = [
    "250": {
      names($0) == [
        "Messprotokoll Pumpenwerk Köhlbrand, zweiter Durchgang vom 20. November 2026 (endgültig; "
          + "mit Anlage 3) – Prüfung der Ölpumpen 打合せ.pdf", "Lies mich.txt",
      ] && $0.attachments.map(\.mediaType) == ["application/pdf", "text/plain"]
        && $0.attachments.map(\.size) == [89, 7]
    },
    "251": { message in
      let part = try #require(message.structure.part(numbered: 3))
      let stream = try #require(TNEF(message.content(of: part)))
      let start = try #require(stream.property(0x820D, in: .appointment))
      let id = try #require(stream.property(3, in: .meeting))
      let invited = stream.recipients.map { $0.first { $0.id == 0x39FE }.flatMap(stream.string) }
      return stream.messageClass == "IPM.Schedule.Meeting.Request"
        && stream.time(start) == 1_796_288_400
        && stream.data(id).starts(with: [4, 0, 0, 0, 0x82, 0, 0xE0, 0])
        && invited == ["t.wierzba@kolibri.example", "lena.fogh@kolibri.example"]
        && names(message) == ["winmail.dat"]
    },
    "252": {
      $0.attachments.isEmpty
        && $0.text.string == """
          Sehr geehrter Herr Wierzba,

          die Preise stehen in der Größe A bis C fest: 1.250 €, 1.480 € und 1.790 €.
          Mit freundlichen Grüßen
          \tIlse Brandt

          """
    },
  ]

  /// Addresses, dates, automatic mail: by the number of the message.
  private static let headers: [String: Check] = [
    "065": { from($0, "erin@fabrikam.example", "Erin") && notes($0, .addressInWord) },
    "066": {
      from($0, "erin@fabrikam.example", "Erin_Akademie für Impulsgebung")
        && notes($0, .addressInWord)
    },
    "067": { addresses($0.header.from) == ["erin@fabrikam.example"] },
    "074": {
      addresses($0.header.to) == [
        "dana@contoso.example", "b@northwind.example", "c@northwind.example",
      ]
    },
    "075": { addresses($0.header.to) == ["dana@contoso.example", "lee@northwind.example"] },
    "079": { addresses($0.header.to) == ["dana@contoso.example", "b@northwind.example"] },
    "080": { date($0) == "2024-05-19T13:59:09Z" },
    "084": { date($0) == "2015-09-16T15:13:51Z" },
    "086": { date($0) == "2025-04-23T07:48:37Z" },
    "087": { date($0) == "2007-08-30T13:55:12Z" },
    "088": { date($0) == "2005-05-17T10:31:00Z" },
    "089": { date($0) == "1999-05-28T19:47:11Z" },
    "094": { date($0) == "2026-09-08T13:00:00Z" },
    "140": { $0.header.isAutomaticReply && $0.header.hasNullReversePath },
    "141": { $0.header.isAutomaticReply && $0.header.hasNullReversePath },
    "144": { $0.header.isAutomatic },
    "147": { $0.header.isAutomatic },
    "148": { $0.header.isAutomatic },
    // Who names nobody cannot be trusted by name; what was found is kept.
    "163": {
      $0.header.authenticationResults.map(\.authservID) == [""]
        && $0.header.authenticationResults.first?.results.map(\.method) == [
          "spf", "dkim", "dmarc", "compauth",
        ]
        && $0.header.authenticationStanding(of: "contoso.example") == .absent
    },
  ]

  /// Replies, by their number, each of which names its parent.
  private static let replies = ["120", "122", "123", "132"]

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

  @Test("winmail.dat", arguments: streams.keys.sorted())
  func stream(number: String) throws {
    let check = try #require(Self.streams[number])
    #expect(try check(SharedCases.message(number, in: "calendar")))
  }

  @Test("reply joins its parent", arguments: replies)
  func reply(number: String) throws {
    let parent = try #require(SharedCases.message(number + "-a").header.messageID)
    let reply = try SharedCases.message(number + "-b").header
    // One has no In-Reply-To.
    #expect(reply.inReplyTo.isEmpty || reply.inReplyTo == [parent])
    #expect(reply.references.last == parent)
  }

  private static func addresses(_ mailboxes: [Mailbox]) -> [String] {
    mailboxes.map(\.address.description)
  }

  private static func from(_ message: Message, _ address: String, _ name: String) -> Bool {
    addresses(message.header.from) == [address] && message.header.from.first?.displayName == name
  }

  private static func notes(_ message: Message, _ kind: NoteKind) -> Bool {
    message.header.notes.contains { $0.kind == kind }
  }

  private static func date(_ message: Message) -> String? {
    message.header.credibleDate.map {
      ISO8601DateFormatter().string(
        from: Date(timeIntervalSince1970: TimeInterval($0.secondsSince1970)))
    }
  }

  private static func names(_ message: Message) -> [String?] { message.attachments.map(\.name) }
}

private enum SharedCases {
  private static let cases = URL(fileURLWithPath: "../shared/cases")

  static var isPresent: Bool { FileManager.default.fileExists(atPath: cases.path) }

  /// The message whose file's name begins with a number.
  static func message(_ number: String, in kind: String = "mail") throws -> Message {
    let folder = cases.appendingPathComponent(kind)
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
