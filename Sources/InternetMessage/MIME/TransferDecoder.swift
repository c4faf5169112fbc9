/// Turns a body as it stands in a message into the bytes that it means (RFC 2045 section 6).
enum TransferDecoder {
  /// Decodes a body.
  static func decode(_ body: Bytes, _ encoding: TransferEncoding) -> [UInt8] {
    switch encoding {
    case .identity, .unknown: Array(body)
    case .base64: base64(body)
    case .quotedPrintable: quotedPrintable(body)
    case .uuencode: UuencodedFile.content(of: body)
    }
  }

  /// The length of what a body means.
  static func decodedCount(_ body: Bytes, _ encoding: TransferEncoding) -> Int {
    switch encoding {
    case .identity, .unknown: body.count
    case .quotedPrintable: quotedPrintable(body).count
    case .uuencode: UuencodedFile.content(of: body).count
    case .base64: withoutFooter(body).reduce(0) { base64Values[Int($1)] < 64 ? $0 + 1 : $0 } * 3 / 4
    }
  }

  // MARK: base64

  private static let skipped: UInt8 = 0xFF
  private static let padding: UInt8 = 0xFE

  private static let base64Values: [UInt8] = (0..<256).map { value in
    guard let byte = UInt8(exactly: value) else { return skipped }
    if byte == UInt8(ascii: "=") { return padding }
    return EncodedWordDecoder.base64Value(byte) ?? skipped
  }

  /// The bytes of a body that are base64.
  // QUIRK: RFC 2045 section 6.8 ignores what is not in the alphabet. Mailing lists append lines of
  // prose after an empty line; their letters are no data.
  private static func withoutFooter(_ body: Bytes) -> Bytes {
    var position = 0
    while let end = body.position(of: ASCII.lineFeed, from: position) {
      let isEmpty =
        end == position || end == position + 1 && body[position] == ASCII.carriageReturn
      position = end + 1
      guard isEmpty else { continue }
      let nextEnd = body.position(of: ASCII.lineFeed, from: position) ?? body.count
      let next = body.part(position..<nextEnd).trimmed
      if next.contains(where: { base64Values[Int($0)] == skipped }) {
        return body.part(0..<position)
      }
    }
    return body
  }

  /// Bytes outside the alphabet are ignored (RFC 2045 section 6.8); what follows padding is decoded
  /// as the next run, since gateways join bodies.
  private static func base64(_ whole: Bytes) -> [UInt8] {
    let body = withoutFooter(whole)
    let capacity = body.count / 4 * 3 + 3
    return [UInt8](unsafeUninitializedCapacity: capacity) { target, count in
      base64Values.withUnsafeBufferPointer { values in
        let end = body.count
        var position = 0
        var group: UInt32 = 0
        var length = 0
        while position < end {
          // Four digits at once, as long as there is nothing else.
          while length == 0, position &+ 4 <= end {
            let first = values[Int(body[position])]
            let second = values[Int(body[position + 1])]
            let third = values[Int(body[position + 2])]
            let fourth = values[Int(body[position + 3])]
            guard (first | second | third | fourth) < 64 else { break }
            let joined =
              UInt32(first) << 18 | UInt32(second) << 12 | UInt32(third) << 6 | UInt32(fourth)
            target[count] = UInt8(truncatingIfNeeded: joined >> 16)
            target[count + 1] = UInt8(truncatingIfNeeded: joined >> 8)
            target[count + 2] = UInt8(truncatingIfNeeded: joined)
            count += 3
            position += 4
          }
          guard position < end else { break }
          let value = values[Int(body[position])]
          position += 1
          if value < 64 {
            group = group << 6 | UInt32(value)
            length += 1
            if length == 4 {
              target[count] = UInt8(truncatingIfNeeded: group >> 16)
              target[count + 1] = UInt8(truncatingIfNeeded: group >> 8)
              target[count + 2] = UInt8(truncatingIfNeeded: group)
              count += 3
              group = 0
              length = 0
            }
          } else if value == padding {
            flush(&group, &length, target, &count)
          }
        }
        flush(&group, &length, target, &count)
      }
    }
  }

  private static func flush(
    _ group: inout UInt32, _ length: inout Int, _ target: UnsafeMutableBufferPointer<UInt8>,
    _ count: inout Int
  ) {
    if length == 2 {
      target[count] = UInt8(truncatingIfNeeded: group >> 4)
      count += 1
    } else if length == 3 {
      target[count] = UInt8(truncatingIfNeeded: group >> 10)
      target[count + 1] = UInt8(truncatingIfNeeded: group >> 2)
      count += 2
    }
    group = 0
    length = 0
  }

  // MARK: quoted-printable

  /// What is no escape stays as it stands; blanks at the end of a line are dropped
  /// (RFC 2045 section 6.7 rule 3).
  private static func quotedPrintable(_ body: Bytes) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: body.count) { target, count in
      var position = 0
      /// Up to here blanks at the end of the line may be taken back.
      var fixed = 0
      while position < body.count {
        let byte = body[position]
        if byte == UInt8(ascii: "=") {
          if position + 2 < body.count, let high = ASCII.hexValue(body[position + 1]),
            let low = ASCII.hexValue(body[position + 2])
          {
            target[count] = high << 4 | low
            count += 1
            fixed = count
            position += 3
            continue
          }
          if let next = afterSoftBreak(body, position + 1) {
            fixed = count
            position = next
            continue
          }
        } else if byte == ASCII.lineFeed {
          let hasReturn = count > fixed && target[count - 1] == ASCII.carriageReturn
          if hasReturn { count -= 1 }
          while count > fixed, target[count - 1] == ASCII.space || target[count - 1] == ASCII.tab {
            count -= 1
          }
          if hasReturn {
            target[count] = ASCII.carriageReturn
            count += 1
          }
          target[count] = byte
          count += 1
          fixed = count
          position += 1
          continue
        }
        target[count] = byte
        count += 1
        position += 1
      }
    }
  }

  /// Where the next line begins if only blanks and a line end, or the end, follow.
  private static func afterSoftBreak(_ body: Bytes, _ start: Int) -> Int? {
    var position = start
    while position < body.count, body[position] == ASCII.space || body[position] == ASCII.tab {
      position += 1
      // Longer runs are no soft break; it also keeps the work linear.
      if position - start > 80 { return nil }
    }
    guard position < body.count else { return position }
    if body[position] == ASCII.lineFeed { return position + 1 }
    guard body[position] == ASCII.carriageReturn else { return nil }
    return position + 1 < body.count && body[position + 1] == ASCII.lineFeed
      ? position + 2 : position + 1
  }
}
