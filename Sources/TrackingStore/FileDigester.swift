import Tracking

/// Makes the digests by which one store knows files and folders.
public struct FileDigester: Sendable {
  private let salted: SHA256

  init(salt: [UInt8]) {
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
  public func digest(_ kind: UInt8, _ name: some Sequence<UInt8>) -> FileDigest {
    var hash = salted
    hash.update([kind] + name)
    return hash.digest().withUnsafeBytes { FileDigest($0) } ?? FileDigest(high: 0, low: 0)
  }
}
