import Glibc

/// Bytes in a named charset as text (RFC 2045 section 2.2, RFC 2978).
///
/// ASCII, UTF-8, Latin-1 and windows-1252 are decoded here, all others by iconv(3), which a small
/// system may lack.
enum Charset {
  /// A text, and whether its charset was known.
  struct Decoded {
    var text: String
    var isKnown: Bool
  }

  /// Decodes bytes.
  ///
  /// What is no character of the charset becomes U+FFFD; where the charset is unknown, all that is
  /// not ASCII does.
  static func decode(_ bytes: Bytes, label: String) -> Decoded {
    let name = label.lowercased()
    switch name {
    case "utf-8", "utf8", "us-ascii", "ascii", "unicode-1-1-utf-8", "cp65001":
      if name.hasSuffix("ascii"), !UTF8Check.isValid(bytes) {
        return Decoded(text: windows1252(bytes), isKnown: true)
      }
      return Decoded(text: String(decoding: bytes, as: UTF8.self), isKnown: true)
    case "iso-8859-1", "iso8859-1", "latin1", "l1", "iso_8859-1", "windows-1252", "cp1252",
      "cp-1252":
      // QUIRK: RFC 2045 section 2.2 has no C1 controls in ISO-8859-1 text; bytes 128 to 159 under
      // that label are windows-1252, as every mail reader shows them.
      return Decoded(text: windows1252(bytes), isKnown: true)
    default:
      if let text = converted(bytes, from: name) { return Decoded(text: text, isKnown: true) }
      return Decoded(text: asciiOnly(bytes), isKnown: false)
    }
  }

  /// Text in windows-1252; its five unassigned bytes become U+FFFD.
  static func windows1252(_ bytes: Bytes) -> String {
    let longer = bytes.reduce(0) { $0 + ($1 >= 0x80 ? 2 : 0) }
    return windows1252Table.withUnsafeBufferPointer { table in
      String(unsafeUninitializedCapacity: bytes.count + longer) { target in
        var count = 0
        for byte in bytes {
          guard byte >= 0x80 else {
            target[count] = byte
            count += 1
            continue
          }
          let value = byte < 0xA0 ? table[Int(byte) - 0x80] : UInt32(byte)
          if value < 0x800 {
            target[count] = UInt8(0xC0 | value >> 6)
            count += 1
          } else {
            target[count] = UInt8(0xE0 | value >> 12)
            target[count + 1] = UInt8(0x80 | value >> 6 & 0x3F)
            count += 2
          }
          target[count] = UInt8(0x80 | value & 0x3F)
          count += 1
        }
        return count
      }
    }
  }

  private static let windows1252Table: [UInt32] = [
    0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
    0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD,
    0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
    0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178,
  ]

  private static func asciiOnly(_ bytes: Bytes) -> String {
    var text = ""
    for byte in bytes {
      text.unicodeScalars.append(byte < 0x80 ? Unicode.Scalar(byte) : "\u{FFFD}")
    }
    return text
  }

  /// Names of charsets that iconv knows under another.
  private static let iconvNames = [
    "ks_c_5601-1987": "CP949", "ks_c_5601": "CP949", "euc-kr": "CP949", "gb2312": "GB18030",
    "gbk": "GB18030", "x-gbk": "GB18030", "shift_jis": "CP932", "shift-jis": "CP932",
    "x-sjis": "CP932", "sjis": "CP932", "iso-2022-jp": "ISO-2022-JP-3", "x-mac-roman": "MACINTOSH",
    "iso-8859-8-i": "ISO-8859-8", "iso-8859-8-e": "ISO-8859-8", "unicode": "UTF-16",
    "big5": "BIG5-HKSCS", "iso-8859-9": "CP1254", "tis-620": "CP874", "iso-8859-11": "CP874",
  ]

  /// Decodes by iconv(3); `nil` where it does not know the charset.
  private static func converted(_ bytes: Bytes, from name: String) -> String? {
    // iconv takes suffixes such as //TRANSLIT and path-like names: only plain labels get there.
    guard !name.isEmpty, name.utf8.count <= 64,
      name.utf8.allSatisfy({
        ASCII.isLetter($0) || ASCII.isDigit($0) || [0x2D, 0x5F, 0x2E, 0x2B, 0x3A].contains($0)
      })
    else { return nil }
    return ConverterPool.withConverter(from: iconvNames[name] ?? name) { convert(bytes, $0) }
      ?? ConverterPool.withConverter(from: name) { convert(bytes, $0) }
  }

  private static func convert(_ bytes: Bytes, _ converter: ConverterPool.Converter) -> String {
    var input = Array(bytes)
    var output: [UInt8] = []
    output.reserveCapacity(input.count * 2)
    let inputCount = input.count
    input.withUnsafeMutableBytes { inputBytes in
      var source = inputBytes.baseAddress?.assumingMemoryBound(to: CChar.self)
      var left = inputCount
      withUnsafeTemporaryAllocation(of: CChar.self, capacity: 4096) { buffer in
        var isFlushing = false
        while true {
          var target = buffer.baseAddress
          var room = buffer.count
          let result =
            isFlushing
            ? converter.convert(nil, nil, to: &target, &room)
            : converter.convert(&source, &left, to: &target, &room)
          let error = errno
          output.append(
            contentsOf: UnsafeRawBufferPointer(
              start: buffer.baseAddress, count: buffer.count - room))
          if result != Int(bitPattern: UInt.max) {
            if isFlushing { break }
            isFlushing = true
          } else if error != E2BIG {
            output += [0xEF, 0xBF, 0xBD]
            guard error == EILSEQ, !isFlushing, left > 1 else { break }
            source = source?.advanced(by: 1)
            left -= 1
          }
        }
      }
    }
    return String(decoding: output, as: UTF8.self)
  }
}
