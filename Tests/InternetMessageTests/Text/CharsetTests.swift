import InternetMessage
import Testing

@Suite("Charsets")
struct CharsetTests {
  private func text(_ label: String?, _ bytes: [UInt8], kind: String = "plain") -> String {
    let charset = label.map { "; charset=\"\($0)\"" } ?? ""
    return Message(Array("Content-Type: text/\(kind)\(charset)\n\n".utf8) + bytes).text.string
  }

  private func subject(_ raw: String, type: String = "text/plain") -> String? {
    Message(Array("Subject: \(raw)\nContent-Type: \(type)\n\nx\n".utf8)).header.subject
  }

  /// Labels, two bytes of text, and what they mean; where the bytes differ by label, all do.
  private static let meanings: [([String], [UInt8], String)] = [
    // WHATWG Encoding 4.2; Windows' and Java's names of the same.
    (
      [
        "utf-8", "UTF8", "unicode-1-1-utf-8", "x-unicode20utf8", "cp65001", "65001", "utf8mb4",
        "utf-8-sig", "AL32UTF8", "utf_8", "ms65001",
      ], [0xC3, 0x9F], "ß"
    ),
    (
      [
        "windows-1252", "x-cp1252", "Cp1252", "1252", "ansi", "win-1252", "windows1252",
        "iso-8859-1", "ISO8859_1", "8859_1", "latin1", "iso_8859-1:1987", "csISOLatin1", "cp819",
        "28591", "l1", "ibm819",
      ], [0xE4, 0x80], "ä€"
    ),
    (["iso-8859-2", "ISO8859_2", "latin2", "28592", "csisolatin2", "l2"], [0xB1, 0xE6], "ąć"),
    (["windows-1250", "Cp1250", "x-cp1250", "1250", "238"], [0xB9, 0xE6], "ąć"),
    (["windows-1251", "Cp1251", "win1251", "x-cp1251", "204", "ms1251"], [0xC4, 0xE0], "Да"),
    (["koi8-r", "KOI8_R", "koi", "cskoi8r", "20866", "koi8"], [0xE4, 0xC1], "Да"),
    (["koi8-u", "koi8-ru", "21866"], [0xA4, 0xA7], "єї"),
    (["iso-8859-5", "cyrillic", "ISO8859_5", "28595"], [0xB4, 0xD0], "Да"),
    (["x-mac-cyrillic", "MacCyrillic", "10007", "x-mac-ukrainian"], [0x84, 0xE0], "Да"),
    (["ibm866", "cp866", "Cp866", "866", "x-IBM866"], [0x84, 0xA0], "Да"),
    (["windows-1253", "Cp1253", "161"], [0xC1, 0xE1], "Αα"),
    (["iso-8859-7", "greek", "sun_eu_greek", "ELOT_928"], [0xC1, 0xE1], "Αα"),
    (["iso-8859-9", "latin5", "windows-1254", "28599"], [0xF0, 0xFE], "ğş"),
    (["iso-8859-8-i", "iso-8859-8", "hebrew", "logical", "visual", "38598"], [0xF9, 0xEC], "של"),
    (["windows-1255", "Cp1255", "177"], [0xF9, 0xEC], "של"),
    (["windows-1256", "178"], [0xC7, 0xE1], "ال"),
    (["iso-8859-15", "latin-9", "l9", "ISO8859_15_FDIS"], [0xA4, 0xBD], "€œ"),
    (["windows-874", "tis-620", "x-windows-874", "MS874", "iso-8859-11"], [0xA1, 0xD2], "กา"),
    (["macintosh", "x-mac-roman", "MacRoman", "10000"], [0x8A, 0xDB], "ä€"),
    (["cp437", "Cp437", "IBM437", "437", "dos-437"], [0x81, 0xE1], "üß"),
    (["cp850", "ibm850", "850"], [0x81, 0xE1], "üß"),
    (
      [
        "gb2312", "gbk", "x-gbk", "gb18030", "GB_2312-80", "chinese", "MS936", "x-mswin-936",
        "936", "EUC_CN", "134", "cp936",
      ], [0xD6, 0xD0], "中"
    ),
    (["big5", "Big5-HKSCS", "cn-big5", "x-x-big5", "MS950", "950", "136"], [0xA4, 0xA4], "中"),
    // Signs that glibc's table lacks or takes for others.
    (
      ["big5", "cp950"], [0xA1, 0xFE, 0xA2, 0x40, 0xA1, 0xE3, 0xA1, 0x45, 0xA3, 0xE1], "／＼～‧€"
    ),
    (["big5-hkscs"], [0xA4, 0xA4, 0xA2, 0xCC, 0x31, 0x88, 0x62], "中十1Ê̄"),
    (
      [
        "euc-kr", "ks_c_5601-1987", "korean", "windows-949", "x-windows-949", "MS949", "EUC_KR",
        "949", "cp949", "ksc5601", "129",
      ], [0xB0, 0xA1], "가"
    ),
    (
      [
        "shift_jis", "Shift-JIS", "SJIS", "x-sjis", "windows-31j", "MS932", "cp932", "932",
        "ms_kanji", "x-ms-cp932", "128",
      ], [0x87, 0x40], "①"
    ),
    (["euc-jp", "EUC_JP", "x-euc-jp", "eucJP-ms", "51932", "cp51932"], [0xAD, 0xA1], "①"),
    (
      ["iso-2022-jp", "csISO2022JP", "x-windows-iso2022jp", "cp50220", "50221", "JIS"],
      Array("\u{1B}$B-!\u{1B}(B".utf8), "①"
    ),
    (["hz-gb-2312", "HZ", "52936"], Array("~{VP~}".utf8), "中"),
    (["iso-2022-kr", "50225"], Array("\u{1B}$)C\u{0E}0!\u{0F}".utf8), "가"),
    (["utf-16", "utf-16le", "unicode", "ucs-2", "1200"], [0x2D, 0x4E, 0x21, 0], "中!"),
    (["utf-16be", "unicodeFFFE", "1201"], [0x4E, 0x2D, 0, 0x21], "中!"),
    (["utf-32be"], [0, 1, 0xF6, 0], "😀"),
    (["utf-7", "unicode-1-1-utf-7", "x-unicode-2-0-utf-7", "65000"], Array("+Ti0-".utf8), "中"),
  ]

  @Test("every label means what browsers and Outlook mean", arguments: 0..<meanings.count)
  func labels(number: Int) {
    let (labels, bytes, expected) = Self.meanings[number]
    for label in labels { #expect(text(label, bytes) == expected + "\n", "\(label)") }
  }

  @Test(
    "Japanese with the rows of NEC and IBM, half-width kana, JIS X 0212",
    arguments: [
      // NEC row 13, 〜 as Windows has it (WHATWG Encoding index jis0208), IBM's 髙.
      ("iso-2022-jp", "\u{1B}$B-j!A|b\u{1B}(B", "㈱～髙"),
      ("iso-2022-jp", "\u{1B}(I1;\u{1B}(B-", "ｱｻ-"),
      ("iso-2022-jp", "\u{1B}$(D0!\u{1B}(B", "丂"),
      ("iso-2022-jp", "\u{1B}(J\\~\u{1B}(B\\~", "¥‾\\~"),
      ("iso-2022-jp-2", "\u{1B}$AVP\u{1B}$(C0!\u{1B}(B", "中가"),
      // Damaged: decoding goes on at the next character (WHATWG Encoding 12.2.1).
      ("iso-2022-jp", "\u{1B}$B;\u{1B}(Bx", "\u{FFFD}x"),
      ("iso-2022-jp", "a\u{1B}x", "a\u{1B}x"),
      // Not labelled.
      ("us-ascii", "\u{1B}$B;3\u{1B}(B", "山"), ("", "\u{1B}$B;3\u{1B}(B", "山"),
    ])
  func japanese(label: String, body: String, expected: String) {
    #expect(text(label.isEmpty ? nil : label, Array(body.utf8)) == expected + "\n")
  }

  @Test(
    "after what is no character decoding goes on at the next",
    arguments: [
      // One lead byte, one damaged pair (a trail above 127 goes with it), then good text.
      ("shift_jis", [0x93, 0xFA, 0x81, 0xFF, 0x96, 0x7B], "日\u{FFFD}本"),
      ("euc-jp", [0xC6, 0xFC, 0xA9, 0xFF, 0xCB, 0xDC], "日\u{FFFD}本"),
      ("gbk", [0xD6, 0xD0, 0xFE, 0xFF, 0xCE, 0xC4], "中\u{FFFD}文"),
      ("big5", [0xA4, 0xA4, 0xFE, 0xFF, 0xA4, 0xE5], "中\u{FFFD}文"),
      ("euc-kr", [0xB0, 0xA1, 0xFE, 0xFF, 0xB0, 0xA2], "가\u{FFFD}각"),
      // An ASCII trail stays.
      ("euc-jp", [0xC6, 0x41, 0xCB, 0xDC], "\u{FFFD}A本"),
      ("shift_jis", [0x81, 0x20, 0x96, 0x7B], "\u{FFFD} 本"),
      // What begins nothing is one byte (WHATWG Encoding 12.3.1, 12.1.1).
      ("shift_jis", [0xFD, 0xB1, 0xFF, 0x96, 0x7B], "\u{FFFD}ｱ\u{FFFD}本"),
      ("euc-jp", [0x80, 0xCB, 0xDC, 0xA0, 0xCB, 0xDC], "\u{FFFD}本\u{FFFD}本"),
      // What is whole and no character leaves nothing behind.
      ("euc-jp", [0xA9, 0xF0, 0xCB, 0xDC], "\u{FFFD}本"),
      ("euc-jp", [0x8F, 0xA1, 0xA1, 0xCB, 0xDC], "\u{FFFD}本"),
      ("euc-jp", [0x8F, 0xB0, 0x41, 0x8E, 0x41, 0x8F], "\u{FFFD}A\u{FFFD}A\u{FFFD}"),
      ("iso-2022-jp", Array("\u{1B}$B)pK\\\u{1B}(B".utf8), "\u{FFFD}本"),
      ("gb18030", [0x81, 0x30, 0xD6, 0xD0], "\u{FFFD}0中"),
      ("big5", [0xFE, 0x20, 0xA4, 0xA4, 0xA4], "\u{FFFD} 中\u{FFFD}"),
      // The euro sign of code page 936.
      ("gbk", [0x80, 0x31], "€1"),
      ("koi8-r", [0xE4, 0xC1], "Да"),
    ] as [(String, [UInt8], String)])
  func damaged(label: String, bytes: [UInt8], expected: String) {
    #expect(text(label, bytes) == expected + "\n")
  }

  @Test(
    "a label that nobody knows destroys nothing",
    arguments: [
      ("x-unknown", Array("Grüße".utf8), "Grüße"), ("no-such", [0x61, 0xE9], "aé"),
      // Windows' text under the label that Japanese mail has.
      ("iso-2022-jp", [0x93, 0xFA, 0x96, 0x7B, 0xB1], "日本ｱ"),
      ("", [0x61, 0xE9], "aé"), ("8859_99", [0x61, 0xE9], "aé"),
      ("utf-16", Array("abc".utf8), "abc"),
    ] as [(String, [UInt8], String)])
  func unknown(label: String, bytes: [UInt8], expected: String) {
    #expect(text(label, bytes) == expected + "\n")
  }

  @Test("what names no charset that is known is read in that of the page or of another part")
  func neighbours() {
    let cyrillic: [UInt8] = [0xC4, 0xE0]
    let meta = Array("<meta charset=windows-1251>".utf8)
    #expect(text("x-unknown", meta + cyrillic, kind: "html") == "Да\n")
    #expect(text(nil, meta + cyrillic, kind: "html") == "Да\n")
    #expect(text("x-unknown", meta + Array("ü".utf8), kind: "html") == "ü\n")
    let spaced = Array("<meta content='text/html; CharSet = \"windows-1251\"'>".utf8)
    #expect(text(nil, spaced + cyrillic, kind: "html") == "Да\n")
    // A page whose words about itself are ASCII is in no UTF-16 (WHATWG HTML 13.2.3.2).
    #expect(
      text(nil, Array("<meta charset=unicode>words".utf8), kind: "html") == "words\n")
    let parts =
      Array(
        "Content-Type: multipart/mixed; boundary=b\nSubject: ".utf8) + cyrillic
      + Array("\n\n--b\n\n".utf8) + cyrillic
      + Array("\n--b\nContent-Type: text/html; charset=windows-1251\n\n".utf8) + cyrillic
      + Array("\n--b--\n".utf8)
    let message = Message(parts)
    #expect(message.text.string == "Да\n\nДа\n")
    #expect(message.header.subject == "Да")
  }

  @Test("raw 8-bit text of the header is in the charset that the body names, where it is not UTF-8")
  func rawHeader() {
    func header(_ raw: [UInt8], _ type: String) -> MessageHeader {
      Message(
        Array("From: ".utf8) + raw + Array(" <a@x.example>\nSubject: ".utf8) + raw
          + Array("\nContent-Type: \(type)\n\nx\n".utf8)
      ).header
    }
    let russian = header([0xE4, 0xC1], "text/plain; charset=koi8-r")
    #expect(russian.subject == "Да")
    #expect(russian.from.first?.displayName == "Да")
    #expect(russian.texts(of: "subject") == ["Да"])
    #expect(russian.notes.contains { $0.kind == .rawEightBit })
    // A second byte that is a backslash quotes nothing.
    #expect(header([0x83, 0x5C], "text/plain; charset=shift_jis").from.first?.displayName == "ソ")
    #expect(header(Array("Да".utf8), "text/plain; charset=koi8-r").subject == "Да")
    #expect(header([0xE9], "text/plain; charset=utf-8").subject == "é")
  }

  @Test(
    "what is UTF-8, and no text in the charset of the label, is UTF-8",
    arguments: [
      // C1 controls of ISO-8859 (RFC 2045 section 2.2 allows the label; ECMA-94 has no letters there).
      ("iso-8859-2", "Dzień"), ("iso-8859-1", "Grüße"), ("iso-8859-9", "değil Ş"),
      // Seven bits are all that they have.
      ("iso-2022-jp", "Grüße"), ("hz-gb-2312", "Grüße"), ("utf-7", "Grüße"), ("utf-16", "Grüße"),
      // No characters of the multi-byte sets.
      ("euc-jp", "日本語"), ("big5", "Grüße"),
      // 0x98 is not assigned in windows-1251.
      ("windows-1251", "И да"),
    ])
  func mislabelled(label: String, body: String) {
    #expect(text(label, Array(body.utf8)) == body + "\n")
  }

  @Test("what could be either stays what the label says; a bare number says little")
  func labelled() {
    #expect(text("134", Array("Grüße".utf8)) == "Grüße\n")
    #expect(text("windows-1252", [0xC3, 0xBC]) == "Ã¼\n")
    #expect(text("gb18030", [0xD6, 0xD0, 0xB9, 0xFA]) == "中国\n")
  }

  @Test("a byte order mark decides (WHATWG Encoding 6)")
  func marks() {
    let little: [UInt8] = [0xFF, 0xFE, 0x47, 0, 0xFC, 0]
    let big: [UInt8] = [0xFE, 0xFF, 0, 0x47, 0, 0xFC]
    for label in [nil, "us-ascii", "utf-16", "utf-16be", "utf-16le", "utf-8"] {
      #expect(text(label, little) == "Gü\n")
      #expect(text(label, big) == "Gü\n")
    }
    #expect(text("windows-1252", Array("\u{FEFF}Gü".utf8)) == "Gü\n")
    #expect(text("utf-16", little + [0x41]) == "Gü\u{FFFD}\n")
    // Half of a pair is no character.
    #expect(text("utf-16be", [0xD8, 0x3D, 0, 0x41]) == "\u{FFFD}A\n")
  }

  @Test(
    "UTF-7 (RFC 2152)",
    arguments: [
      ("Hi Mom -+Jjo--!", "Hi Mom -☺-!"), ("+ZeVnLIqe-", "日本語"), ("1 +- 2", "1 + 2"),
      ("+2D3eAA-", "😀"), ("1 + 2", "1 + 2"), ("+ANw", "Ü"), ("a+b", "a+b"), ("+", "+"),
    ])
  func utf7(body: String, expected: String) {
    #expect(text("utf-7", Array(body.utf8)) == expected + "\n")
  }

  @Test(
    "encoded words",
    arguments: [
      ("=?unicode-1-1-utf-7?Q?+ANw-ber?=", "Über"), ("=?unicode?Q?Offer?=", "Offer"),
      ("=?ISO-2022-JP?B?GyRCLWobKEI=?=", "㈱"), ("=?x-unknown?Q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
      ("=?x-unknown?Q?caf=E9?=", "café"), ("=?cp932?B?h0A=?=", "①"), ("=?134?Q?=D6=D0?=", "中"),
    ])
  func words(raw: String, expected: String) { #expect(subject(raw) == expected) }

  @Test("words whose charset nobody knows are in that of the body; raw Japanese ones tell theirs")
  func wordsOfNoCharset() {
    let type = "text/plain; charset=windows-1251"
    #expect(subject("=?x-unknown?Q?=C4=E0?=", type: type) == "Да")
    #expect(subject("=?x-unknown?Q?=C3=BC?=", type: type) == "ü")
    let parts =
      "Subject: =?x-unknown?Q?=C4=E0?=\nContent-Type: multipart/mixed; boundary=b\n\n"
      + "--b\nContent-Type: \(type)\n\nx\n--b--\n"
    #expect(Message(Array(parts.utf8)).header.subject == "Да")
    #expect(subject("\u{1B}$B;3\u{1B}(B x") == "山 x")
    #expect(subject("\u{1B}[1m x") == "\u{1B}[1m x")
  }

  @Test("a million bytes that are no text take linear time")
  func hostile() {
    let bytes = [UInt8](repeating: 0xFF, count: 500_000)
    for label in ["euc-jp", "iso-2022-jp", "gbk", "big5", "koi8-r", "utf-7", "x", "shift_jis"] {
      #expect(!text(label, bytes).isEmpty)
    }
    let escapes = Array(String(repeating: "\u{1B}$B\u{1B}(B!", count: 60_000).utf8)
    #expect(text("iso-2022-jp", escapes).utf8.count == 60_001)
    let pluses = [UInt8](repeating: UInt8(ascii: "+"), count: 300_000)
    #expect(!text("utf-7", pluses).isEmpty)
  }
}
