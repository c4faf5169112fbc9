import Foundation
import Testing

/// A Maildir of generated mail, and the truth about it in order of arrival.
struct GeneratedMail {
  struct Truth: Decodable {
    var file: String
    var messageID: String
    var direction: String
    var sender: String
    var recipients: [String]
    var subject: String
    var thread: Int
    var isDuplicate: Bool
  }

  let folder: String
  let truth: [Truth]

  /// Makes some messages in a place's folder `Maildir`.
  init(_ count: Int, seed: Int = 1, in place: Place) throws {
    folder = place.folder + "/Maildir"
    let result = try Program.run(
      Program.besideTests("mail-generator"), [folder, "\(count)", "\(seed)"], folder: place.folder)
    try #require(result.status == 0, "\(result.errors)")
    truth = try place.bytes(of: folder + ".jsonl").split(separator: 10)
      .map { try JSONDecoder().decode(Truth.self, from: Data($0)) }
  }

  /// The path of a message's file.
  func path(of message: Truth) -> String {
    let new = folder + "/new/" + message.file
    return FileManager.default.fileExists(atPath: new) ? new : "\(folder)/cur/\(message.file):2,S"
  }

  /// What a store has of mail, whatever its salts: copies, conversations, participants, deliveries.
  static func content(of place: Place, withPlaces: Bool = true) throws -> String {
    try place.query(
      """
      SELECT id, hex(key), direction, message_id, subject, sender_address, sent_at, size, tracked_at,
        conversation, owner, regarding_id, answers, correlation, rule, is_truncated FROM copy ORDER BY id;
      SELECT * FROM participant ORDER BY copy, number; SELECT * FROM attachment;
      SELECT copy, mailbox, \(withPlaces ? "folder, file_name," : "") first_seen_at, times_seen
        FROM delivery ORDER BY copy;
      SELECT conversation, address_key FROM conversation_participant;
      SELECT id, length(bytes) FROM content;
      """)
  }
}
