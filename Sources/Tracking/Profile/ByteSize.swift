/// Sizes as people write them.
package enum ByteSize {
  /// Bytes of a text such as `50M`, `200k` or `4096`; K, M and G are powers of 1024.
  package static func parse(_ text: String) -> Int? {
    var digits = Substring(text)
    var factor = 1
    if let unit = digits.last, unit.isLetter {
      switch unit.lowercased() {
      case "k": factor = 1 << 10
      case "m": factor = 1 << 20
      case "g": factor = 1 << 30
      default: return nil
      }
      digits.removeLast()
    }
    guard !digits.isEmpty, digits.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }),
      let number = Int(digits)
    else { return nil }
    let (bytes, isTooLarge) = number.multipliedReportingOverflow(by: factor)
    return isTooLarge ? nil : bytes
  }
}
