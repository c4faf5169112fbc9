import Foundation

/// Somebody who writes mail.
struct Correspondent {
  var name: String
  var address: String

  /// As a header has it, the name in one of the ways in which programs write names.
  func written(_ random: inout SplitMix) -> String {
    let isPlain = name.utf8.allSatisfy { $0 < 0x80 }
    switch (isPlain, Int.random(in: 0..<4, using: &random)) {
    case (_, 0): return address
    case (true, 1): return "\"\(name)\" <\(address)>"
    case (true, 2): return "\(address) (\(name))"
    case (true, _): return "\(name) <\(address)>"
    case (false, 1): return "\(EncodedText.quotedPrintable(name)) <\(address)>"
    case (false, _): return "\(EncodedText.base64(name)) <\(address)>"
    }
  }
}

/// Text as encoded words (RFC 2047).
enum EncodedText {
  static func base64(_ text: String) -> String {
    // A word holds 45 bytes at most; characters stay whole.
    var words: [String] = []
    var word = ""
    for character in text {
      if (word + String(character)).utf8.count > 42 {
        words.append(word)
        word = ""
      }
      word.append(character)
    }
    words.append(word)
    return words.map { "=?UTF-8?B?\(Data($0.utf8).base64EncodedString())?=" }
      .joined(separator: "\n ")
  }

  static func quotedPrintable(_ text: String) -> String {
    let encoded = text.utf8.map { byte -> String in
      if byte == 0x20 { return "_" }
      let isLetter = (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
      let digits = String(byte, radix: 16, uppercase: true)
      return isLetter
        ? String(UnicodeScalar(byte))
        : "=" + String(repeating: "0", count: 2 - digits.count) + digits
    }
    return "=?utf-8?q?\(encoded.joined())?="
  }
}
