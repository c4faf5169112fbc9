/// Ids as CRMs write them.
enum RecordID {
  /// An id in the form in which it is kept: GUIDs in lower case, Salesforce's 15 characters as the 18,
  /// Zoho's without their prefix.
  static func normalized(_ id: String) -> String {
    if isGUID(id) { return id.lowercased() }
    if id.hasPrefix("{"), id.hasSuffix("}"), isGUID(String(id.dropFirst().dropLast())) {
      return id.dropFirst().dropLast().lowercased()
    }
    if id.hasPrefix("zcrm_") { return String(id.dropFirst(5)) }
    return salesforce(id) ?? id
  }

  /// Whether a spreadsheet took the id for a number and wrote it anew: `1,23457E+11`.
  static func isDamaged(_ id: String) -> Bool {
    var rest = id[...]
    let digits = rest.prefix { $0.isASCII && $0.isNumber }
    guard digits.count == 1 else { return false }
    rest = rest.dropFirst()
    if let mark = rest.first, ".,".contains(mark) {
      rest = rest.dropFirst().drop { $0.isASCII && $0.isNumber }
    }
    guard rest.first == "E" || rest.first == "e" else { return false }
    rest = rest.dropFirst()
    guard rest.first == "+" else { return false }
    rest = rest.dropFirst()
    return (1...3).contains(rest.count) && rest.allSatisfy { $0.isASCII && $0.isNumber }
  }

  /// Whether a text is 32 hexadecimal digits in five groups (RFC 9562 section 4).
  static func isGUID(_ text: String) -> Bool {
    let groups = text.split(separator: "-", omittingEmptySubsequences: false)
    return groups.map(\.count) == [8, 4, 4, 4, 12]
      && groups.allSatisfy { $0.allSatisfy { $0.isASCII && $0.isHexDigit } }
  }

  /// What a row of Salesforce is by the first three characters of its id.
  static func salesforceType(_ id: String) -> String? {
    guard isSalesforce(id) else { return nil }
    switch id.prefix(3) {
    case "001": return "account"
    case "003": return "contact"
    case "00Q": return "lead"
    default: return nil
    }
  }

  private static func isSalesforce(_ id: String) -> Bool {
    (id.utf8.count == 15 || id.utf8.count == 18) && id.hasPrefix("00")
      && id.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
      && id.contains { $0.isLetter }
  }

  /// The 18 characters of 15, of which the last three tell the case of the others.
  private static func salesforce(_ id: String) -> String? {
    guard id.utf8.count == 15, isSalesforce(id) else { return nil }
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ012345")
    let characters = Array(id)
    let suffix = stride(from: 0, to: 15, by: 5).map { start -> Character in
      let bits = (0..<5).reduce(0) { $0 | (characters[start + $1].isUppercase ? 1 << $1 : 0) }
      return letters[bits]
    }
    return id + String(suffix)
  }
}
