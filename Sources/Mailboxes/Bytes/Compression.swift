import CSystem

/// How a file is compressed, by how it begins.
enum Compression: Sendable, Hashable {
  case gzip
  case zstd
  /// LZ4 in the framing of Dovecot.
  case lz4
  /// In a way that is not read; what it is called.
  case other(String)

  /// So much of a file shows it, in bytes.
  static let looked = 19

  /// Looks at a file's first bytes; `nil` where it is not compressed.
  init?(_ bytes: UnsafeRawBufferPointer) {
    // No message begins with any of these.
    switch bytes.first {
    case 0x1F where bytes.starts(with: [0x1F, 0x8B, 8]): self = .gzip
    case 0x28 where bytes.starts(with: [0x28, 0xB5, 0x2F, 0xFD]): self = .zstd
    case UInt8(ascii: "D") where bytes.starts(with: Self.dovecotMark): self = .lz4
    case 0x42
    where bytes.starts(with: Self.bzip2Mark)
      && bytes.dropFirst(4).starts(with: [0x31, 0x41, 0x59, 0x26]):
      self = .other("bzip2")
    case 0xFD where bytes.starts(with: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0]): self = .other("xz")
    default: return nil
    }
  }

  static let dovecotMark = Array("Dovecot-LZ4".utf8) + [0x0D, 0x2A, 0x9B, 0xC5]
  private static let bzip2Mark = Array("BZh".utf8)

  /// What it is called, and the library that expands it.
  fileprivate var names: (name: String, library: String, kind: Int)? {
    switch self {
    case .gzip: ("gzip", "libz.so.1", CSYSTEM_GZIP)
    case .zstd: ("zstd", "libzstd.so.1", CSYSTEM_ZSTD)
    case .lz4: ("lz4", "liblz4.so.1", CSYSTEM_LZ4)
    case .other: nil
    }
  }

  /// Loads what expands it.
  fileprivate func open() throws(InputError) -> OpaquePointer? {
    if case .other(let name) = self {
      throw InputError.cannotExpand(
        "it is compressed with \(name), which is not read; decompress it")
    }
    guard let names else { return nil }
    var expander: OpaquePointer?
    switch csystem_expander_open(Int32(names.kind), &expander) {
    case 0: return expander
    case 1:
      throw InputError.cannotExpand(
        "it is compressed with \(names.name), and \(names.library) is not there")
    default: throw InputError.cannotExpand("no memory to expand it")
    }
  }
}

/// The bytes of a compressed file, expanded.
final class ExpandingSource: ByteSource {
  private let file: MailFile
  private let compression: Compression
  private let expander: OpaquePointer?
  private let buffer: UnsafeMutableRawBufferPointer
  /// The part of the buffer that was read and not yet taken.
  private var waiting = 0..<0
  private var offset = 0
  /// How much may still come out.
  private var left: Int
  private let limit: Int
  private var isBetween = true
  private var isAtEnd = false
  private var hasAllInput = false
  private var isFirst = true
  /// A block of LZ4, expanded, and how much of it was given.
  private var block: [UInt8] = []
  private var given = 0
  private var largestBlock = 0

  /// So large may a message become, in bytes: a small file can be made to expand to any size.
  static let largestMessage = 256 << 20

  private static let bufferSize = 64 << 10
  /// Dovecot makes blocks of 64 KiB.
  private static let maxBlock = 1 << 20

  /// Expands a file.
  ///
  /// - Parameters:
  ///   - file: The file.
  ///   - compression: How it is compressed.
  ///   - limit: How much may come out of it, in bytes.
  /// - Throws: `InputError.cannotExpand` where that cannot be had.
  init(_ file: MailFile, _ compression: Compression, limit: Int) throws(InputError) {
    self.file = file
    self.compression = compression
    self.limit = limit
    left = limit
    expander = try compression.open()
    buffer = .allocate(byteCount: Self.bufferSize, alignment: 16)
  }

  deinit {
    csystem_expander_close(expander)
    buffer.deallocate()
  }

  func read(into room: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
    let count = compression == .lz4 ? try readBlocks(into: room) : try readStream(into: room)
    guard count <= left else {
      throw InputError.cannotExpand("it expands to more than \(limit >> 20) MiB")
    }
    left -= count
    return count
  }

  private func readStream(into room: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
    while !isAtEnd {
      if waiting.isEmpty, !hasAllInput {
        let count = try file.read(into: buffer, at: offset)
        hasAllInput = count == 0
        isFirst = offset == 0
        offset += count
        waiting = 0..<count
      }
      let input = UnsafeRawBufferPointer(rebasing: buffer[waiting])
      // What follows the last stream and begins none is padding.
      let isPadding = input.first == 0 && !(isFirst && waiting.lowerBound == 0)
      if isBetween, input.isEmpty || isPadding {
        isAtEnd = true
        break
      }
      var (taken, given) = (0, 0)
      let result = csystem_expander_run(
        expander, input.baseAddress, input.count, &taken, room.baseAddress, room.count, &given)
      waiting = (waiting.lowerBound + taken)..<waiting.upperBound
      isBetween = result == 1
      if result >= 0, given > 0 { return given }
      guard result == 1 || (result == 0 && taken > 0) else { throw Self.damaged }
    }
    return 0
  }

  /// A header of 19 bytes: the mark, the largest block's length; then blocks, each behind its length;
  /// numbers of four bytes, the highest first.
  private func readBlocks(into room: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
    while given == block.count {
      if offset == 0 {
        let header = try bytes(Compression.looked)
        largestBlock = Self.number(header.suffix(4))
        guard header.count == Compression.looked, largestBlock <= Self.maxBlock else {
          throw Self.damaged
        }
      }
      let head = try bytes(4)
      if head.isEmpty { return 0 }
      let length = Self.number(head[...])
      guard head.count == 4, length > 0, length <= largestBlock + largestBlock / 255 + 16 else {
        throw Self.damaged
      }
      let compressed = try bytes(length)
      guard compressed.count == length else { throw Self.damaged }
      var expanded = [UInt8](repeating: 0, count: largestBlock)
      let count = csystem_expand_lz4(compressed, length, &expanded, largestBlock)
      guard count >= 0 else { throw Self.damaged }
      block = Array(expanded.prefix(count))
      given = 0
    }
    let count = min(room.count, block.count - given)
    block[given..<(given + count)].withUnsafeBytes { room.copyMemory(from: $0) }
    given += count
    return count
  }

  private func bytes(_ count: Int) throws(InputError) -> [UInt8] {
    let room = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 1)
    defer { room.deallocate() }
    let found = try file.read(into: room, at: offset)
    offset += found
    return Array(room[..<found])
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> Int {
    bytes.reduce(0) { $0 << 8 | Int($1) }
  }

  private static let damaged = InputError.cannotExpand(
    "its compression is damaged, or it is not whole")
}
