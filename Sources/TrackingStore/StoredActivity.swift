import Tracking

/// What of a copy is only needed where it becomes an activity of another system.
public struct StoredActivity: Sendable, Hashable {
  /// A UUID (RFC 9562, version 8) that the message has wherever and however often it is exported.
  public let id: String
  /// The same of the copy that it answers.
  public let answers: String?
  /// The tracking token in its subject.
  public let token: String?
  /// Its Thread-Index.
  public let threadIndex: [UInt8]?
  /// Whether its subject is another than that of what it answers; `nil` where it answers nothing.
  public let isSubjectChanged: Bool?
  /// The user or queue whose filter accepted it.
  public let acceptingUser: String?

  /// The UUID of a key and a direction.
  static func id(key: [UInt8], direction: String) -> String {
    var bytes = Array(SHA256.digest(of: key + Array(direction.utf8)).prefix(16))
    bytes[6] = bytes[6] & 0x0F | 0x80
    bytes[8] = bytes[8] & 0x3F | 0x80
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for (number, byte) in bytes.enumerated() {
      if [4, 6, 8, 10].contains(number) { text.append(UInt8(ascii: "-")) }
      text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
    return String(decoding: text, as: UTF8.self)
  }
}
