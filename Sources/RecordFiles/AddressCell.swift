import InternetMessage

/// What people and programs write where e-mail addresses are wanted.
package struct AddressCell: Sendable {
  /// The addresses, each once, in order.
  package private(set) var addresses: [AddrSpec] = []
  /// What was meant for an address and is none.
  package private(set) var rejected: [String] = []
  /// Whether a name of Exchange (`/o=…`) stands there.
  package private(set) var hasExchangeName = false

  /// Reads a cell.
  ///
  /// One may hold several addresses with names, marks and `mailto:` around them, or a list in JSON.
  package init(_ text: String) {
    let text = PlainText.cleaned(text)
    guard text.utf8.contains(UInt8(ascii: "@")) || text.contains("=") else {
      if !Self.meansNone(text) { rejected.append(text) }
      return
    }
    if text.hasPrefix("[") || text.hasPrefix("{") {
      for string in Self.stringsOfJSON(text) where string.contains("@") { take(string) }
    } else if text.contains("<") {
      takeMailboxes(text)
    } else {
      takeWords(text)
    }
  }

  private mutating func takeMailboxes(_ text: String) {
    let found = AddressList.parse(text.replacing(" / ", with: ", "))
    for mailbox in found { add(mailbox.address) }
    if found.isEmpty { takeWords(text) }
  }

  private mutating func takeWords(_ text: String) {
    if Self.isExchangeName(text[...]) {
      hasExchangeName = true
      return
    }
    let isBetween: (Character) -> Bool = { " ,;|\n\t".contains($0) }
    for word in text.split(whereSeparator: isBetween) where word != ":::" && word != "/" {
      if word.contains("@") || Self.isMeant(word) { take(String(word)) }
    }
    if addresses.isEmpty, rejected.isEmpty, !Self.meansNone(text) { rejected.append(text) }
  }

  private mutating func take(_ word: String) {
    if Self.isExchangeName(word[...]) {
      hasExchangeName = true
      return
    }
    var bare = word[...]
    for prefix in ["mailto:", "smtp:", "sip:", "email:", "e-mail:"]
    where bare.lowercased().hasPrefix(prefix) {
      bare = bare.dropFirst(prefix.count)
    }
    // What stands after `?` in a link is its subject.
    if word.count != bare.count, let mark = bare.firstIndex(of: "?") { bare = bare[..<mark] }
    bare = bare.trimming { "<>()[]{}'\"’‘“”.,:;*".contains($0) }
    if let address = AddrSpec(String(bare)) {
      add(address)
    } else if bare.contains("/") {
      let parts = bare.split(separator: "/").map { AddrSpec(String($0)) }
      for case let address? in parts { add(address) }
      if parts.contains(where: { $0 == nil }) { reject(word) }
    } else {
      reject(word)
    }
  }

  private mutating func reject(_ word: String) {
    if rejected.count < 20 { rejected.append(word) }
  }

  private mutating func add(_ address: AddrSpec) {
    guard addresses.count < 200, !addresses.contains(address) else { return }
    addresses.append(address)
  }

  /// Names of mailboxes in Exchange's directory.
  private static func isExchangeName(_ text: Substring) -> Bool {
    let start = text.prefix(12).lowercased()
    return ["/o=", "ex:/o=", "x500:", "ex:", "x400:", "/c="].contains { start.hasPrefix($0) }
  }

  /// Whether somebody wrote an address so that machines would not find it.
  private static func isMeant(_ word: Substring) -> Bool {
    let text = word.lowercased()
    return ["(at)", "[at]", "(a)"].contains { text.contains($0) }
  }

  private static func meansNone(_ text: String) -> Bool {
    let letters = text.lowercased().filter(\.isLetter)
    return [
      "", "none", "na", "no", "null", "nil", "keine", "kein", "unknown", "unbekannt", "aucun",
      "noemail", "keineemail", "ninguno", "nessuno", "geen", "x", "tbd",
    ].contains(letters)
  }

  /// The strings of a text in JSON (RFC 8259 section 7).
  private static func stringsOfJSON(_ text: String) -> [String] {
    var strings: [String] = []
    var current: String.UnicodeScalarView?
    var isEscaped = false
    var hexadecimal: (value: UInt32, left: Int)?
    for scalar in text.unicodeScalars {
      guard current != nil else {
        if scalar == "\"" { current = .init() }
        continue
      }
      if let number = hexadecimal {
        let digit = UInt32(String(scalar), radix: 16) ?? 0
        let next = (value: number.value << 4 | digit, left: number.left - 1)
        hexadecimal = next.left == 0 ? nil : next
        if next.left == 0 { current?.append(Unicode.Scalar(next.value) ?? "\u{FFFD}") }
      } else if isEscaped {
        isEscaped = false
        if scalar == "u" {
          hexadecimal = (0, 4)
        } else {
          current?.append(scalar)
        }
      } else if scalar == "\\" {
        isEscaped = true
      } else if scalar == "\"" {
        if let current { strings.append(String(current)) }
        current = nil
      } else {
        current?.append(scalar)
      }
    }
    return strings
  }
}

extension Substring {
  /// Without some characters at both ends.
  fileprivate func trimming(_ isTrimmed: (Character) -> Bool) -> Substring {
    var rest = self
    while let first = rest.first, isTrimmed(first) { rest.removeFirst() }
    while let last = rest.last, isTrimmed(last) { rest.removeLast() }
    return rest
  }
}
