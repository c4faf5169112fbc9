/// The order of file names in which numbers count by their value: `1.5_9.host` before
/// `1.5_10.host`.
package enum NaturalOrder {
  /// Whether one name comes before another.
  package static func precedes(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Bool {
    var i = left.startIndex
    var j = right.startIndex
    while i < left.endIndex, j < right.endIndex {
      guard isDigit(left[i]), isDigit(right[j]) else {
        if left[i] != right[j] { return left[i] < right[j] }
        i += 1
        j += 1
        continue
      }
      let one = number(left, &i)
      let other = number(right, &j)
      if one.count != other.count { return one.count < other.count }
      if !one.elementsEqual(other) { return one.lexicographicallyPrecedes(other) }
    }
    if i < left.endIndex || j < right.endIndex { return j < right.endIndex }
    // Alike but for leading zeros.
    return left.lexicographicallyPrecedes(right)
  }

  /// The digits at a place, without leading zeros.
  private static func number(_ bytes: ArraySlice<UInt8>, _ position: inout Int) -> ArraySlice<UInt8>
  {
    let start = position
    while position < bytes.endIndex, isDigit(bytes[position]) { position += 1 }
    return bytes[start..<position].drop { $0 == UInt8(ascii: "0") }
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }
}
