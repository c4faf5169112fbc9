import CSystem
import Glibc
import InternetMessage

/// A message that arrives from a descriptor or another source of bytes: its header section first, the rest as far as somebody
/// wants it, all of it passed on byte for byte.
///
/// What was read is held in memory up to `memoryLimit` and beyond it in a temporary file that has
/// no name. The crash trap is told where the bytes lie whenever that changes.
public final class MessageInput {
  /// How much of a message is held in memory: 4 MiB.
  public static let memoryLimit = 4 << 20

  private static let readSize = 128 << 10

  private let source: any ByteSource
  private let temporaryFolders: [String]
  private let isTrapped: Bool
  private var memory: UnsafeMutableRawBufferPointer
  private var memoryCount = 0
  private var file: Int32 = -1
  private var fileCount = 0
  /// What was read and found no place in the file.
  private var tail: [UInt8] = []
  private var holdError: Int32?

  /// Whether the end was reached.
  public private(set) var isWhole = false

  /// How many bytes were read and are held.
  public var heldCount: Int { memoryCount + fileCount + tail.count }

  /// Makes an input.
  ///
  /// - Parameters:
  ///   - descriptor: The descriptor; it is not closed.
  ///   - temporaryFolders: Where the temporary file may lie, the first that works is taken.
  ///   - isTrapped: Whether the crash trap is told about the bytes: for the one message of a filter.
  public convenience init(
    descriptor: Int32, temporaryFolders: [String], isTrapped: Bool = false
  ) {
    var status = stat()
    var size = 64 << 10
    // A file tells its length: one read takes it all, and one more finds its end.
    if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG {
      size = max(4096, Int(status.st_size) + 1)
    }
    self.init(
      source: DescriptorSource(descriptor), temporaryFolders: temporaryFolders, firstRead: size,
      isTrapped: isTrapped)
  }

  /// Makes an input of any source of bytes.
  ///
  /// - Parameters:
  ///   - source: Where the bytes come from.
  ///   - temporaryFolders: Where the temporary file may lie, the first that works is taken.
  ///   - firstRead: How much the first read asks for, in bytes.
  ///   - isTrapped: Whether the crash trap is told about the bytes.
  public init(
    source: any ByteSource, temporaryFolders: [String], firstRead: Int, isTrapped: Bool = false
  ) {
    self.source = source
    self.temporaryFolders = temporaryFolders
    self.isTrapped = isTrapped
    memory = .allocate(byteCount: min(max(firstRead, 512), Self.memoryLimit), alignment: 16)
  }

  deinit {
    memory.deallocate()
    if file >= 0 { close(file) }
  }

  // MARK: Reading

  /// Reads up to the end of the header section, or as much of it as is parsed.
  ///
  /// - Throws: `InputError.readFailed`.
  public func readHeader(limits: HeaderSection.Limits = .init()) throws(InputError) -> HeaderSection
  {
    var headerEnd = HeaderEnd()
    while true {
      let held = UnsafeRawBufferPointer(rebasing: memory[..<memoryCount])
      if headerEnd.bodyOffset(in: held, isWhole: isWhole) != nil || isWhole
        || memoryCount > limits.bytes
      {
        return HeaderSection(held, limits: limits)
      }
      try readMore()
    }
  }

  /// Reads until so many bytes are held or the end is reached.
  ///
  /// - Throws: `InputError`.
  public func hold(_ count: Int) throws(InputError) {
    while !isWhole, heldCount < count { try readMore() }
  }

  /// Reads and holds all of it.
  ///
  /// - Throws: `InputError`.
  public func holdAll() throws(InputError) { try hold(Int.max) }

  private func readMore() throws(InputError) {
    if let holdError { throw InputError.cannotHold(holdError) }
    if memoryCount < Self.memoryLimit {
      if memoryCount == memory.count { grow() }
      let room = UnsafeMutableRawBufferPointer(rebasing: memory[memoryCount...])
      let count = try read(into: room)
      memoryCount += count
      if isTrapped { csystem_trap_memory(memory.baseAddress, memoryCount) }
      return
    }
    try readToFile()
  }

  private func grow() {
    let size = min(memory.count * 2, Self.memoryLimit)
    let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
    larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[..<memoryCount]))
    if isTrapped { csystem_trap_memory(larger.baseAddress, memoryCount) }
    memory.deallocate()
    memory = larger
  }

  private func readToFile() throws(InputError) {
    if file < 0 {
      file = try openTemporaryFile()
      if isTrapped { csystem_trap_file(file, 0) }
    }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.readSize, alignment: 16)
    defer { buffer.deallocate() }
    let count = try read(into: buffer)
    var position = 0
    while position < count {
      let written = pwrite(
        file, buffer.baseAddress.map { $0 + position }, count - position,
        off_t(fileCount))
      if written > 0 {
        position += written
        fileCount += written
        continue
      }
      if written < 0, errno == EINTR { continue }
      // What was taken from the descriptor must not be lost.
      tail = Array(buffer[position..<count])
      holdError = written < 0 ? errno : ENOSPC
      throw InputError.cannotHold(holdError ?? ENOSPC)
    }
    if isTrapped { csystem_trap_file(file, off_t(fileCount)) }
  }

  private func openTemporaryFile() throws(InputError) -> Int32 {
    do {
      return try TemporaryFile.open(in: temporaryFolders)
    } catch {
      if case .cannotHold(let code) = error { holdError = code }
      throw error
    }
  }

  private func read(into room: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
    let count = try source.read(into: room)
    if count == 0 {
      isWhole = true
      if isTrapped { csystem_trap_all_read() }
    }
    return count
  }

  // MARK: What is held

  /// Gives the held bytes from an offset on, in order and in chunks; exactly `chunkSize` bytes each
  /// but for the last.
  ///
  /// - Parameters:
  ///   - start: The first byte to give.
  ///   - end: Where to stop; all that is held where it is `nil`.
  ///   - chunkSize: The length of a chunk; `nil` gives the bytes as they lie.
  ///   - body: Takes a chunk.
  /// - Throws: `InputError.readFailed` where the temporary file fails; what the body throws.
  public func forEachChunk(
    from start: Int = 0, to end: Int? = nil, chunkSize: Int? = nil,
    _ body: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    var position = start
    let end = min(end ?? heldCount, heldCount)
    let size = chunkSize ?? Self.readSize
    guard position < end else { return }
    if chunkSize == nil, position < memoryCount {
      let stop = min(end, memoryCount)
      try body(UnsafeRawBufferPointer(rebasing: memory[position..<stop]))
      position = stop
    }
    let needsBuffer = end > memoryCount
    let buffer = UnsafeMutableRawBufferPointer.allocate(
      byteCount: needsBuffer ? size : 0, alignment: 16)
    defer { buffer.deallocate() }
    while position < end {
      let stop = min(position + size, end)
      if stop <= memoryCount {
        try body(UnsafeRawBufferPointer(rebasing: memory[position..<stop]))
      } else {
        try copyHeld(position..<stop, to: buffer)
        try body(UnsafeRawBufferPointer(rebasing: buffer[..<(stop - position)]))
      }
      position = stop
    }
  }

  /// Gives a range of the held bytes in one piece.
  ///
  /// - Throws: `InputError.readFailed` where the temporary file fails; what the body throws.
  public func withBytes<Result>(
    _ range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) throws -> Result {
    if range.upperBound <= memoryCount {
      return try body(UnsafeRawBufferPointer(rebasing: memory[range]))
    }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: range.count, alignment: 16)
    defer { buffer.deallocate() }
    try copyHeld(range, to: buffer)
    return try body(UnsafeRawBufferPointer(buffer))
  }

  private func copyHeld(_ range: Range<Int>, to buffer: UnsafeMutableRawBufferPointer) throws {
    var position = range.lowerBound
    while position < range.upperBound {
      let room = UnsafeMutableRawBufferPointer(
        rebasing: buffer[(position - range.lowerBound)..<range.count])
      if position < memoryCount {
        let stop = min(memoryCount, range.upperBound)
        room.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[position..<stop]))
        position = stop
      } else if position < memoryCount + fileCount {
        let wanted = min(range.upperBound, memoryCount + fileCount) - position
        let count = pread(file, room.baseAddress, wanted, off_t(position - memoryCount))
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { throw InputError.readFailed(count < 0 ? errno : EIO) }
        position += count
      } else {
        let offset = position - memoryCount - fileCount
        let stop = range.upperBound - memoryCount - fileCount
        tail[offset..<stop].withUnsafeBytes { room.copyMemory(from: $0) }
        position = range.upperBound
      }
    }
  }

  // MARK: Passing on

  /// Writes what is held, then all that still comes.
  ///
  /// - Throws: `InputError.readFailed`; what the sink throws. Part of the message was written then.
  public func passThrough(_ write: (UnsafeRawBufferPointer) throws -> Void) throws {
    try forEachChunk(write)
    guard !isWhole else { return }
    let buffer = UnsafeMutableRawBufferPointer.allocate(
      byteCount: Self.readSize * 2, alignment: 4096)
    defer { buffer.deallocate() }
    while !isWhole {
      let count = try read(into: buffer)
      try write(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
  }
}
