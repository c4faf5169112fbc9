import Glibc
import InternetMessage
import System

/// Computes a message's identity while its body streams past.
///
/// SHA-256 over the fields that no host changes, unfolded and with white space collapsed, and the
/// body with LF ends, `>From ` quoting undone and trailing empty lines removed; so that a pipe, a
/// Maildir and an mbox agree. The host's `From ` line, Received and all other trace are no part of it.
package struct MessageKeyDigest {
  private var hash: SHA256
  private var line = LineState.start(quotes: 0, matched: 0)
  private var waitingLineEnds = 0
  private var hasWaitingCR = false
  /// What the hash is to be given next: it takes many short lines faster in one piece.
  private var pending: [UInt8] = []

  /// So many bytes are hashed at once.
  private static let pieceSize = 4096

  private enum LineState {
    /// Within what may be a quoted `From `: so many `>`, so many of its bytes.
    case start(quotes: Int, matched: Int)
    /// Past it.
    case inside
  }

  /// Which fields of MIME count.
  package enum Form: Sendable {
    /// All whose names begin with Content-, as stores of before have it.
    case first
    /// Content-Type, Content-Transfer-Encoding and Content-Disposition: hosts and clients add others,
    /// such as Content-Language, on the way.
    case second
  }

  /// Begins with a header section.
  ///
  /// - Parameters:
  ///   - section: The header.
  ///   - form: Which fields count.
  package init(_ section: HeaderSection, form: Form = .second) {
    var hash = SHA256()
    hash.update(
      section.bytes.withUnsafeBytes { bytes in
        form == .second
          ? Self.header(section, bytes) : Self.firstHeader(section, bytes)
      })
    self.hash = hash
    pending.reserveCapacity(2 * Self.pieceSize)
  }

  /// Takes the next bytes of the body.
  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    var position = 0
    while position < bytes.count {
      switch line {
      case .start(let quotes, let matched):
        if quotes == 0, matched == 0, !hasWaitingCR {
          let next = updateLines(bytes, from: position)
          if next > position {
            position = next
            continue
          }
        }
        position = updateAtStart(bytes, from: position, quotes: quotes, matched: matched)
      case .inside:
        position = updateInside(bytes, from: position)
      }
    }
  }

  /// The identity, once the body has passed.
  package mutating func finish() -> MessageKey {
    if case .start(let quotes, let matched) = line { emitStart(quotes: quotes, matched: matched) }
    if hasWaitingCR { emit([UInt8(ascii: "\r")]) }
    hash.update(pending)
    pending = []
    return MessageKey(digest: hash.digest())
  }

  // MARK: The header section

  /// The fields that count, in a fixed order, as hosts may move fields; those of MIME follow in the order of
  /// their bytes.
  private static var names: [StaticString] {
    [
      "from", "sender", "reply-to", "to", "cc", "subject", "date", "message-id", "in-reply-to",
      "references", "mime-version", "content-disposition", "content-transfer-encoding",
      "content-type",
    ]
  }

  /// How many of them are none of MIME's.
  private static let plainCount = 11

  /// Whether a field's name is one of those; in any case of its letters.
  private static func isNamed(_ name: Slice<UnsafeRawBufferPointer>, _ known: StaticString) -> Bool
  {
    guard name.count == known.utf8CodeUnitCount else { return false }
    var next = known.utf8Start
    for byte in name {
      guard lowercased(byte) == next.pointee else { return false }
      next += 1
    }
    return true
  }

  /// The place of a field's name among those that count; `nil` where it is none of them.
  private static func rank(
    _ name: Slice<UnsafeRawBufferPointer>, _ names: [StaticString]
  ) -> Int? {
    names.firstIndex { isNamed(name, $0) }
  }

  /// What of a header section is hashed.
  private static func header(
    _ section: HeaderSection, _ bytes: UnsafeRawBufferPointer
  ) -> [UInt8] {
    let names = names
    var count = 1
    var found: [(rank: Int, field: HeaderField)] = []
    found.reserveCapacity(16)
    for field in section.fields {
      guard let rank = rank(bytes[field.nameRange], names) else { continue }
      found.append((rank, field))
      count += field.nameRange.count + field.valueRange.count + 2
    }
    return [UInt8](unsafeUninitializedCapacity: count) { target, count in
      for (rank, name) in names.enumerated() {
        for one in found where one.rank == rank {
          for place in 0..<name.utf8CodeUnitCount { target[count + place] = name.utf8Start[place] }
          count += name.utf8CodeUnitCount
          target[count] = UInt8(ascii: ":")
          count += 1
          appendCollapsed(bytes[one.field.valueRange], to: target, &count)
          target[count] = UInt8(ascii: "\n")
          count += 1
        }
      }
      target[count] = UInt8(ascii: "\n")
      count += 1
    }
  }

  // MARK: The header section in the first form

  private struct NamedFields {
    var name: [UInt8]
    var fields: [HeaderField]
  }

  /// What of it was hashed before.
  private static func firstHeader(
    _ section: HeaderSection, _ bytes: UnsafeRawBufferPointer
  ) -> [UInt8] {
    var header: [UInt8] = []
    for name in firstFields(section, bytes) {
      for field in name.fields {
        header += name.name
        header.append(UInt8(ascii: ":"))
        header += [UInt8](unsafeUninitializedCapacity: field.valueRange.count) { target, count in
          appendCollapsed(bytes[field.valueRange], to: target, &count)
        }
        header.append(UInt8(ascii: "\n"))
      }
    }
    header.append(UInt8(ascii: "\n"))
    return header
  }

  /// Whether the forms give a message different keys.
  static func formsDiffer(for section: HeaderSection) -> Bool {
    let usual = names[plainCount...]
    return section.bytes.withUnsafeBytes { bytes in
      section.fields.contains { field in
        let name = bytes[field.nameRange]
        return isOfContent(name) && !usual.contains { isNamed(name, $0) }
      }
    }
  }

  /// Whether a field says something of the content; who delivers to an mbox writes Content-Length.
  private static func isOfContent(_ name: Slice<UnsafeRawBufferPointer>) -> Bool {
    isNamed(name.prefix(8), "content-") && !isNamed(name, "content-length")
  }

  /// The fields that count, by name in a fixed order: hosts may move fields.
  private static func firstFields(
    _ section: HeaderSection, _ bytes: UnsafeRawBufferPointer
  ) -> [NamedFields] {
    let names = names[..<plainCount]
    var known = names.map { name in
      NamedFields(
        name: Array(UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)),
        fields: [])
    }
    var content: [NamedFields] = []
    for field in section.fields {
      let name = bytes[field.nameRange]
      if let index = names.firstIndex(where: { isNamed(name, $0) }) {
        known[index].fields.append(field)
      } else if isOfContent(name) {
        let name = name.map(lowercased)
        if let index = content.firstIndex(where: { $0.name == name }) {
          content[index].fields.append(field)
        } else if content.count < 100 {
          content.append(NamedFields(name: name, fields: [field]))
        }
      }
    }
    content.sort { $0.name.lexicographicallyPrecedes($1.name) }
    return known + content
  }

  // MARK: The body

  private mutating func updateAtStart(
    _ bytes: UnsafeRawBufferPointer, from start: Int, quotes: Int, matched: Int
  ) -> Int {
    var quotes = quotes
    var matched = matched
    var position = start
    while position < bytes.count {
      let byte = bytes[position]
      if matched == 0, byte == UInt8(ascii: ">") {
        quotes += 1
      } else if byte == Self.from[matched] {
        matched += 1
        if matched == Self.from.count {
          emit(Self.from)
          line = .inside
          return position + 1
        }
      } else {
        emitStart(quotes: quotes, matched: matched)
        line = .inside
        return position
      }
      position += 1
    }
    line = .start(quotes: quotes, matched: matched)
    return position
  }

  /// Takes whole lines that are hashed as they stand, many in one piece: all but those that may be quoted
  /// and those that end with CRLF.
  ///
  /// - Returns: Where the line begins that is none of them; the place itself where there are none.
  private mutating func updateLines(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
    var next = start
    /// Where the last line ends that is not empty.
    var contentEnd = start
    while next < bytes.count, bytes[next] != UInt8(ascii: ">") {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[next...])
      guard let length = rest.firstIndex(ofByte: UInt8(ascii: "\n")) else { break }
      if length > 0 {
        guard rest[length - 1] != UInt8(ascii: "\r") else { break }
        contentEnd = next + length
      }
      next += length + 1
    }
    if contentEnd > start {
      emit(UnsafeRawBufferPointer(rebasing: bytes[start..<contentEnd]))
    }
    // Of them, and of empty lines that follow, it is not known yet whether they count.
    waitingLineEnds += next - max(start, contentEnd)
    return next
  }

  private mutating func updateInside(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
    let rest = UnsafeRawBufferPointer(rebasing: bytes[start...])
    let lineFeed = rest.firstIndex(ofByte: UInt8(ascii: "\n"))
    var content = UnsafeRawBufferPointer(rebasing: rest[..<(lineFeed ?? rest.count)])
    if hasWaitingCR, !content.isEmpty {
      hasWaitingCR = false
      emit([UInt8(ascii: "\r")])
    }
    if content.last == UInt8(ascii: "\r") {
      content = UnsafeRawBufferPointer(rebasing: content[..<(content.count - 1)])
      hasWaitingCR = true
    }
    if !content.isEmpty { emit(content) }
    guard let lineFeed else { return bytes.count }
    hasWaitingCR = false
    waitingLineEnds += 1
    line = .start(quotes: 0, matched: 0)
    return start + lineFeed + 1
  }

  private mutating func emitStart(quotes: Int, matched: Int) {
    var left = quotes
    while left > 0 {
      let count = min(left, 4096)
      emit([UInt8](repeating: UInt8(ascii: ">"), count: count))
      left -= count
    }
    if matched > 0 { emit(Array(Self.from[..<matched])) }
  }

  private mutating func emit(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { emit($0) }
  }

  private mutating func emit(_ bytes: UnsafeRawBufferPointer) {
    while waitingLineEnds > 0 {
      let count = min(waitingLineEnds, Self.pieceSize)
      pending.append(contentsOf: repeatElement(UInt8(ascii: "\n"), count: count))
      waitingLineEnds -= count
      hashWholePieces()
    }
    if bytes.count < Self.pieceSize {
      pending.append(contentsOf: bytes)
      hashWholePieces()
    } else {
      hash.update(pending)
      pending.removeAll(keepingCapacity: true)
      hash.update(bytes)
    }
  }

  private mutating func hashWholePieces() {
    guard pending.count >= Self.pieceSize else { return }
    hash.update(pending)
    pending.removeAll(keepingCapacity: true)
  }

  private static let from = Array("From ".utf8)
}

/// Computes the keys of a message in both forms while its body streams past.
///
/// A store may have it under the first: what was tracked before is found, and what was withdrawn does
/// not come back.
package struct MessageKeysDigest {
  private var digest: MessageKeyDigest
  /// `nil` where both forms give the same key, as for most mail.
  private var first: MessageKeyDigest?

  /// Begins with a header section.
  package init(_ section: HeaderSection) {
    digest = MessageKeyDigest(section)
    first =
      MessageKeyDigest.formsDiffer(for: section) ? MessageKeyDigest(section, form: .first) : nil
  }

  /// Takes the next bytes of the body.
  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    digest.update(bytes)
    first?.update(bytes)
  }

  /// The identity, and that of the first form where it is another, once the body has passed.
  package mutating func finish() -> (key: MessageKey, first: MessageKey?) {
    (digest.finish(), first?.finish())
  }
}

extension UnsafeRawBufferPointer {
  /// The first place of a byte; by memchr(3), which reads a block at a time.
  fileprivate func firstIndex(ofByte byte: UInt8) -> Int? {
    guard let base = baseAddress, let found = memchr(base, Int32(byte), count) else { return nil }
    return base.distance(to: UnsafeRawPointer(found))
  }
}

private func lowercased(_ byte: UInt8) -> UInt8 {
  byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
}

/// Appends a raw field value with each run of blanks and line ends as one space, trimmed.
private func appendCollapsed(
  _ value: Slice<UnsafeRawBufferPointer>, to target: UnsafeMutableBufferPointer<UInt8>,
  _ count: inout Int
) {
  var isPending = false
  let start = count
  for byte in value {
    switch byte {
    case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"):
      isPending = count > start
    default:
      if isPending {
        target[count] = UInt8(ascii: " ")
        count += 1
      }
      isPending = false
      target[count] = byte
      count += 1
    }
  }
}
