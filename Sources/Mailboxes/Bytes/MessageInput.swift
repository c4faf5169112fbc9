import CSystem
import Glibc
import InternetMessage

/// A message that arrives from a descriptor or another source of bytes: its header section first,
/// the rest as far as somebody wants it, all of it passed on byte for byte.
///
/// What was read is held in memory up to `memoryLimit`, beyond it in temporary files that have no
/// name, in one folder after another as each becomes full, and, of a filter's one message, at last in
/// memory again. The crash trap is told where the bytes lie whenever that changes.
package final class MessageInput {
  /// How much of a message is held in memory as long as there is room in files: 4 MiB.
  package static let memoryLimit = 4 << 20

  /// How much more is held in memory where no file has room: 64 MiB.
  static let spareMemory = 64 << 20

  private static let readSize = 128 << 10
  private static let sparePieceSize = 1 << 20

  /// Where bytes lie that found no place in the first piece of memory.
  private enum Place {
    /// From the start of a file.
    case file(Int32)
    /// In memory of so many bytes.
    case memory(UnsafeMutableRawPointer, size: Int)
  }

  /// A range of the message, and where it lies.
  private struct Piece {
    let place: Place
    let start: Int
    var count = 0

    var end: Int { start + count }
  }

  private let source: any ByteSource
  /// The folders in which no file was made yet.
  private var temporaryFolders: ArraySlice<String>
  private let isTrapped: Bool
  private var memory: UnsafeMutableRawBufferPointer
  private var memoryCount = 0
  private var pieces: [Piece] = []
  private var spareCount = 0
  /// What is read before it finds its place.
  private var scratch: UnsafeMutableRawPointer?
  /// Why no more can be held; an errno.
  private var holdError: Int32?

  /// Whether the end was reached.
  package private(set) var isWhole = false

  /// How many bytes were read and are held.
  package var heldCount: Int { pieces.last?.end ?? memoryCount }

  /// Makes an input.
  ///
  /// - Parameters:
  ///   - descriptor: The descriptor; it is not closed.
  ///   - temporaryFolders: Where temporary files may lie, one after another.
  ///   - isTrapped: Whether the crash trap is told about the bytes: for the one message of a filter.
  package convenience init(
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
  ///   - temporaryFolders: Where temporary files may lie, one after another.
  ///   - firstRead: How much the first read asks for, in bytes.
  ///   - isTrapped: Whether the crash trap is told about the bytes.
  package init(
    source: any ByteSource, temporaryFolders: [String], firstRead: Int, isTrapped: Bool = false
  ) {
    self.source = source
    self.temporaryFolders = temporaryFolders[...]
    self.isTrapped = isTrapped
    memory = .allocate(byteCount: min(max(firstRead, 512), Self.memoryLimit), alignment: 16)
  }

  deinit {
    memory.deallocate()
    free(scratch)
    for piece in pieces {
      switch piece.place {
      case .file(let descriptor): close(descriptor)
      case .memory(let bytes, _): free(bytes)
      }
    }
  }

  // MARK: Reading

  /// Reads up to the end of the header section, or as much of it as is parsed.
  ///
  /// - Throws: `InputError.readFailed`.
  package func readHeader(limits: HeaderSection.Limits = .init()) throws(InputError)
    -> HeaderSection
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
  package func hold(_ count: Int) throws(InputError) {
    while !isWhole, heldCount < count { try readMore() }
  }

  /// Reads and holds all of it.
  ///
  /// - Throws: `InputError`.
  package func holdAll() throws(InputError) { try hold(Int.max) }

  private func readMore() throws(InputError) {
    if let holdError { throw InputError.cannotHold(holdError) }
    guard memoryCount < Self.memoryLimit else { return try readToPieces() }
    if memoryCount == memory.count { grow() }
    let room = UnsafeMutableRawBufferPointer(rebasing: memory[memoryCount...])
    try trapped { () throws(InputError) in
      memoryCount += try read(into: room)
      if isTrapped { csystem_trap_piece(0, memory.baseAddress, -1, off_t(memoryCount)) }
    }
  }

  private func grow() {
    let size = min(memory.count * 2, Self.memoryLimit)
    let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
    larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[..<memoryCount]))
    if isTrapped { csystem_trap_piece(0, larger.baseAddress, -1, off_t(memoryCount)) }
    memory.deallocate()
    memory = larger
  }

  /// Takes bytes from the source while the crash trap knows that they have no place yet.
  private func trapped(_ body: () throws(InputError) -> Void) throws(InputError) {
    guard isTrapped else { return try body() }
    csystem_trap_hold()
    defer { csystem_trap_release() }
    try body()
  }

  private func readToPieces() throws(InputError) {
    if pieces.isEmpty {
      pieces.reserveCapacity(Int(CSYSTEM_TRAP_PIECES))
      guard addPiece() else { throw InputError.cannotHold(holdError ?? ENOSPC) }
    }
    guard let bytes = scratch ?? malloc(Self.readSize) else {
      holdError = ENOMEM
      throw InputError.cannotHold(ENOMEM)
    }
    scratch = bytes
    try trapped { () throws(InputError) in
      let count = try read(into: UnsafeMutableRawBufferPointer(start: bytes, count: Self.readSize))
      var position = 0
      while position < count {
        position += append(UnsafeRawBufferPointer(start: bytes + position, count: count - position))
        guard position < count, !addPiece() else { continue }
        // What was taken from the source must not be lost.
        if position > 0 { memmove(bytes, bytes + position, count - position) }
        add(.memory(bytes, size: Self.readSize), count: count - position)
        scratch = nil
        throw InputError.cannotHold(holdError ?? ENOSPC)
      }
    }
  }

  /// Appends bytes to the last piece.
  ///
  /// - Returns: How many had room.
  private func append(_ bytes: UnsafeRawBufferPointer) -> Int {
    guard let piece = pieces.last else { return 0 }
    var position = 0
    switch piece.place {
    case .memory(let room, let size):
      position = min(size - piece.count, bytes.count)
      guard position > 0, let base = bytes.baseAddress else { return 0 }
      (room + piece.count).copyMemory(from: base, byteCount: position)
    case .file(let descriptor):
      while position < bytes.count {
        let written = pwrite(
          descriptor, bytes.baseAddress.map { $0 + position }, bytes.count - position,
          off_t(piece.count + position))
        if written < 0, errno == EINTR { continue }
        guard written > 0 else {
          holdError = written < 0 ? errno : ENOSPC
          break
        }
        position += written
      }
    }
    pieces[pieces.count - 1].count += position
    tellTrap()
    return position
  }

  /// Begins another piece: a file in the next folder that lets us, else memory.
  ///
  /// - Returns: Whether there is room; else no more can be held.
  private func addPiece() -> Bool {
    while let folder = temporaryFolders.popFirst() {
      do {
        let descriptor = try TemporaryFile.open(in: [folder])
        // What is held here must leave a descriptor to pass it on, or to keep it, by.
        let another = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
        if another >= 0 {
          close(another)
          holdError = nil
          add(.file(descriptor), count: 0)
          return true
        }
        holdError = errno
        close(descriptor)
      } catch {
        if case .cannotHold(let code) = error { holdError = code }
      }
    }
    // Where mail lies in a mailbox, its reader can wait for room.
    guard isTrapped, spareCount < Self.spareMemory, let bytes = malloc(Self.sparePieceSize) else {
      holdError = holdError ?? ENOSPC
      return false
    }
    spareCount += Self.sparePieceSize
    holdError = nil
    add(.memory(bytes, size: Self.sparePieceSize), count: 0)
    return true
  }

  private func add(_ place: Place, count: Int) {
    pieces.append(Piece(place: place, start: heldCount, count: count))
    tellTrap()
  }

  /// Tells the crash trap what the last piece has.
  private func tellTrap() {
    guard isTrapped, let piece = pieces.last else { return }
    let number = pieces.count
    switch piece.place {
    case .file(let descriptor):
      csystem_trap_piece(number, nil, descriptor, off_t(piece.count))
    case .memory(let bytes, _):
      csystem_trap_piece(number, bytes, -1, off_t(piece.count))
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
  package func forEachChunk(
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
  package func withBytes<Result>(
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
        continue
      }
      guard let piece = pieces.first(where: { position < $0.end }) else {
        throw InputError.readFailed(EIO)
      }
      let wanted = min(range.upperBound, piece.end) - position
      switch piece.place {
      case .file(let descriptor):
        let count = pread(descriptor, room.baseAddress, wanted, off_t(position - piece.start))
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { throw InputError.readFailed(count < 0 ? errno : EIO) }
        position += count
      case .memory(let bytes, _):
        room.copyMemory(
          from: UnsafeRawBufferPointer(start: bytes + (position - piece.start), count: wanted))
        position += wanted
      }
    }
  }

  // MARK: Passing on

  /// Writes what is held, then all that still comes.
  ///
  /// - Throws: `InputError.readFailed`; what the sink throws. Part of the message was written then.
  package func passThrough(_ write: (UnsafeRawBufferPointer) throws -> Void) throws {
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
