import Glibc
import System
import Testing

/// Paths in bytes that are no UTF-8.
@Suite struct PathTextTests {
  /// Bytes, how they stand as text, why.
  static let table: [(bytes: [UInt8], text: String, source: String)] = [
    (Array("/home/jörg/a b".utf8), "/home/jörg/a b", "UTF-8"),
    (Array("/home/j".utf8) + [0xF6] + Array("rg".utf8), "/home/j\\xF6rg", "ISO-8859-1"),
    ([0x83, 0x65, 0x83, 0x58], "\\x83e\\x83X", "CP932"),
    (Array("a\\b\\x4g".utf8), "a\\b\\x4g", "backslashes that start nothing"),
    (Array("a\\xF6".utf8), "a\\x5CxF6", "a name that looks like one of these texts"),
    ([0x5C, 0xFF], "\\\\xFF", "a backslash before such a byte"),
    ([0xED, 0xA0, 0x80], "\\xED\\xA0\\x80", "RFC 3629 section 3: no surrogates"),
    ([0xC0, 0xAF], "\\xC0\\xAF", "RFC 3629 section 10: not the shortest form"),
    (Array("日本".utf8).dropLast(), "日\\xE6\\x9C", "cut"),
    ([], "", "nothing"),
  ]

  @Test(arguments: table)
  func everyRow(_ row: (bytes: [UInt8], text: String, source: String)) {
    #expect(FilePath.text(of: row.bytes) == row.text)
    #expect(FilePath.bytes(of: row.text) == row.bytes)
  }

  @Test("what somebody types in small letters is meant, too; what stands for ASCII is not")
  func typed() {
    #expect(FilePath.bytes(of: "\\xf6\\x41\\x5c") == [0xF6] + Array("\\x41\\".utf8))
  }

  @Test("all bytes come back, whatever stands beside them")
  func roundTrip() {
    let pieces: [[UInt8]] =
      [[0x5C], Array("x".utf8), Array("5C".utf8), Array("F6".utf8), [0xF6], [0xC3], [0xB6]]
      + [[0xE2, 0x82], [0xAC], Array("é".utf8), Array("/".utf8)]
    for one in pieces {
      for two in pieces {
        for three in pieces {
          for four in pieces {
            let bytes = one + two + three + four
            #expect(FilePath.bytes(of: FilePath.text(of: bytes)) == bytes)
          }
        }
      }
    }
  }

  @Test("calls that take a path take it as bytes")
  func calls() {
    let folder = "/tmp/crm-mailfilter-\(getpid())-\\xF6"
    #expect(mkdir(folder, 0o700) == 0)
    defer { rmdir(folder) }
    #expect("/tmp/crm-mailfilter-\(getpid())-".withCString { Glibc.access($0, F_OK) } != 0)
    let raw = Array("/tmp/crm-mailfilter-\(getpid())-".utf8) + [0xF6, 0]
    #expect(
      raw.withUnsafeBytes { bytes in
        bytes.assumingMemoryBound(to: CChar.self).baseAddress.map { Glibc.access($0, F_OK) }
      } == 0)
    var status = stat()
    #expect(lstat(folder, &status) == 0 && stat(folder, &status) == 0)
    #expect(chmod(folder, 0o750) == 0 && access(folder, W_OK) == 0)
    #expect(rename(folder, folder + "\\xFF") == 0)
    #expect(rename(folder + "\\xFF", folder) == 0)
  }
}
