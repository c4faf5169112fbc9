import Glibc
import System

/// The bytes of a file of text, one after the other, of which a small part is in memory.
///
/// UTF-16 becomes UTF-8, and each end of a line (LF, CRLF, CR) one LF.
package final class FileBytes {
  /// How the file is written.
  package enum Encoding: Sendable, Equatable {
    /// As its bytes are: UTF-8, or a charset of one byte a letter.
    case bytes
    /// UTF-16, its more significant byte first or last.
    case utf16(isBigEndian: Bool)
  }

  /// The file, for messages.
  package let path: String
  /// How it is written.
  package private(set) var encoding = Encoding.bytes
  /// The line of the next byte, from 1.
  package private(set) var line = 1

  /// How much is read at once.
  private static let chunkSize = 64 << 10

  /// `nil` where all of it is in memory.
  private let descriptor: Int32?
  private var chunk: [UInt8] = []
  private var position = 0
  private var decoder = Decoder()

  /// Opens a file; a mark of byte order at its start is passed over.
  ///
  /// - Throws: `FileError`.
  package init(_ path: String) throws {
    self.path = path
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError(path: path, code: errno) }
    self.descriptor = descriptor
    // A pipe gives less at once.
    var first: [UInt8] = []
    while first.count < Self.chunkSize {
      let more = try readChunk()
      if more.isEmpty { break }
      first += more
    }
    start(with: first)
  }

  /// Takes bytes that are in memory for a file.
  package init(_ bytes: [UInt8], path: String = "") {
    self.path = path
    descriptor = nil
    start(with: bytes)
  }

  deinit { if let descriptor { close(descriptor) } }

  /// What is to come, as far as it is in memory: 64 KiB of a file at its start.
  package var head: ArraySlice<UInt8> { chunk[position...] }

  /// The next byte, which stays the next one; `nil` at the end.
  ///
  /// - Throws: `FileError`.
  package func peek() throws -> UInt8? {
    if position == chunk.count { try fill() }
    return position < chunk.count ? chunk[position] : nil
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

  private func start(with bytes: [UInt8]) {
    var bytes = bytes[...]
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
      bytes = bytes.dropFirst(3)
    } else if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      encoding = .utf16(isBigEndian: bytes.first == 0xFE)
      bytes = bytes.dropFirst(2)
    } else if let isBigEndian = Self.orderOfUTF16(bytes) {
      encoding = .utf16(isBigEndian: isBigEndian)
    }
    chunk = decoder.text(of: bytes, encoding)
  }

  /// UTF-16 without its mark is told by the zero bytes of its ASCII letters.
  private static func orderOfUTF16(_ bytes: ArraySlice<UInt8>) -> Bool? {
    let sample = Array(bytes.prefix(512))
    guard sample.count >= 8 else { return nil }
    let pairs = sample.count / 2
    let first = (0..<pairs).count { sample[2 * $0] == 0 && sample[2 * $0 + 1] != 0 }
    let second = (0..<pairs).count { sample[2 * $0] != 0 && sample[2 * $0 + 1] == 0 }
    if first * 2 > pairs, second == 0 { return true }
    if second * 2 > pairs, first == 0 { return false }
    return nil
  }

  private func fill() throws {
    while position == chunk.count {
      let bytes = try readChunk()
      (position, chunk) = (0, decoder.text(of: bytes[...], encoding))
      if bytes.isEmpty { return }
    }
  }

  private func readChunk() throws -> [UInt8] {
    guard let descriptor else { return [] }
    var failure: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: Self.chunkSize) { target, count in
      while true {
        let taken = read(descriptor, target.baseAddress, target.count)
        if taken < 0, errno == EINTR { continue }
        failure = taken < 0 ? errno : 0
        count = max(0, taken)
        return
      }
    }
    guard failure == 0 else { throw FileError(path: path, code: failure) }
    return bytes
  }
}

extension FileBytes {
  /// Makes UTF-8 with LF of bytes that come in pieces.
  private struct Decoder {
    private var oddByte: UInt8?
    private var highSurrogate: UInt16?
    private var hasReturn = false

    mutating func text(of bytes: ArraySlice<UInt8>, _ encoding: Encoding) -> [UInt8] {
      var text: [UInt8] = []
      text.reserveCapacity(bytes.count + 4)
      switch encoding {
      case .bytes: for byte in bytes { append(byte, to: &text) }
      case .utf16(let isBigEndian):
        for byte in bytes {
          guard let first = oddByte else {
            oddByte = byte
            continue
          }
          oddByte = nil
          let pair = (UInt16(first), UInt16(byte))
          append(isBigEndian ? pair.0 << 8 | pair.1 : pair.1 << 8 | pair.0, to: &text)
        }
      }
      return text
    }

    private mutating func append(_ unit: UInt16, to text: inout [UInt8]) {
      var scalar = Unicode.Scalar(unit) ?? "\u{FFFD}"
      if let high = highSurrogate {
        highSurrogate = nil
        if (0xDC00...0xDFFF).contains(unit) {
          let value = 0x10000 + (UInt32(high) - 0xD800) << 10 + UInt32(unit) - 0xDC00
          scalar = Unicode.Scalar(value) ?? "\u{FFFD}"
        } else {
          for byte in Array("\u{FFFD}".utf8) { append(byte, to: &text) }
        }
      }
      if (0xD800...0xDBFF).contains(unit) {
        highSurrogate = unit
        return
      }
      for byte in UTF8.encode(scalar) ?? .init() { append(byte, to: &text) }
    }

    private mutating func append(_ byte: UInt8, to text: inout [UInt8]) {
      let isAfterReturn = hasReturn
      hasReturn = byte == UInt8(ascii: "\r")
      if byte == UInt8(ascii: "\n"), isAfterReturn { return }
      text.append(hasReturn ? UInt8(ascii: "\n") : byte)
    }
  }
}
