import InternetMessage
import Mailboxes
import Tracking
import TrackingStore

/// Holds the stored bytes of each copy against the identity that it was given when it came.
package struct CopyExamination {
  private let store: Store

  /// Makes an examination.
  package init(_ store: Store) { self.store = store }

  /// So many copies are listed at a time.
  private static let listed = 500

  /// Looks at all copies; a few MB are held, however many there are.
  ///
  /// - Parameter report: Told of each finding.
  /// - Returns: How many were looked at.
  /// - Throws: `StoreError`; what the body throws.
  package func run(_ report: (Finding) throws -> Void) throws -> Int {
    var count = 0
    var last = CopyID(0)
    while true {
      let identities = try store.identities(after: last, limit: Self.listed)
      for identity in identities {
        last = identity.id
        count += 1
        guard let problem = try problem(identity) else { continue }
        // Somebody may have withdrawn it meanwhile.
        guard try store.identity(of: identity.id)?.key == identity.key else { continue }
        try report(
          Finding(
            .copy, "mail \(identity.id): \(problem)",
            remedy: "take it from a backup, or untrack it and track it from a mailbox"))
      }
      if identities.count < Self.listed { return count }
    }
  }

  private func problem(_ identity: StoredIdentity) throws -> String? {
    let chunks = try store.chunkLengths(of: identity.id)
    for (number, chunk) in chunks.enumerated() where chunk.number != number {
      return "MiB \(number) of its bytes is missing"
    }
    for chunk in chunks.dropLast() where chunk.length != CopyDraft.chunkSize {
      return "MiB \(chunk.number) of its bytes is not whole"
    }
    let length = chunks.reduce(0) { $0 + $1.length }
    if identity.isTruncated {
      return length > 0 && length < identity.size ? nil : "the beginning that was kept is missing"
    }
    guard length == identity.size else {
      return "\(length) bytes are stored, but it had \(identity.size)"
    }
    let source = StoredBytesSource(identity.id, of: store)
    let input = MessageInput(source: source, temporaryFolders: [], firstRead: 64 << 10)
    do {
      let section = try input.readHeader()
      // Such a header was cut where the program that brought it had read to.
      guard section.isComplete || input.isWhole else { return nil }
      var digest = MessageKeysDigest(section)
      var position = 0
      try input.passThrough { bytes in
        let end = position + bytes.count
        if end > section.bodyOffset {
          let start = max(0, section.bodyOffset - position)
          digest.update(UnsafeRawBufferPointer(rebasing: bytes[start...]))
        }
        position = end
      }
      let keys = digest.finish()
      return keys.key.bytes == identity.key || keys.first?.bytes == identity.key
        ? nil : "its bytes are not those that were tracked"
    } catch let error as InputError {
      throw source.error ?? error
    }
  }
}
