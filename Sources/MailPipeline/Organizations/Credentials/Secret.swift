import CSystem
import Glibc

/// Something that nobody else may read: a password, a token.
///
/// It is printed nowhere, made unreadable when it is given up, and while one is held, and ever after,
/// this process's memory goes into no core dump.
package final class Secret: @unchecked Sendable {
  private let bytes: UnsafeMutableRawBufferPointer

  /// Takes bytes that are a text in UTF-8; `nil` where they are none, or empty, or have a line end or
  /// a NUL.
  package init?(_ bytes: some Collection<UInt8>) {
    guard !bytes.isEmpty, !bytes.contains(where: { $0 == 0 || $0 == 10 || $0 == 13 }),
      String(validating: bytes, as: UTF8.self) != nil
    else { return nil }
    csystem_hide_memory()
    self.bytes = .allocate(byteCount: bytes.count, alignment: 1)
    self.bytes.copyBytes(from: bytes)
  }

  deinit {
    csystem_wipe(bytes.baseAddress, bytes.count)
    bytes.deallocate()
  }

  /// The text, for who sends it.
  package var text: String { String(decoding: bytes, as: UTF8.self) }
}

extension Secret {
  /// Secret bytes that are no text of one line: a file of a key.
  final class Bytes: @unchecked Sendable {
    /// They.
    let bytes: UnsafeRawBufferPointer
    private let room: UnsafeMutableRawBufferPointer

    /// All bytes of a file; `nil` where it is empty, too long, or cannot be read.
    init?(readingFrom descriptor: Int32, atMost limit: Int) {
      csystem_hide_memory()
      room = .allocate(byteCount: limit + 1, alignment: 1)
      var count = 0
      while count <= limit {
        let rest = UnsafeMutableRawBufferPointer(rebasing: room[count...])
        let result = read(descriptor, rest.baseAddress, rest.count)
        if result == 0 { break }
        if result < 0, errno == EINTR { continue }
        guard result > 0 else {
          count = 0
          break
        }
        count += result
      }
      bytes = UnsafeRawBufferPointer(rebasing: room[..<count])
      guard count > 0, count <= limit else { return nil }
    }

    deinit {
      csystem_wipe(room.baseAddress, room.count)
      room.deallocate()
    }
  }
}

extension Secret: CustomStringConvertible, CustomReflectable {
  /// What a message that holds one by mistake says.
  package var description: String { "(secret)" }

  /// Nothing of it.
  package var customMirror: Mirror { Mirror(self, children: []) }
}
