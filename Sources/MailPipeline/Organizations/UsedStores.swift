import Glibc
import System

/// The stores that were used before, by their paths, one a line: a note outside of them.
///
/// Where a disk is not mounted its stores are not there, and nothing else tells them from stores that
/// never were. A new one in their place would know nothing of what was refused and withdrawn.
///
/// Whoever cannot write the note does without.
package struct UsedStores: Sendable {
  /// The file.
  package let path: String

  // Beyond it nothing of a user's is to be expected; the rest is not read.
  private static let maxBytes = 1 << 20

  /// Makes a note.
  package init(path: String) {
    self.path = path
  }

  /// Whether a store was used before.
  package func contains(_ store: String) -> Bool {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return Self.lines(of: Self.bytes(of: descriptor)).contains {
      $0.elementsEqual(Self.line(store))
    }
  }

  /// Notes that a store is used.
  package func note(_ store: String) {
    try? AtomicFile.makeFolder(FilePath.folder(of: path))
    let descriptor = open(
      path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o600)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    // Who comes second leaves it to a later run.
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { return }
    let bytes = Self.bytes(of: descriptor)
    guard bytes.count < Self.maxBytes else { return }
    // A umask may take away the owner's own permissions.
    if bytes.isEmpty { fchmod(descriptor, 0o600) }
    let lines = Self.lines(of: bytes)
    guard !lines.contains(where: { $0.elementsEqual(Self.line(store)) }) else { return }
    // What was cut short is no path.
    let end = lines.last.map { $0.endIndex + 1 } ?? 0
    if end < bytes.count, ftruncate(descriptor, off_t(end)) != 0 { return }
    let line = Self.line(store) + [UInt8(ascii: "\n")]
    let written = line.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    if written != line.count {
      ftruncate(descriptor, off_t(end))
    } else {
      fsync(descriptor)
    }
  }

  /// A path as it stands in the file: a line feed in it does not end the line.
  private static func line(_ store: String) -> [UInt8] {
    var line: [UInt8] = []
    for byte in store.utf8 {
      switch byte {
      case UInt8(ascii: "\n"): line += Array("\\n".utf8)
      case UInt8(ascii: "\\"): line += Array("\\\\".utf8)
      default: line.append(byte)
      }
    }
    return line
  }

  /// The lines that are whole.
  private static func lines(of bytes: [UInt8]) -> [ArraySlice<UInt8>] {
    bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast()
  }

  private static func bytes(of descriptor: Int32) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4_096)
    while bytes.count < maxBytes {
      let count = chunk.withUnsafeMutableBytes {
        pread(descriptor, $0.baseAddress, $0.count, off_t(bytes.count))
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      bytes += chunk[..<count]
    }
    return bytes
  }
}
