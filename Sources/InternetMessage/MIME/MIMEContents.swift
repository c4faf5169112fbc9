/// The parts of a message with the bytes that they stand in: the message itself, and what of it had
/// to be decoded to find more parts.
struct MIMEContents {
  let message: Bytes
  let decoded: [[UInt8]]
  let parts: [MIMEPart]

  /// Gives the bytes that the offsets of a part count in.
  func withSource<Result>(
    of part: MIMEPart, _ body: (Bytes) throws -> Result
  ) rethrows -> Result {
    part.source == 0
      ? try body(message) : try decoded[part.source - 1].withUnsafeBytes { try body($0) }
  }

  /// Gives the body of a part as it stands.
  func withBody<Result>(
    of part: MIMEPart, _ body: (Bytes) throws -> Result
  ) rethrows -> Result {
    try withSource(of: part) { try body($0.part(part.bodyRange)) }
  }

  /// Gives the bytes that the body of a part means: its transfer encoding undone, nothing else.
  func withContent<Result>(
    of part: MIMEPart, _ body: (Bytes) throws -> Result
  ) rethrows -> Result {
    try withBody(of: part) { bytes in
      // What is made of parts is never encoded itself (RFC 2045 section 6.4).
      guard !part.contentType.isMultipart, part.transferEncoding.isDecoded else {
        return try body(bytes)
      }
      return try TransferDecoder.decode(bytes, part.transferEncoding).withUnsafeBytes {
        try body($0)
      }
    }
  }

  /// The length of what the body of a part means.
  func size(of part: MIMEPart) -> Int {
    guard !part.contentType.isMultipart, part.transferEncoding.isDecoded else {
      return part.bodyRange.count
    }
    return withBody(of: part) { TransferDecoder.decodedCount($0, part.transferEncoding) }
  }

  /// Where files stand in the content of a text, in order.
  func files(in part: MIMEPart) -> [Range<Int>] {
    guard part.hasChildren else { return [] }
    return parts[(part.index + 1)..<part.end].lazy.filter { $0.origin == .uuencode }.map { file in
      // In a text that was decoded for it the places count from its start.
      let start = file.source == part.source ? part.bodyRange.lowerBound : 0
      return (file.headerRange.lowerBound - start)..<(file.bodyRange.upperBound - start)
    }
  }
}
