import Glibc

/// What every writer to a descriptor must do, in one place.
package enum Descriptor {
  /// Writes all of some bytes; a write that was interrupted goes on, and where somebody made the
  /// descriptor non-blocking it is waited for.
  ///
  /// - Returns: 0 or an errno; ENOSPC where nothing could be written and the system gave no reason.
  package static func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int32 {
    guard let base = bytes.baseAddress else { return 0 }
    var position = 0
    while position < bytes.count {
      let count = write(descriptor, base + position, bytes.count - position)
      if count > 0 {
        position += count
        continue
      }
      switch count < 0 ? errno : ENOSPC {
      case EINTR: continue
      case EAGAIN:
        var poll = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = Glibc.poll(&poll, 1, -1)
      case let code: return code
      }
    }
    return 0
  }
}
