import RecordFiles

extension FuzzMode {
  /// The reader of vCards.
  static let vCard = FuzzMode(
    name: "vcard",
    seeds: { _ in
      [
        "BEGIN:VCARD\r\nVERSION:4.0\r\nKIND:individual\r\nUID:urn:uuid:4fbe8971-0bc3-424c\r\nFN:Erin\\, of Fabrikam\r\nitem1.EMAIL;TYPE=\"work:x\":erin@fabrikam\r\n .example\r\nEND:VCARD\r\nBEGIN:VCARD\nVERSION:3.0\nEMAIL:mailto:a@b.example\nPHOTO;ENCODING=b:AAAA\n\tAAAA\nEND:VCARD\n",
        "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=Windows-1252:Lee;Ann;;\r\nFN;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:=C3=\r\n=A9;\r\nORG:X;Y\r\nEMAIL;PREF;INTERNET:a@x.example\r\nEMAIL;TLX:47\r\nAGENT:\r\nBEGIN:VCARD\r\nEND:VCARD\r\nX-ABShowAs:COMPANY\r\nURL:x.example\r\nEND:VCARD\r\n",
      ].map { Array($0.utf8) }
    },
    fragments: [
      "\n", "\r\n", "\n ", "\n\t", "\r", ":", ";", "\"", "\\", "\\n", "\\\\", ".", "\0", ",",
      "BEGIN:VCARD\n", "END:VCARD\n", "\nEMAIL:", "\nUID:", "\nUID:urn:uuid:", "\nKIND:org\n",
      "mailto:", "VERSION:2.1\n", "=C3", " ",
      "=\r\n", ";QUOTED-PRINTABLE:", ";CHARSET=ISO-2022-JP:", "\nAGENT:\n", ";PREF=1",
      "\nORG:", "\nN:;;;;",
    ],
    broken: { bytes in
      do { return try withFile(bytes) { try brokenCards(bytes, $0) } } catch { return "\(error)" }
    })

  private static func brokenCards(_ bytes: [UInt8], _ path: String) throws -> String? {
    var reader = VCardReader(try FileBytes(path))
    var line = 0
    while let card = try reader.next() {
      if let broken = broken(card, after: line, in: bytes) { return broken }
      line = card.line
    }
    return nil
  }

  /// What must hold of a card of any form.
  static func broken(_ card: ContactCard, after line: Int, in bytes: [UInt8]) -> String? {
    let lines = bytes.count { $0 == 10 || $0 == 13 } + 1
    guard card.line > line, card.line <= lines else { return "cards out of order" }
    // A byte of another charset has at most three in UTF-8, and those of UTF-16 are read so first.
    let texts = card.addresses + card.websites + card.nameParts + [card.organization, card.name]
    guard texts.allSatisfy({ $0.utf8.count <= 6 * bytes.count }) else {
      return "a text longer than the file"
    }
    guard texts.allSatisfy({ $0.unicodeScalars.allSatisfy { $0.value >= 32 } }) else {
      return "a control character"
    }
    return card.id?.isEmpty == true ? "an empty id" : nil
  }
}
