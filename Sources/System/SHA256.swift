import CSystem

/// SHA-256 (FIPS 180-4) over bytes that come in pieces.
///
/// A value: a copy goes on by itself, so that a common beginning, such as a salt, is hashed once.
package struct SHA256: Sendable {
  private var state = csystem_sha256_begin()

  package init() {}

  /// The digest of some bytes, 32 bytes.
  package static func digest(of bytes: [UInt8]) -> [UInt8] {
    var hash = SHA256()
    hash.update(bytes)
    return hash.digest()
  }

  /// Takes the next bytes.
  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    csystem_sha256_update(&state, bytes.baseAddress, bytes.count)
  }

  /// Takes the next bytes.
  package mutating func update(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { update($0) }
  }

  /// The digest of all that was taken, 32 bytes; more can be taken afterwards.
  package func digest() -> [UInt8] {
    var ended = state
    return Array(unsafeUninitializedCapacity: 32) { buffer, count in
      csystem_sha256_end(&ended, buffer.baseAddress)
      count = 32
    }
  }
}
