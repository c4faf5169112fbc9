import Glibc

/// Where the bytes of one message come from, in order and once.
package protocol ByteSource: AnyObject {
  /// Reads some bytes.
  ///
  /// - Parameter room: Where they go; not empty.
  /// - Returns: How many; 0 at the end.
  /// - Throws: `InputError.readFailed`.
  func read(into room: UnsafeMutableRawBufferPointer) throws(InputError) -> Int
}

/// The bytes of a descriptor.
final class DescriptorSource: ByteSource {
  private let descriptor: Int32

  /// Reads a descriptor; it is not closed.
  init(_ descriptor: Int32) { self.descriptor = descriptor }

  func read(into room: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
    while true {
      let count = Glibc.read(descriptor, room.baseAddress, room.count)
      if count >= 0 { return count }
      switch errno {
      case EINTR: continue
      case EAGAIN:
        var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        _ = Glibc.poll(&poll, 1, -1)
      case let code: throw InputError.readFailed(code)
      }
    }
  }
}

/// Why a message could not be read or held.
///
/// Half a message is never taken for a whole one.
package enum InputError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Reading failed; an errno.
  case readFailed(Int32)
  /// It is larger than what memory holds, and no temporary file can be had; an errno. What was read
  /// can still be passed on.
  case cannotHold(Int32)
  /// It is compressed, and cannot be expanded; why.
  case cannotExpand(String)

  /// What failed, in one line.
  package var description: String {
    switch self {
    case .readFailed(let code): "the message cannot be read: \(String(cString: strerror(code)))"
    case .cannotExpand(let reason): reason
    case .cannotHold(let code):
      "no temporary file for a large message: \(String(cString: strerror(code)))"
    }
  }
}
