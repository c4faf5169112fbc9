/// What a form of a web page sends (URL standard, application/x-www-form-urlencoded).
package enum HTTPForm {
  /// The media type.
  package static let type = "application/x-www-form-urlencoded"

  /// Names and values as a body.
  package static func body(_ values: [(name: String, value: String)]) -> [UInt8] {
    var body: [UInt8] = []
    for (name, value) in values {
      if !body.isEmpty { body.append(UInt8(ascii: "&")) }
      encode(name, into: &body)
      body.append(UInt8(ascii: "="))
      encode(value, into: &body)
    }
    return body
  }

  /// A value as it stands in a body.
  package static func encoded(_ value: String) -> [UInt8] {
    var body: [UInt8] = []
    encode(value, into: &body)
    return body
  }

  private static let digits = Array("0123456789ABCDEF".utf8)

  private static func encode(_ text: String, into body: inout [UInt8]) {
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "~"):
        body.append(byte)
      default:
        body.append(UInt8(ascii: "%"))
        body.append(digits[Int(byte >> 4)])
        body.append(digits[Int(byte & 15)])
      }
    }
  }
}
