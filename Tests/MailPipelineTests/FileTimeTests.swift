import Foundation
import Glibc
import HostileShapes
import Mailboxes
import RecordFiles
import Testing

@testable import MailPipeline

/// Whatever a file of records, a name in a Maildir or an entry of the spool repeats, it is read in linear
/// time.
@Suite(.timeLimit(.minutes(30))) struct FileTimeTests {
  /// Gives a body the bytes as a file.
  private func withFile(_ bytes: [UInt8], _ body: (String) throws -> Void) {
    let path = NSTemporaryDirectory() + "crm-mailfilter-linear-" + UUID().uuidString
    _ = FileManager.default.createFile(atPath: path, contents: Data(bytes))
    defer { unlink(path) }
    try? body(path)
  }

  @Test func commaSeparatedValues() {
    let units = [
      ",", ";", "\"", "\"\"", "\n", "\r\n", "\r", " ", "a", "é", "a,\"b\"\n", "\"a\nb\",",
    ]
    let violations = Doubling.violations(Shape.combinations(units), size: 4 << 10) { bytes in
      withFile(bytes) { path in
        var reader = CSVReader(try FileBytes(path))
        while try reader.next() != nil {}
      }
    }
    #expect(violations.isEmpty)
  }

  @Test func vCards() {
    let units = [
      ":", ";", "\"", "\\", ",", "\n ", "\n", "\r\n", " ", "a", "é", "EMAIL:a@b\n", "X;Y=\"z\":",
      "BEGIN:VCARD\n", "END:VCARD\n", "BEGIN:VCARD\nUID:a\nEND:VCARD\n",
    ]
    for (before, after) in [("", ""), ("BEGIN:VCARD\nEMAIL;", "\nEND:VCARD\n")] {
      func file(_ shape: [UInt8]) -> [UInt8] { Array(before.utf8) + shape + Array(after.utf8) }
      let shapes = Shape.some(of: units, number: before.isEmpty ? 1 : 2)
      let violations = Doubling.violations(shapes, size: 4 << 10, in: file) { bytes in
        withFile(bytes) { path in
          var reader = VCardReader(try FileBytes(path))
          while try reader.next() != nil {}
        }
      }
      #expect(violations.isEmpty, "\(before)")
    }
  }

  @Test func maildirNames() {
    let units = [":2,", ";2,", "!2,", ".", "M", "0", "9", "S", ",", "a", "é", " "]
    let violations = Doubling.violations(Shape.combinations(units), size: 8 << 10) { bytes in
      let name = MaildirName(bytes[...])
      _ = name.deliveredAt
      // The last byte differs: all before it is compared.
      _ = NaturalOrder.precedes(bytes[...], (bytes + [UInt8(ascii: "1")])[...])
    }
    #expect(violations.isEmpty)
  }

  @Test func entriesOfTheSpool() {
    let units = [
      " ", "\n", "a", "\"", "\\", "(", "<", ">", "@", ",", "é", "\u{301}",
      "recipient a@b.example\n",
      "recipient ", "sender ", "a b\n", "arrived 1\n",
    ]
    let first = "crm-mailfilter spool entry 1\n"
    for (before, after) in [(first, "\n\n"), (first + "recipient ", "\n\n")] {
      func file(_ shape: [UInt8]) -> [UInt8] { Array(before.utf8) + shape + Array(after.utf8) }
      let shapes = Shape.some(of: units, number: before == first ? 3 : 4)
      let violations = Doubling.violations(shapes, size: 4 << 10, in: file) { bytes in
        let entry = SpoolEntry(name: "n", start: bytes, fileSize: bytes.count)
        _ = entry?.header
      }
      #expect(violations.isEmpty, "\(before.debugDescription)")
    }
  }
}
