/// The name of one CRM row: its type and its id, written `account:7d9b0f5e`.
package struct RecordReference: Hashable, Sendable, CustomStringConvertible {
  /// The logical name of the table: `account`, `contact`, `lead` or any other; lower case.
  package let type: String

  /// The row's id in the CRM, as the CRM writes it.
  package let id: String

  /// Makes a reference of its parts.
  package init(type: String, id: String) {
    self.type = type.lowercased()
    self.id = id
  }

  /// Reads `type:id`; `nil` unless both parts are there, the type is made of letters, digits, `_`
  /// and `-`, and the id holds no white space.
  package init?(_ text: String) {
    guard let colon = text.firstIndex(of: ":") else { return nil }
    let type = text[..<colon]
    let id = text[text.index(after: colon)...]
    guard !type.isEmpty, !id.isEmpty,
      type.utf8.allSatisfy({ isTypeByte($0) }),
      id.unicodeScalars.allSatisfy({
        !$0.properties.isWhitespace && $0.value >= 32 && $0.value != 127
      })
    else { return nil }
    self.init(type: String(type), id: String(id))
  }

  /// `type:id`.
  package var description: String { "\(type):\(id)" }
}

private func isTypeByte(_ byte: UInt8) -> Bool {
  switch byte {
  case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
    true
  default: false
  }
}
