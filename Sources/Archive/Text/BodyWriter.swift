import InternetMessage

/// Writes the text of a message: what the sender wrote, quotations that one unfolds, signatures, attached
/// messages, links that one can follow.
///
/// What comes out is bounded: at most `MessageBody.maxLength` bytes of text, with so many blocks, links
/// and named characters that a browser can hold it.
struct BodyWriter {
  /// So many blocks are folded or dimmed; what follows is one text.
  static let maxBlocks = 500
  /// So many addresses are links.
  static let maxLinks = 2000
  /// A quotation of so many lines stands open: the answer stands below it.
  private static let maxOpenLines = 4
  /// An attached message that stands deeper is drawn as if it did not.
  private static let maxDepth = 4

  private let body: MessageBody
  private let text: UnsafeBufferPointer<UInt8>
  private var blocks = 0
  private var links = 0

  /// Writes a text.
  ///
  /// - Parameters:
  ///   - body: The text.
  ///   - page: What it is written to.
  /// - Returns: How many bytes of it were left out.
  static func write(_ body: MessageBody, to page: inout PageBuffer) -> Int {
    // A text that is made of valid parts is valid; a page must be so whatever was read.
    var text = String(decoding: body.text.utf8, as: UTF8.self)
    // The places of blocks are those of what was read.
    guard text.utf8.count == body.text.utf8.count else {
      return text.withUTF8 { whole in
        var writer = BodyWriter(body, whole)
        let end = writer.cut(whole.count)
        writer.block(.text, 0..<end, to: &page)
        return whole.count - end
      }
    }
    return text.withUTF8 { whole in
      var writer = BodyWriter(body, whole)
      let end = writer.cut(whole.count)
      writer.sections(to: end, page: &page)
      return whole.count - end
    }
  }

  private init(_ body: MessageBody, _ text: UnsafeBufferPointer<UInt8>) {
    self.body = body
    self.text = text
  }

  /// Where a text ends that is not too long: behind a line, where one ends near, else between two
  /// characters.
  private func cut(_ length: Int) -> Int {
    guard length > MessageBody.maxLength else { return length }
    var end = MessageBody.maxLength
    let line = text[(end - 2000)..<end].lastIndex(of: 0x0A)
    if let line { return line + 1 }
    while end > 0, text[end] & 0xC0 == 0x80 { end -= 1 }
    return end
  }

  private mutating func sections(to end: Int, page: inout PageBuffer) {
    let all = body.text.blocks
    var next = 0
    var lastMessage = 0
    for section in body.text.sections where section.range.lowerBound < end {
      let range = section.range.lowerBound..<min(end, section.range.upperBound)
      guard section.part > 0 else {
        while next < all.count, all[next].range.upperBound <= range.lowerBound { next += 1 }
        while next < all.count, all[next].range.lowerBound < range.upperBound,
          blocks < Self.maxBlocks
        {
          block(all[next].kind, all[next].range.clamped(to: range), to: &page)
          if all[next].range.upperBound > range.upperBound { break }
          next += 1
        }
        if blocks >= Self.maxBlocks, next < all.count {
          block(.text, all[next].range.lowerBound..<end, to: &page)
          return
        }
        continue
      }
      guard blocks < Self.maxBlocks else {
        block(.text, range.lowerBound..<end, to: &page)
        return
      }
      attached(section, range, isNew: section.part > lastMessage, to: &page)
      lastMessage = max(lastMessage, section.part)
    }
  }

  /// Writes what belongs to an attached message, with what it says of itself above where it begins.
  private mutating func attached(
    _ section: MessageText.Section, _ range: Range<Int>, isNew: Bool, to page: inout PageBuffer
  ) {
    blocks += 1
    let classes: [StaticString] = ["depth1", "depth2", "depth3", "depth4"]
    page.raw("<div class=\"attached ")
    page.raw(classes[min(max(section.depth, 1), Self.maxDepth) - 1])
    page.raw("\">\n")
    if isNew, let heading = body.headings[section.part] {
      page.raw("<p class=\"head\">An attached message")
      if let sender = heading.sender {
        page.raw(" from <bdi>")
        page.text(sender.label)
        page.raw("</bdi>")
        if sender.label != sender.address {
          page.raw(" <bdi class=\"address\">")
          page.text(sender.address)
          page.raw("</bdi>")
        }
      }
      if let sentAt = heading.sentAt {
        page.raw(", ")
        page.time(sentAt, .moment)
      }
      if let subject = heading.subject {
        page.raw(": <bdi class=\"subject\">")
        page.text(subject)
        page.raw("</bdi>")
      }
      page.raw("</p>\n")
    }
    block(.attached, range, to: &page)
    page.raw("</div>\n")
  }

  private mutating func block(
    _ kind: MessageText.Block.Kind, _ range: Range<Int>, to page: inout PageBuffer
  ) {
    let range = withoutBlankLines(range)
    guard !range.isEmpty else { return }
    blocks += 1
    switch kind {
    case .text, .attached:
      page.raw("<div class=\"text\" dir=\"auto\">")
      linked(range, to: &page)
      page.raw("</div>\n")
    case .signature:
      page.raw("<div class=\"text signature\" dir=\"auto\">")
      linked(range, to: &page)
      page.raw("</div>\n")
    case .quoted:
      let lines = text[range].count { $0 == 0x0A } + 1
      guard lines > Self.maxOpenLines else {
        page.raw("<blockquote class=\"text\" dir=\"auto\">")
        linked(range, to: &page)
        page.raw("</blockquote>\n")
        return
      }
      page.raw("<details class=\"quoted\"><summary>Quotation, ")
      page.counted(lines, "line", "lines")
      page.raw("</summary><blockquote class=\"text\" dir=\"auto\">")
      linked(range, to: &page)
      page.raw("</blockquote></details>\n")
    }
  }

  /// A range without the blank lines at its beginning and the blanks at its end.
  private func withoutBlankLines(_ range: Range<Int>) -> Range<Int> {
    var end = range.upperBound
    while end > range.lowerBound, text[end - 1] <= 0x20 { end -= 1 }
    var start = range.lowerBound
    var position = start
    while position < end, text[position] <= 0x20 {
      if text[position] == 0x0A { start = position + 1 }
      position += 1
    }
    return min(start, end)..<end
  }

  /// Writes a part of the text, with the addresses in it as links.
  private mutating func linked(_ range: Range<Int>, to page: inout PageBuffer) {
    let part = UnsafeBufferPointer(rebasing: text[range])
    let found = WebLink.all(in: part, limit: Self.maxLinks - links)
    links += found.count
    var written = 0
    for link in found {
      page.body(utf8: UnsafeBufferPointer(rebasing: part[written..<link.range.lowerBound]))
      let address = UnsafeBufferPointer(rebasing: part[link.range])
      page.raw("<a rel=\"noopener noreferrer nofollow\" referrerpolicy=\"no-referrer\" href=\"")
      page.plain(utf8: address)
      page.raw("\">")
      page.text(utf8: address)
      page.raw("</a>")
      written = link.range.upperBound
    }
    page.body(utf8: UnsafeBufferPointer(rebasing: part[written...]))
  }
}
