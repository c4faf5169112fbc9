import Glibc
import System

/// Waits for mail that comes into a spool, as the kernel tells of it (inotify(7)); where it does not,
/// for the time alone.
package final class SpoolWatch {
  private let path: String?
  private let descriptor: Int32
  private var watch: Int32 = -1
  /// Whether there was nothing to watch yet.
  private var isLate = false

  /// Makes a watch; nothing is waited for yet.
  ///
  /// - Parameter spool: The spool; `nil` where there is no place for one.
  package init(_ spool: Spool?) {
    path = spool?.path
    descriptor = inotify_init1(Int32(IN_CLOEXEC | IN_NONBLOCK))
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  /// Waits until something came since the last call, a signal did, or the time is over.
  ///
  /// - Parameter milliseconds: The time.
  /// - Returns: Whether something came.
  package func wait(atMost milliseconds: Int) -> Bool {
    // The folder may be made, or taken away and made anew, at any time.
    if descriptor >= 0, watch < 0, let path {
      watch = inotify_add_watch(
        descriptor, path, UInt32(IN_MOVED_FROM | IN_MOVED_TO | IN_ONLYDIR))
      // What came with the folder was not told of.
      if watch >= 0, isLate { return true }
      isLate = watch < 0
    }
    var state = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&state, 1, Int32(clamping: milliseconds)) > 0 else { return false }
    var events = [UInt8](repeating: 0, count: 4_096)
    var isGone = false
    while true {
      let count = read(descriptor, &events, events.count)
      guard count > 0 else { break }
      isGone = isGone || Self.tellsOfEnd(events[..<count])
    }
    if isGone {
      watch = -1
      isLate = true
    }
    return true
  }

  /// Whether the kernel says that it watches no more.
  private static func tellsOfEnd(_ events: ArraySlice<UInt8>) -> Bool {
    var rest = events
    let size = MemoryLayout<inotify_event>.size
    while rest.count >= size {
      let event = rest.withUnsafeBytes { $0.loadUnaligned(as: inotify_event.self) }
      if event.mask & UInt32(IN_IGNORED) != 0 { return true }
      rest = rest.dropFirst(size + Int(event.len))
    }
    return false
  }
}
