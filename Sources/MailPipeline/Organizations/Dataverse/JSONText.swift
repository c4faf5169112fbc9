/// A value that is written as JSON (RFC 8259), its keys in the order in which they are given.
///
/// Foundation's writer would hold an attachment three times over.
enum JSONText: Sendable {
  case string(String)
  case integer(Int)
  case boolean(Bool)
  case null
  case array([JSONText])
  case object([(String, JSONText)])
  /// Bytes as text in base64 (RFC 4648 section 4).
  case base64([UInt8])

  /// The text in UTF-8.
  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    write(to: &bytes)
    return bytes
  }

  private func write(to bytes: inout [UInt8]) {
    switch self {
    case .string(let text): Self.write(text, to: &bytes)
    case .integer(let number): bytes += "\(number)".utf8
    case .boolean(let value): bytes += (value ? "true" : "false").utf8
    case .null: bytes += "null".utf8
    case .array(let values):
      bytes.append(UInt8(ascii: "["))
      for (number, value) in values.enumerated() {
        if number > 0 { bytes.append(UInt8(ascii: ",")) }
        value.write(to: &bytes)
      }
      bytes.append(UInt8(ascii: "]"))
    case .object(let members):
      bytes.append(UInt8(ascii: "{"))
      for (number, member) in members.enumerated() {
        if number > 0 { bytes.append(UInt8(ascii: ",")) }
        Self.write(member.0, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        member.1.write(to: &bytes)
      }
      bytes.append(UInt8(ascii: "}"))
    case .base64(let content): Self.writeBase64(content, to: &bytes)
    }
  }

  private static let digits = Array("0123456789abcdef".utf8)

  private static func write(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
      case UInt8(ascii: "\n"): bytes += "\\n".utf8
      case UInt8(ascii: "\r"): bytes += "\\r".utf8
      case UInt8(ascii: "\t"): bytes += "\\t".utf8
      case 0..<32:
        bytes += "\\u00".utf8
        bytes += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private static let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  private static func writeBase64(_ content: [UInt8], to bytes: inout [UInt8]) {
    bytes.reserveCapacity(bytes.count + (content.count / 3 + 1) * 4 + 2)
    bytes.append(UInt8(ascii: "\""))
    alphabet.withUnsafeBufferPointer { alphabet in
      var position = 0
      while position < content.count {
        let count = min(3, content.count - position)
        let first = Int(content[position])
        let second = count > 1 ? Int(content[position + 1]) : 0
        let third = count > 2 ? Int(content[position + 2]) : 0
        bytes.append(alphabet[first >> 2])
        bytes.append(alphabet[(first & 3) << 4 | second >> 4])
        bytes.append(
          count > 1 ? alphabet[(second & 15) << 2 | third >> 6] : UInt8(ascii: "="))
        bytes.append(count > 2 ? alphabet[third & 63] : UInt8(ascii: "="))
        position += 3
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}
