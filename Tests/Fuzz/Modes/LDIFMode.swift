import RecordFiles

extension FuzzMode {
  /// The reader of LDIF.
  static let ldif = FuzzMode(
    name: "ldif",
    seeds: { _ in
      [
        "version: 1\n\n# all\ndn: cn=Ann\nobjectclass: person\nobjectclass: groupOfNames\ngivenName: Ann\nsn:: TMOpZQ==\ncn;lang-de: Ann\nmail: ann@x\n .example\no: X Ltd\njpegphoto:< file:///x\nlabeledURI: x.example\nentryUUID: 1\n\ndn:: Y249Qg==\r\nmail: b@x.example\r\n"
      ].map { Array($0.utf8) }
    },
    fragments: [
      "\n", "\r\n", "\n\n", "\n ", "\r", ":", "::", ":: ", ":<", ";", "=", "\0", "#", "mail: ",
      "\nmail:: ",
      "dn: ", "version: 1\n", "objectclass: groupOfNames\n", "o: X\n", "TMOp", "\u{FEFF}",
    ],
    broken: { bytes in
      do { return try withFile(bytes) { try brokenEntries(bytes, $0) } } catch { return "\(error)" }
    })

  private static func brokenEntries(_ bytes: [UInt8], _ path: String) throws -> String? {
    var reader = LDIFReader(try FileBytes(path))
    var line = 0
    while let entry = try reader.next() {
      if let broken = broken(entry, after: line, in: bytes) { return broken }
      line = entry.line
    }
    return nil
  }
}
