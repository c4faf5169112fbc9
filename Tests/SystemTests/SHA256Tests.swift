import CSystem
import Foundation
import System
import Testing

/// The keys of all stores that exist rest on it.
@Suite struct SHA256Tests {
  /// Messages and digests of FIPS 180-4's examples and of NIST's CAVP (SHA256ShortMsg).
  private static let vectors: [(message: [UInt8], digest: String)] = [
    ([], "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ([0xD3], "28969cdfa74a12c82f3bad960b0b000aca2ac329deea5c2328ebc6f2ba9802c1"),
    ([0x11, 0xAF], "5ca7133fa735326081558ac312c620eeca9970d1e70a4b95533d956f072d1f98"),
    (Array("abc".utf8), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      Array("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".utf8),
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
      [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000),
      "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
    ),
  ]

  /// By the processor's instructions, where this machine has them, and without.
  @Test(arguments: [false, true]) func vectorsHold(isPortable: Bool) {
    for (message, digest) in Self.vectors {
      #expect(hexadecimal(hash(message, isPortable: isPortable)) == digest)
    }
  }

  /// All lengths around the ends of blocks, in pieces of all sizes.
  @Test func piecesMakeNoDifference() {
    let bytes = (0..<400).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ 13) }
    for count in [0, 1, 55, 56, 57, 63, 64, 65, 119, 120, 127, 128, 129, 400] {
      let whole = Array(bytes[..<count])
      let expected = hash(whole, isPortable: true)
      #expect(SHA256.digest(of: whole) == expected)
      for size in [1, 3, 63, 64, 65] {
        var pieces = SHA256()
        for start in stride(from: 0, to: count, by: size) {
          pieces.update(Array(whole[start..<min(count, start + size)]))
        }
        #expect(pieces.digest() == expected, "\(count) bytes by \(size)")
      }
    }
  }

  /// What is taken after a digest continues what was taken before.
  @Test func aDigestEndsNothing() {
    var hash = SHA256()
    hash.update(Array("ab".utf8))
    #expect(hash.digest() == SHA256.digest(of: Array("ab".utf8)))
    hash.update(Array("c".utf8))
    #expect(hash.digest() == SHA256.digest(of: Array("abc".utf8)))
  }

  /// Files of many lengths, hashed by sha256sum(1) beside.
  @Test func itAgreesWithSha256sum() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "sha256-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var random = SystemRandomNumberGenerator()
    var expected: [String] = []
    for number in 0..<200 {
      let length = Int.random(in: 0...(number * number * 4), using: &random)
      let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
      let name = String(number + 1_000)
      try Data(bytes).write(to: folder.appending(path: name))
      expected.append("\(hexadecimal(SHA256.digest(of: bytes)))  \(name)")
    }
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", "cd \"$0\" && sha256sum *", folder.path]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let text = String(
      decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    process.waitUntilExit()
    #expect(text.split(separator: "\n").map(String.init) == expected)
  }

  private func hash(_ bytes: [UInt8], isPortable: Bool) -> [UInt8] {
    var state = csystem_sha256_begin()
    if isPortable { state.is_portable = 1 }
    var digest = [UInt8](repeating: 0, count: 32)
    csystem_sha256_update(&state, bytes, bytes.count)
    csystem_sha256_end(&state, &digest)
    return digest
  }

  private func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
