import Glibc

/// An open file of a mailbox, closed when nobody needs it any longer.
///
/// It is opened without leaving a trace where that is allowed: mail programs take the time of the
/// last access of an mbox for the time at which somebody read it.
public final class MailFile: Sendable {
  /// The descriptor.
  let descriptor: Int32
  /// The length when it was opened, in bytes.
  public let size: Int
  /// What tells whether it has changed.
  public let stamp: FileStamp

  /// Opens a regular file.
  ///
  /// - Throws: `MailboxError`.
  public init(_ path: MailPath) throws(MailboxError) {
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

  deinit { close(descriptor) }

  /// The length now, in bytes.
  var presentSize: Int {
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
    while position < room.count {
      let count = pread(
        descriptor, room.baseAddress.map { $0 + position }, room.count - position,
        off_t(offset + position))
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
