/// Bytes as a URI writes those that it may not hold (RFC 3986 section 2.1); parameters of MIME (RFC 2231
/// section 4) and addresses in calendars have the same.
package enum PercentEncoding {
  /// The bytes that are meant; a percent sign without two hexadecimal digits stays.
  package static func decoded(_ text: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    var rest = text
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), let first = rest.first, let high = ASCII.hexValue(first),
        let second = rest.dropFirst().first, let low = ASCII.hexValue(second)
      {
        result.append(high << 4 | low)
        rest = rest.dropFirst(2)
      } else {
        result.append(byte)
      }
    }
    return result
  }
}
