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
    section.bytes.withUnsafeBytes { bytes in
      for name in Self.hostsNeverChange(section, bytes, form) {
        for field in name.fields {
          var line = name.name
          line.append(UInt8(ascii: ":"))
          appendCollapsed(bytes[field.valueRange], to: &line)
          line.append(UInt8(ascii: "\n"))
          hash.update(line)
        }
      }
    }
    hash.update([UInt8(ascii: "\n")])
    self.hash = hash
    pending.reserveCapacity(2 * Self.pieceSize)
  }

  /// Takes the next bytes of the body.
  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    var position = 0
    while position < bytes.count {
      switch line {
      case .start(let quotes, let matched):
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

  private struct NamedFields {
    var name: [UInt8]
    var fields: [HeaderField]
  }

  private static let names = [
    "from", "sender", "reply-to", "to", "cc", "subject", "date", "message-id", "in-reply-to",
    "references", "mime-version",
  ].map { Array($0.utf8) }

  private static let contentPrefix = Array("content-".utf8)

  private static let usual = ["type", "transfer-encoding", "disposition"].map { Array($0.utf8) }

  /// Whether the forms give a message different keys.
  static func formsDiffer(for section: HeaderSection) -> Bool {
    section.bytes.withUnsafeBytes { bytes in
      section.fields.contains { field in
        let name = bytes[field.nameRange].map(lowercased)
        return name.starts(with: contentPrefix) && name != contentLength && !isUsual(name)
      }
    }
  }

  private static func isUsual(_ name: [UInt8]) -> Bool {
    usual.contains { $0.elementsEqual(name.dropFirst(contentPrefix.count)) }
  }

  /// No field of MIME: who delivers to an mbox writes it.
  private static let contentLength = Array("content-length".utf8)

  /// The fields that count, by name in a fixed order: hosts may move fields.
  private static func hostsNeverChange(
    _ section: HeaderSection, _ bytes: UnsafeRawBufferPointer, _ form: Form
  ) -> [NamedFields] {
    var known = names.map { NamedFields(name: $0, fields: []) }
    var content: [NamedFields] = []
    for field in section.fields {
      let name = bytes[field.nameRange].map(lowercased)
      if let index = names.firstIndex(of: name) {
        known[index].fields.append(field)
      } else if name.starts(with: contentPrefix), name != contentLength,
        form == .first || isUsual(name)
      {
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
private func appendCollapsed(_ value: Slice<UnsafeRawBufferPointer>, to line: inout [UInt8]) {
  var isPending = false
  let start = line.count
  for byte in value {
    switch byte {
    case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"):
      isPending = line.count > start
    default:
      if isPending { line.append(UInt8(ascii: " ")) }
      isPending = false
      line.append(byte)
    }
  }
}
