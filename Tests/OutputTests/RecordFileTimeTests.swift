import HostileShapes
import RecordFiles
import Testing

/// Reading files of records takes twice the time for twice the input, whatever is repeated.
@Suite struct RecordFileTimeTests {
  private static let units = [
    " ", "\t", "\n", "\n ", "\r", ";", ",", ":", "\"", "\\", "(", "<", "@", "=", "=\n", "é", "/",
    "a@b.c ",
    "[\"", "<!--", "://", "BEGIN:VCARD\n", "AGENT:\n",
  ]

  private static let heading = Array("Id,Email,Website,First Name\n1,".utf8)
  private static let card = Array("BEGIN:VCARD\nEMAIL;ENCODING=QUOTED-PRINTABLE:".utf8)

  private static let readers: [(name: String, start: [UInt8], read: @Sendable ([UInt8]) -> Void)] =
    [
      ("tables", [], { readTable($0) }),
      ("rows", heading, { readTable($0) }),
      (
        "vCards", card,
        { bytes in
          var reader = VCardReader(FileBytes(bytes))
          while (try? reader.next()) != nil {}
        }
      ),
      (
        "LDIF", Array("dn: x\nmail:".utf8),
        { bytes in
          var reader = LDIFReader(FileBytes(bytes))
          while (try? reader.next()) != nil {}
        }
      ),
      (
        "cells", [],
        { bytes in
          let text = String(decoding: bytes, as: UTF8.self)
          _ = AddressCell(text)
          _ = WebSite.hosts(in: text)
          _ = FileKind(bytes[...])
        }
      ),
    ]

  private static func readTable(_ bytes: [UInt8]) {
    guard let heading = TableHeading(of: FileBytes(bytes)),
      var reader = try? heading.reader(of: FileBytes(bytes))
    else { return }
    while let row = try? reader.next() { _ = row.fields.map(TableHeading.text) }
  }

  @Test(arguments: readers.indices)
  func doublingTheInputDoublesTheTime(_ number: Int) {
    let reader = Self.readers[number]
    let slow = Doubling.violations(
      Shape.some(of: Self.units, number: number), size: 4 << 10, in: { reader.start + $0 },
      by: reader.read)
    #expect(slow.isEmpty, "\(reader.name): \(slow)")
  }
}
