import Foundation
import InternetMessage

extension FuzzMode {
  /// The parser of messages.
  static let message = FuzzMode(
    name: "message", seeds: messages,
    // What the grammars of mail give a meaning; put in where it does not belong.
    fragments: [
      "\r\n", "\n", "\r", "\n\n", "\r\n\r\n", "\n ", "\0", "--", "--b\n", "--b--\n", ": ", ";", ",",
      "<",
      ">", "@", "(", ")", "\"", "\\", "\\\"", "=?", "?=", "=?utf-8?B?", "=?utf-8?q?=C3",
      "=?x?b?====?=",
      "=", "==", "=\n", "=3D", "&amp;", "&#x110000;", "&#0", "<!--", "-->", "<script>", "</script",
      "<blockquote>", "<a href='", "<div hidden>", "</div>", "<b style='display:none'>", "</b>",
      "style=\"font-size:0;", "<table>", "<tr>", "<td>", "<title/>", "<style>", "<!-->", "--!>",
      "<![CDATA[", "&notit;", "&NotEqualTilde;", "\\64isplay:none", "/*", "!important",
      "boundary=b", "*0*=utf-8''%C3", "*1=", "charset=iso-2022-jp",
      "charset=utf-16", "charset=utf-7", "charset=euc-jp", "charset=shift_jis", "charset=big5",
      "charset=gb18030", "charset=iso-2022-kr", "charset=hz-gb-2312", "charset=euc-kr",
      "charset=x-unknown", "=?utf-7?Q?+ANw-?=", "+ANw-", "\u{1B}$B", "\u{1B}(B", "\u{1B}(I",
      "\u{1B}$(D", "\u{0E}", "\u{0F}", "~{", "~}", "Content-Type: multipart/mixed; boundary=b\n\n",
      "Content-Type: message/rfc822\n\n", "Content-Transfer-Encoding: base64\n\n",
      "Content-Transfer-Encoding: quoted-printable\n", "From ", "\nFrom: a@b\n", "undisclosed:;",
      "Mon, 31 Feb 99999 99:99:99 +9999", "\u{FEFF}", "\u{3000}", "> ", "-- \n", "From:\n",
      "Sent:\n", "(c)", ". ", "ü", "u\u{308}", "\u{3002}", "@xn--", "\u{FF0E}", "'", "p. m.",
      "9h15",
      "Sent:\n", "begin 644 a\n", "begin 644 a\n#8V%T\n`\nend\n", "#8V%T\n", "`\nend\n",
      "begin-base64 644 a\nY2F0\n", "====\n", "Content-Transfer-Encoding: x-uuencode\n",
      "Content-Transfer-Encoding: base64\nContent-Type: message/rfc822\n\n",
      "Content-Type: application/ms-tnef\n", "x\u{9F}>\"", "LZFu", "MELA", "\0\0\0", "\u{1}\0\0\0",
      "\u{7F}\0\0\0", "{\\rtf1 ", "\\'e9", "\\u-1?", "\\uc9 ", "\\bin99 ", "{\\*\\x ", "{", "}",
      "\\fcharset204 ", "\\par ",
    ],
    beginnings: [
      "To: ", "From: =?utf-8?q?", "Date: ", "Subject: ", "References: ", "Content-Type: ",
    ],
    broken: MessageInvariants.broken)

  private static func messages(_ folder: URL) throws -> [[UInt8]] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".eml") }.sorted()
      .map { [UInt8](try Data(contentsOf: folder.appendingPathComponent($0))) }
  }
}

/// What must hold of every message.
private enum MessageInvariants {
  /// The first that does not hold, in words.
  static func broken(by bytes: [UInt8]) -> String? {
    let message = Message(bytes)
    let section = message.header.section
    guard section.bodyOffset <= bytes.count else { return "the body begins beyond the end" }
    var previous = 0
    for field in section.fields {
      guard field.range.lowerBound >= previous, field.range.upperBound <= section.bytes.count,
        field.range.contains(field.nameRange.lowerBound), !field.nameRange.isEmpty,
        field.valueRange.upperBound <= field.range.upperBound
      else { return "fields overlap or leave the section" }
      previous = field.range.upperBound
    }
    for mailbox in message.header.participants
    where mailbox.localPart.isEmpty || mailbox.domain.isEmpty {
      return "half an address"
    }
    for mailbox in message.header.participants {
      let again = AddrSpec(localPart: mailbox.localPart, domain: mailbox.domainKey)
      guard mailbox == again else { return "an address that is not its key's" }
    }
    if let date = message.header.date, abs(date.zoneMinutes) > 24 * 60 {
      return "a zone of more than a day"
    }
    if let subject = message.header.subject,
      subject.unicodeScalars.contains(where: { $0 == "\n" || $0 == "\r" || $0.value == 0 })
    {
      return "a line end in the subject"
    }
    return brokenStructure(message) ?? brokenText(message)
  }

  private static func brokenStructure(_ message: Message) -> String? {
    let parts = message.structure.parts
    guard let root = parts.first, root.end == parts.count else { return "no root" }
    for part in parts {
      let source =
        part.source == 0 ? message.bytes : message.structure.decoded[part.source - 1]
      guard part.headerRange.upperBound <= part.bodyRange.lowerBound,
        part.bodyRange.upperBound <= source.count, part.end > part.index, part.end <= parts.count
      else { return "a part leaves the message" }
      if let parent = part.parent {
        guard parent < part.index, part.end <= parts[parent].end,
          part.depth == parts[parent].depth + 1
        else { return "a part leaves its parent" }
      }
      guard message.content(of: part).count <= part.bodyRange.count else {
        return "a content longer than what was written"
      }
    }
    guard message.structure.roles.count == parts.count else { return "a part without a role" }
    guard Set(parts.map(\.number)) == Set(1...parts.count) else { return "numbers with a gap" }
    let decoded = message.structure.decoded.reduce(0) { $0 + $1.count }
    guard decoded <= max(64 << 10, 4 * message.bytes.count) else { return "too much is decoded" }
    for part in parts where part.contentType.subtype == "ms-tnef" {
      if let broken = brokenStream(message.content(of: part)) { return broken }
    }
    for attachment in message.attachments where attachment.number > parts.count {
      return "an attachment that is no part"
    }
    return nil
  }

  private static func brokenStream(_ bytes: [UInt8]) -> String? {
    guard let stream = TNEF(bytes) else { return nil }
    for property in stream.properties + stream.recipients.flatMap({ $0 }) {
      guard property.range.upperBound <= bytes.count else { return "a property leaves the stream" }
      let values: [Any?] = [
        stream.string(property), stream.integer(property), stream.time(property),
      ]
      guard values.filter({ $0 != nil }).count <= 1 else { return "a property of two types" }
    }
    for attribute in stream.attributes + stream.attachments.flatMap(\.attributes) {
      guard attribute.range.upperBound <= bytes.count else { return "an attribute leaves it" }
      _ = stream.localTime(attribute)
    }
    return nil
  }

  private static func brokenText(_ message: Message) -> String? {
    broken(message.text) ?? broken(message.textWithLinks)
  }

  private static func broken(_ text: MessageText) -> String? {
    guard !text.utf8.contains(0), !text.utf8.contains(13) else { return "NUL or CR in the text" }
    guard String(validating: text.utf8, as: UTF8.self) != nil else {
      return "text that is no UTF-8"
    }
    var end = 0
    for block in text.blocks {
      guard block.range.lowerBound == end, !block.range.isEmpty else { return "a gap in the text" }
      end = block.range.upperBound
    }
    return end == text.utf8.count ? nil : "text without a mark"
  }
}
