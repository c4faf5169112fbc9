/// The identity of a message: SHA-256 over what no mail host changes (see `MessageKeyDigest`).
package struct MessageKey: Hashable, Sendable, CustomStringConvertible {
  /// 32 bytes.
  package let bytes: [UInt8]

  /// Makes a key of 32 bytes; `nil` for any other number.
  package init?(_ bytes: [UInt8]) {
    guard bytes.count == 32 else { return nil }
    self.bytes = bytes
  }

  /// Makes a key of a digest, which has 32 bytes by its type.
  init(digest bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// 64 hexadecimal digits.
  package var description: String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(64)
    for byte in bytes {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }
}
