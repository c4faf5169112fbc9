import CSystem
import InternetMessage

/// What a mailbox's own programs need of a message's header section: where it ends, how long the body
/// is, and what tells the message from others however its flags change.
package struct MboxHeader {
  /// So much of a header section is looked at, in bytes.
  static let largest = 32 << 10

  /// Where the body begins, from the `From ` line on; `nil` where no empty line was seen.
  package private(set) var bodyOffset: Int?
  /// What Content-Length says.
  private(set) var contentLength: Int?
  /// The length of the fields in which mail programs note flags, in bytes.
  private(set) var notedLength = 0
  /// A digest of the other lines.
  private(set) var digest: UInt64 = 0
  /// The fields that say what became of the message, each with its line end.
  private var marks: [[UInt8]: [UInt8]] = [:]

  /// Reads a message's beginning.
  ///
  /// - Parameter bytes: The message from its `From ` line on, at most `largest` bytes of it.
  init(_ bytes: UnsafeRawBufferPointer) {
    var hash = csystem_sha256_begin()
    var position = 0
    var isNoted = false
    var mark: [UInt8]?
    while position < bytes.count {
      let lineEnd = bytes[position...].firstIndex(of: 10) ?? bytes.count
      let next = min(lineEnd + 1, bytes.count)
      let line = UnsafeRawBufferPointer(rebasing: bytes[position..<lineEnd])
      if line.isEmpty || (line.count == 1 && line[0] == 13) {
        bodyOffset = next
        break
      }
      // The next message begins: this one has no body, and nothing shows it.
      if position > 0,
        line.starts(with: MboxFromLine.mark) || line.starts(with: MboxScanner.mmdfMark)
      {
        break
      }
      if line[0] != 32, line[0] != 9 {
        let name = Self.fieldName(line).map { Self.lowercased(line[..<$0]) }
        isNoted = name.map { Self.noted.contains($0) } ?? false
        mark = name.flatMap { isNoted && Self.marks.contains($0) && marks[$0] == nil ? $0 : nil }
        if contentLength == nil, name == Self.contentLengthName, line.count < 64 {
          contentLength = Self.number(line[Self.contentLengthName.count...])
        }
      }
      if isNoted {
        notedLength += next - position
        if let mark { marks[mark, default: []] += bytes[position..<next] }
      } else {
        csystem_sha256_update(&hash, bytes.baseAddress.map { $0 + position }, next - position)
      }
      position = next
    }
    var result = [UInt8](repeating: 0, count: 32)
    csystem_sha256_end(&hash, &result)
    digest = result.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
  }

  // MARK: What became of the message

  /// Whether a mail program has it for deleted, not finished, or junk.
  var isSetAside: Bool {
    guard !marks.isEmpty else { return false }
    func value(_ name: String) -> [UInt8] {
      (marks[Array(name.utf8)] ?? []).drop { $0 != UInt8(ascii: ":") }.dropFirst()
        .filter { $0 > 32 }
    }
    func number(_ name: String) -> UInt32 {
      UInt32(String(decoding: value(name), as: UTF8.self), radix: 16) ?? 0
    }
    let (status, other) = (value("status"), value("x-status"))
    if status.contains(UInt8(ascii: "D")) || other.contains(UInt8(ascii: "D"))
      || other.contains(UInt8(ascii: "T"))
    {
      return true
    }
    // Expunged; deleted on the server (nsMsgMessageFlags.idl of Thunderbird).
    if number("x-mozilla-status") & 0x0008 != 0 || number("x-mozilla-status2") & 0x0020_0000 != 0 {
      return true
    }
    if let labels = marks[Self.labelsName] {
      let header = MessageHeader(HeaderSection(labels))
      return header.texts(of: "X-Gmail-Labels").contains { text in
        text.split(separator: ",").contains { label in
          let label = label.drop { $0 == " " }
          return label.lowercased() == "chat" || SpecialFolderNames.contains(String(label))
        }
      }
    }
    return false
  }

  private static let labelsName = Array("x-gmail-labels".utf8)

  // The first of each tells. A sender can write them, too; who keeps an mbox takes theirs away.
  private static let marks = Set(
    ["status", "x-status", "x-mozilla-status", "x-mozilla-status2", "x-gmail-labels"].map {
      Array($0.utf8)
    })

  // MARK: Whether there is one

  /// Whether the header section of a message begins: a field, and in the section one that mail has.
  ///
  /// Prose may have a colon, too, and addresses of the web do.
  ///
  /// - Parameter bytes: What follows the `From ` line, up to the file's end or some thousand bytes.
  /// - Returns: Whether it begins there.
  static func begins(_ bytes: UnsafeRawBufferPointer) -> Bool {
    let bytes = UnsafeRawBufferPointer(rebasing: bytes.prefix(3072))
    var position = 0
    var hasField = false
    while position < bytes.count {
      let lineEnd = bytes[position...].firstIndex(of: 10) ?? bytes.count
      let line = UnsafeRawBufferPointer(rebasing: bytes[position..<lineEnd])
      position = lineEnd + 1
      guard let first = line.first, first != 13 else { return false }
      if hasField, first == 32 || first == 9 { continue }
      // A host may have taken the line of another for one of the header.
      if !hasField, line.starts(with: Self.markedFrom) { continue }
      guard let end = fieldName(line) else { return false }
      let name = lowercased(line[..<end])
      if isOfMail(name) { return true }
      hasField = true
    }
    // A long section of fields that only some program knows.
    return hasField && bytes.count == 3072
  }

  /// Whether a file is a message, by its first bytes: empty lines and a byte order mark may stand
  /// before it.
  static func begins(afterBlankLines bytes: UnsafeRawBufferPointer) -> Bool {
    var position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    while position < bytes.count, bytes[position] == 10 || bytes[position] == 13 { position += 1 }
    return begins(UnsafeRawBufferPointer(rebasing: bytes[position...]))
  }

  private static let markedFrom = Array(">From ".utf8)
  private static let contentLengthName = Array("content-length".utf8)

  private static let ofMail = Set(
    [
      "from", "to", "cc", "bcc", "date", "subject", "sender", "reply-to", "message-id", "received",
      "return-path", "delivered-to", "mime-version", "status", "in-reply-to", "references",
      "authentication-results", "envelope-to", "content-type", "content-length",
      "content-transfer-encoding", "organization", "user-agent", "precedence", "lines",
      "newsgroups",
    ].map { Array($0.utf8) })

  private static let beginnings = ["x-", "list-", "resent-", "arc-", "dkim-"].map { Array($0.utf8) }

  private static func isOfMail(_ name: [UInt8]) -> Bool {
    ofMail.contains(name) || beginnings.contains { name.count > $0.count && name.starts(with: $0) }
  }

  /// The fields in which mail programs note what becomes of a message, and where.
  private static let noted = Set(
    [
      "status", "x-status", "x-keywords", "x-uid", "x-imap", "x-imapbase", "x-mozilla-status",
      "x-mozilla-status2", "x-mozilla-keys", "x-gmail-labels", "content-length", "lines",
      "x-evolution",
      "x-evolution-source",
    ].map { Array($0.utf8) })

  /// Where the name of a line's field ends; `nil` where the line is none.
  private static func fieldName(_ line: UnsafeRawBufferPointer) -> Int? {
    var end = 0
    while end < line.count, line[end] > 32, line[end] < 127, line[end] != UInt8(ascii: ":") {
      end += 1
    }
    guard end > 0, end <= 256 else { return nil }
    var colon = end
    while colon < line.count, line[colon] == 32 || line[colon] == 9 { colon += 1 }
    guard colon < line.count, line[colon] == UInt8(ascii: ":") else { return nil }
    let isAddress = line[(colon + 1)...].starts(with: [UInt8(ascii: "/"), UInt8(ascii: "/")])
    return isAddress ? nil : end
  }

  private static func lowercased(_ name: Slice<UnsafeRawBufferPointer>) -> [UInt8] {
    name.map { $0 >= UInt8(ascii: "A") && $0 <= UInt8(ascii: "Z") ? $0 | 0x20 : $0 }
  }

  private static func number(_ value: Slice<UnsafeRawBufferPointer>) -> Int? {
    let digits = value.filter { $0 != 32 && $0 != 9 && $0 != 13 && $0 != UInt8(ascii: ":") }
    return Int(String(decoding: digits, as: UTF8.self))
  }
}
