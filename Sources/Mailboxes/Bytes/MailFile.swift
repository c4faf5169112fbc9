import Glibc

/// An open file of a mailbox, closed when nobody needs it any longer.
///
/// It is opened without leaving a trace where that is allowed: mail programs take the time of the
/// last access of an mbox for the time at which somebody read it.
package final class MailFile: Sendable {
  /// The descriptor.
  let descriptor: Int32
  /// The length when it was opened, in bytes.
  package let size: Int
  /// What tells whether it has changed.
  package let stamp: FileStamp
  /// The file of which it is a part, from `base` on; `nil` where it is a file of its own.
  private let whole: MailFile?
  private let base: Int

  /// Opens a regular file.
  ///
  /// - Throws: `MailboxError`.
  package init(_ path: MailPath) throws(MailboxError) {
    // O_NOATIME of the Linux headers: a macro that Swift does not import. O_NONBLOCK: a pipe that
    // nobody writes to must not hold us.
    let unnoticed: Int32 = 0o1000000
    let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY
    var descriptor = path.withCString { open($0, flags | unnoticed) }
    if descriptor < 0, errno == EPERM { descriptor = path.withCString { open($0, flags) } }
    guard descriptor >= 0 else { throw MailboxError(path, errno) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let code = errno
      close(descriptor)
      throw MailboxError(path, code)
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw MailboxError(path, reason: "not a regular file")
    }
    self.descriptor = descriptor
    size = Int(status.st_size)
    stamp = FileStamp(status)
    whole = nil
    base = 0
  }

  /// Takes an open file, which it closes.
  ///
  /// - Throws: `InputError.readFailed`.
  init(descriptor: Int32) throws(InputError) {
    self.descriptor = descriptor
    size = 0
    whole = nil
    base = 0
    var status = stat()
    let code = fstat(descriptor, &status) == 0 ? 0 : errno
    stamp = FileStamp(status)
    guard code == 0 else { throw InputError.readFailed(code) }
  }

  /// A part of an open file.
  init(_ whole: MailFile, _ range: Range<Int>) {
    self.whole = whole
    descriptor = whole.descriptor
    base = range.lowerBound
    size = range.count
    stamp = whole.stamp
  }

  /// Opens a regular file; `nil` where there is none.
  ///
  /// - Throws: `MailboxError`.
  static func ifThere(_ path: MailPath) throws(MailboxError) -> MailFile? {
    do {
      return try MailFile(path)
    } catch {
      guard error.isAbsence else { throw error }
      return nil
    }
  }

  deinit { if whole == nil { close(descriptor) } }

  /// The length now, in bytes.
  var presentSize: Int {
    guard whole == nil else { return size }
    var status = stat()
    return fstat(descriptor, &status) == 0 ? Int(status.st_size) : size
  }

  /// Reads bytes at an offset, as many as there are up to the room.
  ///
  /// - Parameters:
  ///   - room: Where they go.
  ///   - offset: The first byte's place in the file.
  /// - Returns: How many; fewer than the room only at the end of the file.
  /// - Throws: `InputError.readFailed`.
  func read(
    into room: UnsafeMutableRawBufferPointer, at offset: Int
  ) throws(InputError) -> Int {
    var position = 0
    let length = whole == nil ? room.count : max(0, min(room.count, size - offset))
    while position < length {
      let count = pread(
        descriptor, room.baseAddress.map { $0 + position }, length - position,
        off_t(base + offset + position))
      if count == 0 { break }
      if count > 0 {
        position += count
      } else if errno != EINTR {
        throw InputError.readFailed(errno)
      }
    }
    return position
  }
}

/// The bytes of a file that holds one message, expanded where it is compressed, as Dovecot has it in
/// Maildirs.
final class MailFileSource: ByteSource {
  // Closed at the end: a batch has many messages in memory at once.
  private var file: MailFile?
  private var offset: Int
  private let end: Int
  private var expanded: ExpandingSource?

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - file: The file.
  ///   - range: Where the message lies in it; `nil` where it is all of it, however long that becomes.
  init(_ file: MailFile, _ range: Range<Int>? = nil) {
    self.file = file
    offset = range?.lowerBound ?? 0
    end = range?.upperBound ?? .max
  }

  func read(into room: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
    if let expanded { return try expanded.read(into: room) }
    guard let file else { return 0 }
    let room = UnsafeMutableRawBufferPointer(rebasing: room[..<min(room.count, end - offset)])
    let count = try file.read(into: room, at: offset)
    if offset == 0, let compression = Compression(UnsafeRawBufferPointer(rebasing: room[..<count]))
    {
      let source = try ExpandingSource(
        file, compression, limit: ExpandingSource.largestMessage)
      expanded = source
      self.file = nil
      return try source.read(into: room)
    }
    offset += count
    // Less than was asked for is the end, unless the file grows under us: who delivers to a Maildir
    // does not.
    if count < room.count || offset == end { self.file = nil }
    return count
  }
}
