import InternetMessage
import Testing

/// The rich text that Outlook puts into a `winmail.dat`.
@Suite("Rich text")
struct RichTextTests {
  /// The text that a message shows whose stream holds rich text, compressed or not.
  private func shown(_ rtf: [UInt8], magic: Int = 0x414C_454D, length: Int? = nil) -> String {
    let header =
      TNEFMaker.number(rtf.count + 12, 4) + TNEFMaker.number(length ?? rtf.count, 4)
      + TNEFMaker.number(magic, 4) + TNEFMaker.number(0, 4)
    var maker = TNEFMaker()
    maker.add(properties: [TNEFMaker.long(0x1009, 0x102, header + rtf)])
    return maker.mail(text: nil).text.string
  }

  static let texts: [(String, String, String)] = [
    ("plain words, and braces that are text", #"{\rtf1\ansi a\{b\}\\ c}"#, "a{b}\\ c\n"),
    ("paragraphs and tabs", #"{\rtf1 one\par two\tab three\line four}"#, "one\ntwo\tthree\nfour\n"),
    ("line ends of the file are none", "{\\rtf1 o\r\nne\\par\r\ntwo}", "one\ntwo\n"),
    ("bytes in the code page", #"{\rtf1\ansi\ansicpg1252 Gr\'fc\'dfe \'80}"#, "Grüße €\n"),
    ("another code page", #"{\rtf1\ansi\ansicpg1251 \'cf\'f0\'e8}"#, "При\n"),
    ("two bytes of one character", #"{\rtf1\ansi\ansicpg932 \'93\'fa}"#, "日\n"),
    (
      "the charset of a font",
      #"{\rtf1\ansi{\fonttbl{\f0 Arial;}{\f1\fcharset204 Arial Cyr;}}\f0 a {\f1 \'cf}\'e9}"#,
      "a Пé\n"
    ),
    ("numbers of characters, and what stands in", #"{\rtf1 \u8364?\u-255?x}"#, "€\u{FF01}x\n"),
    ("a pair of units", #"{\rtf1 \u-10179?\u-8704?}"#, "\u{1F600}\n"),
    ("longer stand-ins", #"{\rtf1\uc2 \u8364\'80?x{\uc0 \u8364 y}}"#, "€x€y\n"),
    (
      "what is no text of the message",
      #"{\rtf1{\fonttbl{\f0 Arial;}}{\colortbl;\red0;}{\info{\title T}}{\*\gen x{y}}{\pict 00ff}a}"#,
      "a\n"
    ),
    ("bytes that look as anything", "{\\rtf1 a\\bin3 }}}b}", "ab\n"),
    (
      "a page within (MS-OXRTFEX)",
      #"{\rtf1\fromhtml1 {\*\htmltag64 <p>}\htmlrtf \par\htmlrtf0 words{\*\htmltag72 </p>}}"#,
      "\nwords\n"
    ),
    ("never closed, and closed too often", #"}}{\rtf1 {a}}} b \'"#, "a b \n"),
    (
      "numbers without end", #"{\rtf1 \u99999999999999999999?\uc-5\bin-9 a\f99999999999 b}"#,
      "\u{C9FF}ab\n"
    ),
  ]

  @Test("is reduced to its words", arguments: texts)
  func words(_ row: (String, String, String)) {
    #expect(shown(Array(row.1.utf8)) == row.2, "\(row.0)")
  }

  @Test("is expanded: literals, references to itself and to what every text begins with")
  func expansion() {
    // The first six of the window, ` ab`, and `ab` over its own end.
    var bytes: [UInt8] = [0b0001_0001]
    bytes += reference(0, 6) + Array(" ab".utf8)
    bytes += reference(207 + 7, 6) + Array("}".utf8)
    // The end: a reference to where the next byte goes.
    let end = 207 + 6 + 3 + 6 + 1
    bytes[0] |= 0b0100_0000
    bytes += reference(end, 2) + Array("lost".utf8)
    #expect(shown(bytes, magic: 0x7546_5A4C, length: 1000) == "abababab\n")
    // What is said of the length ends it, and no more is made than there is room for.
    #expect(shown(bytes, magic: 0x7546_5A4C, length: 11) == "abab\n")
    #expect(shown(bytes, magic: 0x1234_5678, length: 11) == "")
    for count in 0..<bytes.count {
      _ = shown(Array(bytes[..<count]), magic: 0x7546_5A4C, length: 0x7FFF_FFFF)
    }
  }

  private func reference(_ place: Int, _ length: Int) -> [UInt8] {
    [UInt8(place >> 4), UInt8(truncatingIfNeeded: place << 4 | length - 2)]
  }
}
