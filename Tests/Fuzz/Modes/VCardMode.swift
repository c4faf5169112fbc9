import RecordFiles

extension FuzzMode {
  /// The reader of vCards.
  static let vCard = FuzzMode(
    name: "vcard",
    seeds: { _ in
      [
        "BEGIN:VCARD\r\nVERSION:4.0\r\nKIND:individual\r\nUID:urn:uuid:4fbe8971-0bc3-424c\r\nFN:Erin\\, of Fabrikam\r\nitem1.EMAIL;TYPE=\"work:x\":erin@fabrikam\r\n .example\r\nEND:VCARD\r\nBEGIN:VCARD\nVERSION:3.0\nEMAIL:mailto:a@b.example\nPHOTO;ENCODING=b:AAAA\n\tAAAA\nEND:VCARD\n"
      ].map { Array($0.utf8) }
    },
    fragments: [
      "\n", "\r\n", "\n ", "\n\t", "\r", ":", ";", "\"", "\\", "\\n", "\\\\", ".", "\0", ",",
      "BEGIN:VCARD\n", "END:VCARD\n", "\nEMAIL:", "\nUID:", "\nUID:urn:uuid:", "\nKIND:org\n",
      "mailto:", "VERSION:2.1\n", "=C3", " ",
    ],
    broken: { bytes in
      do { return try withFile(bytes) { try brokenCards(bytes, $0) } } catch { return "\(error)" }
    })

  private static func brokenCards(_ bytes: [UInt8], _ path: String) throws -> String? {
    var reader = VCardReader(try FileBytes(path))
    var line = 0
    let lines = bytes.count { $0 == 10 } + 1
    while let card = try reader.next() {
      guard card.line > line, card.line <= lines else { return "cards out of order" }
      line = card.line
      // A value is folded to lower case, which may lengthen it.
      guard card.addresses.allSatisfy({ $0.utf8.count <= bytes.count }) else {
        return "an address longer than the file"
      }
      if card.id?.isEmpty == true { return "an empty id" }
    }
    return nil
  }
}
