import Foundation

/// The messages that other mail programs test with; they lie beside the repository, not in it.
enum Corpus {
  /// One line of `EXPECTED.jsonl`: the fields on which two independent parsers agree.
  struct Expectation: Decodable {
    var file: String
    var from: [String]?
    var to: [String]?
    var cc: [String]?
    var bcc: [String]?
    var subject: String??
    var messageID: String??
    var inReplyTo: [String]?
    var references: [String]?
    var date: [Int]??

    enum CodingKeys: String, CodingKey {
      case file, from, to, cc, bcc, subject, references, date
      case messageID = "message_id"
      case inReplyTo = "in_reply_to"
    }

    init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      func optional<Value: Decodable>(_ key: CodingKeys) throws -> Value?? {
        guard values.contains(key) else { return .none }
        return .some(try values.decodeIfPresent(Value.self, forKey: key))
      }
      file = try values.decode(String.self, forKey: .file)
      from = try values.decodeIfPresent([String].self, forKey: .from)
      to = try values.decodeIfPresent([String].self, forKey: .to)
      cc = try values.decodeIfPresent([String].self, forKey: .cc)
      bcc = try values.decodeIfPresent([String].self, forKey: .bcc)
      inReplyTo = try values.decodeIfPresent([String].self, forKey: .inReplyTo)
      references = try values.decodeIfPresent([String].self, forKey: .references)
      subject = try optional(.subject)
      messageID = try optional(.messageID)
      date = try optional(.date)
    }
  }

  static let folder = URL(
    fileURLWithPath: ProcessInfo.processInfo.environment["CRM_MAILFILTER_CORPUS"]
      ?? "../shared/corpus")

  static var isPresent: Bool {
    FileManager.default.fileExists(atPath: folder.appendingPathComponent("EXPECTED.jsonl").path)
  }

  static func expectations() throws -> [Expectation] {
    let text = try String(
      contentsOf: folder.appendingPathComponent("EXPECTED.jsonl"), encoding: .utf8)
    return try text.split(separator: "\n").map {
      try JSONDecoder().decode(Expectation.self, from: Data($0.utf8))
    }
  }

  static func message(_ file: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: folder.appendingPathComponent(file)))
  }
}
