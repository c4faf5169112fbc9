import Foundation
import Glibc
import Mailboxes
import Tracking
import TrackingStore

/// The stored bytes of a copy, a chunk at a time.
final class StoredBytesSource: ByteSource {
  private let store: Store
  private let id: CopyID
  private var next = 0
  private var chunk = Data()
  private var position = 0
  /// What the store said, where it could not be read.
  private(set) var error: (any Error)?

  init(_ id: CopyID, of store: Store) {
    self.id = id
    self.store = store
  }

  func read(into room: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
    while position == chunk.count {
      do {
        guard let bytes = try store.chunk(next, of: id) else { return 0 }
        chunk = bytes
      } catch {
        self.error = error
        throw InputError.readFailed(EIO)
      }
      position = 0
      next += 1
    }
    let count = min(room.count, chunk.count - position)
    chunk.withUnsafeBytes { bytes in
      room.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[position..<(position + count)]))
    }
    position += count
    return count
  }
}
