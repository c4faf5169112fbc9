import Glibc

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
