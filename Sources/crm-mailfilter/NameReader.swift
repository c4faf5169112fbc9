import Glibc
import MailPipeline

/// Reads names from stdin.
enum NameReader {
  /// All names, empty ones left out.
  ///
  /// - Parameter end: What ends a name.
  /// - Returns: The names.
  /// - Throws: `FileError`.
  static func names(endedBy end: UInt8) throws -> [[UInt8]] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = read(0, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw FileError(path: "stdin", code: errno) }
      if count == 0 { break }
      bytes += buffer[..<count]
    }
    return bytes.split(separator: end).map(Array.init)
  }
}
