import Foundation
import Testing

@testable import Mailboxes

/// What is compressed is read as what was compressed, or not at all.
@Suite struct ExpandingTests {
  private let folder = try? TemporaryFolder()

  private func expanded(
    _ bytes: [UInt8], limit: Int = 1 << 20, room size: Int = 1000
  ) throws -> [UInt8] {
    let file = try MailFile(#require(folder).write(bytes, to: UUID().uuidString))
    let compression = try bytes.withUnsafeBytes { try #require(Compression($0)) }
    let source = try ExpandingSource(file, compression, limit: limit)
    let room = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 1)
    defer { room.deallocate() }
    var result: [UInt8] = []
    while true {
      let count = try source.read(into: room)
      guard count > 0 else { return result }
      result += room[..<count]
    }
  }

  private func gzip(_ bytes: [UInt8]) throws -> [UInt8] {
    let path = try #require(folder).write(bytes, to: "plain").description
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", "exec gzip -c < '\(path)' > '\(path).gz'"]
    try process.run()
    process.waitUntilExit()
    return Array(try Data(contentsOf: URL(fileURLWithPath: path + ".gz")))
  }

  /// A frame of zstd with one block that is not compressed (RFC 8878 section 3.1.1).
  private func zstd(_ bytes: [UInt8]) -> [UInt8] {
    let (length, block) = (UInt16(bytes.count - 256), UInt32(bytes.count) << 3 | 1)
    return [0x28, 0xB5, 0x2F, 0xFD, 0x60, UInt8(length & 255), UInt8(length >> 8)]
      + (0..<3).map { UInt8(block >> ($0 * 8) & 255) } + bytes
  }

  /// A block of LZ4 that has literals only.
  private func block(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = [0xF0]
    var length = bytes.count - 15
    while length >= 255 {
      result.append(255)
      length -= 255
    }
    return result + [UInt8(length)] + bytes
  }

  private func number(_ value: Int) -> [UInt8] {
    (0..<4).reversed().map { UInt8(value >> ($0 * 8) & 255) }
  }

  private func lz4(_ bytes: [UInt8], size: Int = 64 << 10) -> [UInt8] {
    var result = Array("Dovecot-LZ4".utf8) + [0x0D, 0x2A, 0x9B, 0xC5] + number(64 << 10)
    for start in stride(from: 0, to: bytes.count, by: size) {
      let part = block(Array(bytes[start..<min(start + size, bytes.count)]))
      result += number(part.count) + part
    }
    return result
  }

  private let text = (0..<60_000).map { UInt8(($0 * $0 >> 3) % 95 + 32) }

  @Test(arguments: [1, 700, 200_000]) func itComesOutAsItWentIn(_ room: Int) throws {
    #expect(try expanded(gzip(text), room: room) == text)
    // gzip appends, and pads.
    #expect(try expanded(gzip(text) + gzip(text), room: room) == text + text)
    #expect(try expanded(gzip(text) + [0, 0, 0], room: room) == text)
    #expect(try expanded(zstd(text) + zstd(text), room: room) == text + text)
    #expect(try expanded(lz4(text), room: room) == text)
    #expect(try expanded(lz4(text, size: 20_000), room: room) == text)
    #expect(try expanded(gzip([]), room: room).isEmpty)
    #expect(try expanded(lz4([]), room: room).isEmpty)
  }

  @Test func halfOfItIsNoMessage() throws {
    for whole in [try gzip(text), zstd(text), lz4(text)] {
      for length in [18, 22, whole.count / 2, whole.count - 1] {
        #expect(throws: InputError.self) { try expanded(Array(whole.prefix(length))) == [] }
      }
      var damaged = whole
      for index in 19..<40 { damaged[index] = 0xFF }
      if whole[0] != 0x28 {
        #expect(throws: InputError.self) { try expanded(damaged) == [] }
      }
    }
    #expect(throws: InputError.self) {
      try expanded(lz4([]) + number(1 << 30) + [1]) == []
    }
  }

  @Test func aBombEndsAtItsLimit() throws {
    let bomb = try gzip([UInt8](repeating: 0, count: 20 << 20))
    #expect(bomb.count < 100_000)
    #expect(throws: InputError.cannotExpand("it expands to more than 1 MiB")) {
      try expanded(bomb) == []
    }
    // An mbox may become larger than a message, but not whatever it likes.
    let file = try MailFile(
      #require(folder).write(
        try gzip([UInt8](repeating: 0, count: 70 << 20)), to: "bomb"))
    var files = ExpandedFiles(temporaryFolders: [NSTemporaryDirectory()])
    #expect(throws: InputError.cannotExpand("it expands to more than 64 MiB")) {
      try files.expand(file, .gzip).size == 0
    }
  }

  @Test func otherFilesAreNotTakenForCompressed() {
    for text in [
      "", "From: x\n\n", "Date: x", "(comment)", "Before: x", "Dovecot-LZ4: x", "BZh9: x",
    ] {
      #expect(Array(text.utf8).withUnsafeBytes { Compression($0) } == nil)
    }
  }
}
