/// What a server says who asks must prove, and how (RFC 9110 section 11.6.1): a part of the field
/// WWW-Authenticate.
package struct HTTPChallenge: Sendable, Hashable {
  /// The scheme in lower case: `bearer`, `negotiate`, `ntlm`.
  package var scheme: String
  /// The parameters by their names in lower case.
  package var parameters: [String: String]

  /// The most bytes of a field that are read.
  private static let longest = 16 << 10
  /// So many challenges are read.
  private static let maxCount = 32

  /// The challenges of a header section, in their order.
  ///
  /// QUIRK: addresses may stand without quotes, as Dataverse writes them (RFC 9110 section 11.2 wants
  /// quotes around them).
  package static func all(in fields: HTTPFields) -> [HTTPChallenge] {
    var challenges: [HTTPChallenge] = []
    for value in fields.values(of: "WWW-Authenticate") {
      read(Array(value.utf8.prefix(longest)), into: &challenges)
    }
    return challenges
  }

  private static func read(_ bytes: [UInt8], into challenges: inout [HTTPChallenge]) {
    var position = 0
    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
    while position < bytes.count {
      let byte = bytes[position]
      if isBlank(byte) || byte == UInt8(ascii: ",") {
        position += 1
        continue
      }
      let start = position
      while position < bytes.count, !isBlank(bytes[position]), bytes[position] != UInt8(ascii: ","),
        bytes[position] != UInt8(ascii: "=")
      {
        position += 1
      }
      let name = String(decoding: bytes[start..<position], as: UTF8.self).lowercased()
      guard position < bytes.count, bytes[position] == UInt8(ascii: "=") else {
        guard challenges.count < maxCount else { return }
        challenges.append(HTTPChallenge(scheme: name, parameters: [:]))
        continue
      }
      position += 1
      let value = Self.value(bytes, &position)
      // One of no scheme says nothing; of two of a name the first is taken.
      guard let last = challenges.indices.last, !name.isEmpty,
        challenges[last].parameters[name] == nil
      else { continue }
      challenges[last].parameters[name] = value
    }
  }

  /// A value with or without quotes.
  private static func value(_ bytes: [UInt8], _ position: inout Int) -> String {
    var value: [UInt8] = []
    guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
      while position < bytes.count, bytes[position] != UInt8(ascii: ","), bytes[position] != 0x20,
        bytes[position] != 0x09
      {
        value.append(bytes[position])
        position += 1
      }
      return String(decoding: value, as: UTF8.self)
    }
    position += 1
    while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
      if bytes[position] == UInt8(ascii: "\\"), position + 1 < bytes.count { position += 1 }
      value.append(bytes[position])
      position += 1
    }
    position += 1
    return String(decoding: value, as: UTF8.self)
  }
}
