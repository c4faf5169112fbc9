import Glibc
import System

/// The bytes of a file, one after the other, of which a small part is in memory.
package final class FileBytes {
  /// The file, for messages.
  package let path: String
  /// The line of the next byte, from 1.
  package private(set) var line = 1

  private let descriptor: Int32
  private var chunk = [UInt8](repeating: 0, count: 64 << 10)
  private var position = 0
  private var end = 0

  /// Opens a file; a mark of byte order at its start is passed over.
  ///
  /// - Throws: `FileError`.
  package init(_ path: String) throws {
    self.path = path
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError(path: path, code: errno) }
    try fill()
    if chunk[..<end].starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
  }

  deinit { close(descriptor) }

  /// The next byte, which stays the next one; `nil` at the end.
  ///
  /// - Throws: `FileError`.
  package func peek() throws -> UInt8? {
    if position == end { try fill() }
    return position < end ? chunk[position] : nil
  }

  /// Takes the next byte; `nil` at the end.
  ///
  /// - Throws: `FileError`.
  package func next() throws -> UInt8? {
    guard let byte = try peek() else { return nil }
    position += 1
    if byte == UInt8(ascii: "\n") { line += 1 }
    return byte
  }

  /// Whether the bytes to come are these, without regard to the case of ASCII letters; no more than
  /// the first 64 KiB are looked at.
  package func begins(with text: String) -> Bool {
    let head = chunk[position..<end].drop { $0 == 10 || $0 == 13 || $0 == 32 }
    return head.prefix(text.utf8.count).map(Self.lowered) == text.utf8.map(Self.lowered)
  }

  private static func lowered(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
  }

  private func fill() throws {
    while true {
      let count = chunk.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw FileError(path: path, code: errno) }
      (position, end) = (0, count)
      return
    }
  }
}
