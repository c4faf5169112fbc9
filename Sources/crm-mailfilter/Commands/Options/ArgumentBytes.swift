import CSystem
import Glibc
import MailPipeline
import System

/// Arguments as the system gave them: a path need not be UTF-8.
enum ArgumentBytes {
  /// The bytes of an argument.
  ///
  /// - Parameter text: The argument as the parser of arguments gave it: what is no UTF-8 is
  ///   replaced.
  /// - Returns: The bytes.
  static func bytes(of text: String) -> [UInt8] {
    for index in 1..<max(2, Int(csystem_argc())) {
      guard let argument = csystem_argv()?[index] else { continue }
      let bytes = UnsafeRawBufferPointer(start: argument, count: strlen(argument))
      if String(decoding: bytes, as: UTF8.self) == text { return Array(bytes) }
      // The value of `--name=value`.
      guard bytes.starts(with: "--".utf8), let equals = bytes.firstIndex(of: UInt8(ascii: "=")),
        String(decoding: bytes[(equals + 1)...], as: UTF8.self) == text
      else { continue }
      return Array(bytes[(equals + 1)...])
    }
    return Array(text.utf8)
  }

  /// A path as `FilePath` has it, or as somebody typed it in that form.
  ///
  /// - Parameter text: The argument as the parser of arguments gave it.
  /// - Returns: The path.
  static func path(_ text: String) -> String {
    text.unicodeScalars.contains("\u{FFFD}") ? FilePath.text(of: bytes(of: text)) : text
  }
}

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
