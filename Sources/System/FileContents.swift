import Glibc

/// Reads small files whole.
package enum FileContents {
  /// The bytes of a file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - limit: The most bytes that are read.
  /// - Returns: All bytes of it.
  /// - Throws: `FileError`.
  package static func read(_ path: String, limit: Int = 64 << 20) throws(FileError) -> [UInt8] {
    // No FIFO in its place is waited for.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw FileError(path: path, code: errno) }
    defer { close(descriptor) }
    return try read(descriptor, path: path, limit: limit)
  }

  /// The bytes of a file that is open, from where it stands.
  ///
  /// - Throws: `FileError`.
  package static func read(
    _ descriptor: Int32, path: String, limit: Int = 64 << 20
  ) throws(FileError) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 16 << 10)
    while true {
      let count = chunk.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
      if count == 0 { return bytes }
      if count < 0 {
        if errno == EINTR { continue }
        throw FileError(path: path, code: errno)
      }
      bytes += chunk[..<count]
      guard bytes.count <= limit else { throw FileError(path: path, code: EFBIG) }
    }
  }
}

/// Why a file could not be read or written.
package struct FileError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file.
  package let path: String
  /// An errno.
  package let code: Int32

  /// Makes an error of an errno.
  package init(path: String, code: Int32) {
    self.path = path
    self.code = code
  }

  /// What the system said.
  package var reason: String { String(cString: strerror(code)) }

  /// What failed, in one line.
  package var description: String { "\(path): \(reason)" }
}
