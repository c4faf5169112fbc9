/// A file in a plain text, written by uuencode(1) (POSIX.1-2017): so Outlook and the mailers before
/// MIME attach files to a plain text.
///
/// Whether `begin` and a name stand in prose is told by what follows: only before a line of data they
/// begin a file.
// QUIRK: RFC 2046 section 4.1.3 has nothing but text in a plain text.
struct UuencodedFile {
  /// The name as it stands.
  let name: Range<Int>
  /// The line that begins the file.
  let header: Range<Int>
  /// The lines of data, and those that end the file.
  let body: Range<Int>
  /// How the data is written: as uuencode always did, or in base64.
  let encoding: TransferEncoding

  /// The files in a text, in order.
  static func all(in text: Bytes) -> [UuencodedFile] {
    var files: [UuencodedFile] = []
    let scanner = UuencodeScanner(text)
    var position = 0
    while let start = scanner.beginning(from: position) {
      if let file = scanner.file(at: start) {
        files.append(file)
        position = file.body.upperBound
      } else {
        position = scanner.afterLine(start)
      }
    }
    return files
  }

  /// Whether a line may begin a file; in a text in quoted-printable, too, which leaves letters as they
  /// are.
  static func mayStand(in text: Bytes) -> Bool {
    UuencodeScanner(text).beginning(from: 0) != nil
  }

  /// The bytes that a body means: those of the first file in it, or of the data that it is.
  ///
  /// - Returns: The bytes; the body as it stands where nothing in it is data.
  static func content(of body: Bytes) -> [UInt8] {
    let scanner = UuencodeScanner(body)
    var position = 0
    // What is said to be data is, though it be cut or damaged.
    while let start = scanner.beginning(from: position) {
      if let header = scanner.header(at: start), header.encoding == .uuencode,
        let content = scanner.decoded(from: header.range.upperBound)
      {
        return content
      }
      position = scanner.afterLine(start)
    }
    return scanner.decoded(from: 0) ?? Array(body)
  }
}

/// Reads lines of uuencoded data.
private struct UuencodeScanner {
  private let text: Bytes
  private let lineEnd: UInt8

  /// The bytes of a line that is neither the last nor one before it.
  private static let fullLine = 45

  init(_ text: Bytes) {
    self.text = text
    lineEnd =
      text.position(of: ASCII.lineFeed, from: 0) == nil ? ASCII.carriageReturn : ASCII.lineFeed
  }

  /// The first line at or after the start of one that has the word that begins a file.
  func beginning(from start: Int) -> Int? {
    var position = start
    while position + 5 < text.count {
      if text[position] == UInt8(ascii: "b"), text.has("begin", at: position) { return position }
      guard let end = text.position(of: lineEnd, from: position) else { return nil }
      position = end + 1
    }
    return nil
  }

  /// Where the line after that of a place begins.
  func afterLine(_ position: Int) -> Int { line(at: position).next }

  /// A line without its end, and where the next begins.
  private func line(at start: Int) -> (content: Range<Int>, next: Int) {
    let found = text.position(of: lineEnd, from: start)
    var end = found ?? text.count
    if end > start, text[end - 1] == ASCII.carriageReturn { end -= 1 }
    return (start..<end, found.map { $0 + 1 } ?? text.count)
  }

  // MARK: Files

  /// The line that begins a file at a place.
  func header(
    at start: Int
  ) -> (range: Range<Int>, name: Range<Int>, encoding: TransferEncoding)? {
    let first = line(at: start)
    let isBase64 = text.has("begin-base64 ", at: start)
    guard isBase64 || text.has("begin ", at: start) else { return nil }
    var position = start + (isBase64 ? 13 : 6)
    let end = first.content.upperBound
    let mode = position
    while position < end, (0x30...0x37).contains(text[position]) { position += 1 }
    guard (3...4).contains(position - mode), position < end, text[position] == ASCII.space else {
      return nil
    }
    let name = text.part(position..<end).trimmed
    guard let base = text.baseAddress, let nameBase = name.baseAddress, !name.isEmpty else {
      return nil
    }
    let nameStart = base.distance(to: nameBase)
    return (
      start..<first.next, nameStart..<(nameStart + name.count), isBase64 ? .base64 : .uuencode
    )
  }

  /// The file that begins at a place.
  func file(at start: Int) -> UuencodedFile? {
    guard let header = header(at: start) else { return nil }
    let data = header.range.upperBound
    let isBase64 = header.encoding == .base64
    guard let last = isBase64 ? endOfBase64(from: data) : endOfData(from: data) else { return nil }
    return UuencodedFile(
      name: header.name, header: header.range, body: data..<last, encoding: header.encoding)
  }

  /// Where a file ends whose data begins at a place; `nil` where that is no data.
  ///
  /// A file that never ends, since the mail was cut, is one if its first line is a full one.
  private func endOfData(from start: Int) -> Int? {
    var position = start
    var first: Int?
    while position < text.count {
      let (content, next) = line(at: position)
      if isLast(content) { return first == nil ? nil : next }
      if isEmptyLine(content), first != nil || !content.isEmpty {
        // Nothing but the end may follow the empty line of data.
        let after = line(at: next)
        if isLast(after.content) { return after.next }
        break
      }
      guard let count = dataCount(of: content, isFirst: first == nil), count > 0 else { break }
      first = first ?? count
      position = next
    }
    return first ?? 0 >= Self.fullLine ? position : nil
  }

  private func endOfBase64(from start: Int) -> Int? {
    var position = start
    var first: Int?
    while position < text.count {
      let (content, next) = line(at: position)
      let bytes = text.part(content)
      if bytes.count == 4, bytes.has("====", at: 0) { return next }
      guard !bytes.isEmpty, bytes.count % 4 == 0,
        bytes.allSatisfy({
          EncodedWordDecoder.base64Value($0) != nil || $0 == UInt8(ascii: "=")
        })
      else { break }
      first = first ?? bytes.count
      position = next
    }
    return first ?? 0 >= 60 ? position : nil
  }

  private func isLast(_ content: Range<Int>) -> Bool {
    guard content.count >= 3, text.has("end", at: content.lowerBound) else { return false }
    return text[(content.lowerBound + 3)..<content.upperBound].allSatisfy(ASCII.isBlank)
  }

  private func isEmptyLine(_ content: Range<Int>) -> Bool {
    content.count <= 3
      && text[content].allSatisfy { $0 == UInt8(ascii: "`") || ASCII.isBlank($0) }
  }

  /// How many bytes a line of data means; `nil` where it is none.
  ///
  /// A sum may follow the data, and a blank at the end may have been lost, but not of the first line:
  /// that one tells a file from prose.
  private func dataCount(of content: Range<Int>, isFirst: Bool) -> Int? {
    guard let first = text[content].first, (0x20...0x60).contains(first) else { return nil }
    let count = Int((first - 0x20) & 0x3F)
    let needed = (count + 2) / 3 * 4
    let length = content.count - 1
    guard length >= needed - (isFirst ? 0 : 2), length <= needed + 2,
      text[content].allSatisfy({ (0x20...0x60).contains($0) })
    else { return nil }
    return count
  }

  // MARK: Data

  /// The bytes of the lines from a place on; `nil` where the first is no line of data.
  func decoded(from start: Int) -> [UInt8]? {
    var result: [UInt8] = []
    result.reserveCapacity((text.count - start) / 4 * 3)
    var position = start
    var isFirst = true
    while position < text.count {
      let (content, next) = line(at: position)
      position = next
      if isFirst, content.isEmpty { continue }
      guard let count = dataCount(of: content, isFirst: isFirst) else {
        if isFirst { return nil }
        break
      }
      isFirst = false
      guard count > 0 else { break }
      append(content.dropFirst(), count: count, to: &result)
    }
    return isFirst ? nil : result
  }

  private func append(_ digits: Range<Int>, count: Int, to result: inout [UInt8]) {
    func value(_ place: Int) -> UInt32 {
      place < digits.upperBound ? UInt32((text[place] &- 0x20) & 0x3F) : 0
    }
    var left = count
    var place = digits.lowerBound
    while left > 0 {
      let group =
        value(place) << 18 | value(place + 1) << 12 | value(place + 2) << 6 | value(place + 3)
      for shift in [16, 8, 0] as [UInt32] where left > 0 {
        result.append(UInt8(truncatingIfNeeded: group >> shift))
        left -= 1
      }
      place += 4
    }
  }
}
