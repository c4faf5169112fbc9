import CSystem
import Glibc
import HTTP

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
  /// Some bytes without it: whoever was sent it may repeat it in what is shown to people.
  package func removed(from text: [UInt8]) -> [UInt8] {
    Self.replacing(UnsafeRawBufferPointer(bytes), in: text)
  }

  /// A text without it, as it stands and as a form has it.
  package func removed(from text: String) -> String {
    let escaped = HTTPForm.encoded(self.text)
    let plain = removed(from: Array(text.utf8))
    return String(
      decoding: escaped.withUnsafeBytes { Self.replacing($0, in: plain) }, as: UTF8.self)
  }

  private static func replacing(_ secret: UnsafeRawBufferPointer, in text: [UInt8]) -> [UInt8] {
    text.withUnsafeBytes { text in
      var result: [UInt8] = []
      var start = 0
      while let begin = text.baseAddress,
        let place = csystem_find(
          begin + start, text.count - start, secret.baseAddress, secret.count)
      {
        let end = place - begin
        result += text[start..<end]
        result += "(secret)".utf8
        start = end + secret.count
      }
      result += text[start...]
      return result
    }
  }

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
