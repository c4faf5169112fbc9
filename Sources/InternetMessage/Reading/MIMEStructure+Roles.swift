/// Says what each part of a message is to its reader.
///
/// Of a multipart/alternative the plain text is shown, else the HTML; of a multipart/related the
/// root, of a multipart/signed the first part. Another form of a text is a text, or a multipart
/// without files. What a page names by `cid:` (RFC 2392), or an image without a name, is inline.
/// Everything else is an attachment, wherever it stands: mailers put files into any multipart.
struct RoleReader {
  private let contents: MIMEContents
  private var parts: [MIMEPart] { contents.parts }
  /// How readable the best text in each part is.
  private let ranks: [Int]
  /// What the pages of the message name by `cid:`.
  private let namedIDs: Set<String>
  private var roles: [PartRole] = []
  /// Whether a part is in a branch of a multipart/alternative that is not shown.
  private var isOtherForm: [Bool] = []
  /// Which child of a multipart is the shown one, where only one is.
  private var chosen: [Int: Int] = [:]
  private var hasText = false
  /// The message, by itself or attached, of which a part is one; where texts of TNEF ask for it.
  private let owners: [Int]

  /// Reads the roles of the parts of a message, in their order.
  static func roles(in contents: MIMEContents) -> [PartRole] {
    var reader = RoleReader(contents)
    reader.read()
    return reader.roles
  }

  private init(_ contents: MIMEContents) {
    self.contents = contents
    ranks = Self.ranks(in: contents)
    namedIDs = Self.namedIDs(in: contents)
    roles.reserveCapacity(contents.parts.count)
    isOtherForm.reserveCapacity(contents.parts.count)
    owners = Self.owners(of: contents.parts)
  }

  private static func owners(of parts: [MIMEPart]) -> [Int] {
    guard parts.contains(where: { $0.origin == .tnefText }) else { return [] }
    var owners: [Int] = []
    for part in parts {
      owners.append(part.parent.map { isMessage(parts[$0]) ? $0 : owners[$0] } ?? 0)
    }
    return owners
  }

  private mutating func read() {
    for part in parts {
      let parent = part.parent
      // A message in a message is read by itself.
      let isOther = parent.map { roles[$0] != .message && isBesideShown(part, in: $0) } ?? false
      isOtherForm.append(isOther)
      let role = role(of: part)
      roles.append(role)
      if role == .text { hasText = true }
      guard part.hasChildren, part.contentType.isMultipart else { continue }
      switch part.contentType.subtype {
      case "alternative": chosen[part.index] = best(of: part)
      case "related": chosen[part.index] = root(of: part)
      default: break
      }
    }
    // A multipart that is nothing but another form of a text is that.
    var hasFile = parts.indices.map { roles[$0] == .attachment || roles[$0] == .message }
    for part in parts.reversed() {
      if let parent = part.parent, hasFile[part.index] { hasFile[parent] = true }
      if roles[part.index] == .container, isOtherForm[part.index], !hasFile[part.index] {
        roles[part.index] = .alternative
      }
    }
  }

  private func isBesideShown(_ part: MIMEPart, in parent: Int) -> Bool {
    if isOtherForm[parent] { return true }
    guard parts[parent].contentType.subtype == "alternative", let shown = chosen[parent] else {
      return false
    }
    return shown != part.index
  }

  private static func isMessage(_ part: MIMEPart) -> Bool {
    part.contentType.isMessage || part.origin == .tnefMessage
  }

  private func role(of part: MIMEPart) -> PartRole {
    if part.hasChildren, Self.isMessage(part) { return .message }
    switch part.origin {
    case .mime: break
    case .uuencode, .tnefMessage: return .attachment
    case .tnefFile: return isInline(part) ? .inline : .attachment
    case .tnefText:
      // The first, where the message has no other text; a blank one is none.
      let isFirst = part.parent == part.index - 1
      return isFirst && ranks[owners[part.index]] < 2 ? .text : .alternative
    }
    if let parent = part.parent {
      if roles[parent] == .signature { return .signature }
      // The second part of two is the signature (RFC 1847 section 2.1).
      if parts[parent].contentType.mediaType == "multipart/signed",
        part.index == parts[parent + 1].end
      {
        return .signature
      }
    }
    if part.hasChildren, part.contentType.isMultipart { return .container }
    // A multipart without parts: what it holds is text, if anything.
    if part.contentType.isMultipart { return isOtherForm[part.index] ? .alternative : .text }
    if isText(part) { return isOtherForm[part.index] ? .alternative : .text }
    if part.hasChildren {
      // What it is of is shown in place of a `winmail.dat`, but for a meeting of which nothing is.
      let hasFiles = parts[(part.index + 1)..<part.end].contains { $0.origin != .tnefText }
      return part.isItem && !hasFiles ? .attachment : .container
    }
    return isInline(part) ? .inline : .attachment
  }

  private func isText(_ part: MIMEPart) -> Bool {
    guard part.contentType.type == "text", part.disposition?.isAttachment != true else {
      return false
    }
    let parent = part.parent.map { parts[$0].contentType.subtype }
    if parent == "alternative", part.contentType.subtype == "rtf" { return true }
    guard Self.rank(part) > 0 else { return false }
    // The forms of a text may bear a name.
    return part.fileName == nil || !hasText || parent == "alternative"
  }

  private func isInline(_ part: MIMEPart) -> Bool {
    if let id = part.contentID, namedIDs.contains(id) { return true }
    return part.contentType.type == "image" && part.fileName == nil
      && part.disposition?.isAttachment != true && ranks[0] > 0
  }

  // MARK: Ranks

  private static func ranks(in contents: MIMEContents) -> [Int] {
    let parts = contents.parts
    var ranks = parts.map { part in
      let rank = part.disposition?.isAttachment == true ? 0 : rank(part)
      // A plain text of nothing but blanks is no text where there is another.
      return rank == plainRank && parts.count > 1 && BlankText.isBlank(part, in: contents)
        ? 1 : rank
    }
    for part in parts.reversed() {
      guard let parent = part.parent else { continue }
      // The text of an attached message is none of the message's own; TNEF's stands in for it.
      guard !isMessage(part), part.origin != .tnefText else { continue }
      ranks[parent] = max(ranks[parent], ranks[part.index])
    }
    return ranks
  }

  private static let plainRank = 4

  private static func rank(_ part: MIMEPart) -> Int {
    guard part.contentType.type == "text" else { return 0 }
    switch part.contentType.subtype {
    case "plain": return plainRank
    case "html": return 3
    case "calendar", "x-vcard", "vcard", "directory", "rtf", "css", "xml", "csv": return 0
    default: return 2
    }
  }

  private func best(of part: MIMEPart) -> Int {
    var best = part.index + 1
    var next = best
    while next < part.end {
      let isMessage = parts[next].contentType.isMessage
      if !isMessage, ranks[next] > ranks[best] || parts[best].contentType.isMessage { best = next }
      next = parts[next].end
    }
    return best
  }

  /// The root of a multipart/related: the part that `start` names, else the first
  /// (RFC 2387 section 3.2).
  private func root(of part: MIMEPart) -> Int {
    let first = part.index + 1
    guard let start = part.contentType.parameters["start"] else { return first }
    let id =
      start.hasPrefix("<") && start.hasSuffix(">") ? String(start.dropFirst().dropLast()) : start
    var next = first
    while next < part.end {
      if parts[next].contentID == id { return next }
      next = parts[next].end
    }
    return first
  }

  // MARK: Pages

  /// What the pages among some parts name by `cid:`; looked for only where a part could be meant.
  private static func namedIDs(in contents: MIMEContents) -> Set<String> {
    let parts = contents.parts
    guard parts.contains(where: { $0.contentID != nil && $0.contentType.type != "text" }) else {
      return []
    }
    var ids: Set<String> = []
    for part in parts
    where part.contentType.mediaType == "text/html" && part.disposition?.isAttachment != true {
      contents.withContent(of: part) { collectIDs(in: $0, &ids) }
    }
    return ids
  }

  private static func collectIDs(in page: Bytes, _ ids: inout Set<String>) {
    var position = 0
    while let colon = page.position(of: UInt8(ascii: ":"), from: position) {
      position = colon + 1
      guard colon >= 3, page.part((colon - 3)..<colon).equalsFolded("cid") else { continue }
      // The bytes of an address are percent-encoded in a link (RFC 2392 section 2).
      var id: [UInt8] = []
      while position < page.count, ids.count < 10_000, isOfLink(page[position]), id.count < 998 {
        if page[position] == UInt8(ascii: "%"), position + 2 < page.count,
          let high = ASCII.hexValue(page[position + 1]),
          let low = ASCII.hexValue(page[position + 2])
        {
          id.append(high << 4 | low)
          position += 3
        } else {
          id.append(page[position])
          position += 1
        }
      }
      ids.insert(String(decoding: id, as: UTF8.self))
    }
  }

  private static func isOfLink(_ byte: UInt8) -> Bool {
    switch byte {
    case 0...32, ASCII.quote, UInt8(ascii: "'"), UInt8(ascii: "<"), UInt8(ascii: ">"),
      UInt8(ascii: ")"), UInt8(ascii: "("):
      false
    default: true
    }
  }
}

/// Whether a text shows nothing.
enum BlankText {
  /// Whether the decoded body of a text part is nothing but white space.
  static func isBlank(_ part: MIMEPart, in contents: MIMEContents) -> Bool {
    let start = contents.withBody(of: part) { $0.first { !ASCII.isBlank($0) } }
    guard let first = start else { return true }
    if part.transferEncoding != .base64, ASCII.isLetter(first) || ASCII.isDigit(first) {
      return false
    }
    // Its first lines tell, unless they are blank.
    var part = part
    let whole = part.bodyRange
    if let end = firstLines(of: part, in: contents), end < whole.upperBound {
      part.bodyRange = whole.lowerBound..<end
      guard isBlank(TextReader.decodedText(of: part, in: contents, fallback: nil)) else {
        return false
      }
      part.bodyRange = whole
    }
    return isBlank(TextReader.decodedText(of: part, in: contents, fallback: nil))
  }

  /// Where the first lines end that can be decoded by themselves; `nil` where there are none.
  private static func firstLines(of part: MIMEPart, in contents: MIMEContents) -> Int? {
    let start = part.bodyRange.lowerBound
    if part.transferEncoding == .base64 { return start + 80 }
    return contents.withBody(of: part) { body in
      let visible = body.firstIndex { !ASCII.isBlank($0) } ?? 0
      guard let end = body.position(of: ASCII.lineFeed, from: visible + 16), end < visible + 4096
      else { return nil }
      // A line feed may be half a character of UTF-16 and its kin.
      let lines = body.part(0..<(end + 1))
      guard lines.position(of: 0, from: 0) == nil, Charset.markOfUTF16(lines) == nil else {
        return nil
      }
      return start + end + 1
    }
  }

  private static func isBlank(_ text: [UInt8]) -> Bool {
    String(decoding: text, as: UTF8.self).unicodeScalars.allSatisfy { scalar in
      switch scalar.value {
      // Characters without width, and what stands for a picture in a text made of a page.
      case 0, 0xAD, 0x34F, 0x200B...0x200F, 0x2060, 0xFEFF, 0xFFFC: true
      default: scalar.properties.isWhitespace
      }
    }
  }
}
