import System

/// What is remembered of a file in a mailbox: half of a salted SHA-256, which tells nothing to who
/// does not have the name.
package struct FileDigest: Hashable, Sendable {
  /// The first 8 bytes.
  package let high: UInt64
  /// The last 8 bytes.
  package let low: UInt64

  init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// Reads 16 bytes; `nil` where there are fewer.
  package init?(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count >= 16 else { return nil }
    high = UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self))
    low = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
  }

  /// Half of it as 16 hexadecimal digits: a name for what it was made of, where few have one.
  package var hexadecimal: String {
    let digits = String(high, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// The 16 bytes.
  package var bytes: [UInt8] {
    withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) { Array($0) }
  }
}

/// Makes the digests by which this machine knows files and folders for one organization.
package struct FileDigester: Sendable {
  private let salted: SHA256

  /// Makes digests that only who knows the salt can make.
  package init(salt: [UInt8]) {
    var hash = SHA256()
    hash.update(salt)
    salted = hash
  }

  /// The digest of a file's unique name, or of whatever else names a message or folder for good.
  ///
  /// - Parameters:
  ///   - kind: Keeps names of different kinds apart.
  ///   - name: The name.
  /// - Returns: The digest.
  package func digest(_ kind: UInt8, _ name: some Sequence<UInt8>) -> FileDigest {
    var hash = salted
    hash.update([kind] + name)
    return hash.digest().withUnsafeBytes { FileDigest($0) } ?? FileDigest(high: 0, low: 0)
  }
}
