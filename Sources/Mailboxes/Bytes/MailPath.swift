import Glibc
import System

/// A path as the system has it: any bytes but NUL, in no encoding.
package struct MailPath: Sendable, Hashable, CustomStringConvertible {
  /// The bytes.
  package let bytes: [UInt8]

  /// Makes a path; what follows a NUL is no part of it.
  package init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes.prefix { $0 != 0 }) }

  /// Makes a path of text as `FilePath` has it.
  package init(_ text: String) { self.init(FilePath.bytes(of: text)) }

  /// The path made absolute by the working directory, without trailing slashes.
  package var absolute: MailPath {
    var path = bytes
    if path.first != UInt8(ascii: "/") {
      var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
      if getcwd(&buffer, buffer.count) != nil {
        let folder = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        let isDot = path == [UInt8(ascii: ".")]
        path = isDot ? folder : folder + [UInt8(ascii: "/")] + path
      }
    }
    while path.count > 1, path.last == UInt8(ascii: "/") { path.removeLast() }
    return MailPath(path)
  }

  /// What follows the last slash.
  package var name: ArraySlice<UInt8> {
    bytes.lastIndex(of: UInt8(ascii: "/")).map { bytes[($0 + 1)...] } ?? bytes[...]
  }

  /// The folder that it lies in.
  package var folder: MailPath {
    guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return MailPath(".") }
    return MailPath(slash == 0 ? bytes[...0] : bytes[..<slash])
  }

  /// The path of something in this folder.
  package func appending(_ name: some Sequence<UInt8>) -> MailPath {
    MailPath(bytes + [UInt8(ascii: "/")] + name)
  }

  /// The path of something in this folder, by its name as `FilePath` has it.
  package func appending(_ name: String) -> MailPath { appending(FilePath.bytes(of: name)) }

  /// Gives the path to a C function.
  package func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
    (bytes + [0]).withUnsafeBufferPointer { bytes in
      bytes.withMemoryRebound(to: CChar.self) { characters in
        // Never empty: it ends with NUL.
        characters.baseAddress.map(body) ?? "".withCString(body)
      }
    }
  }

  /// As text of which the same path is made again.
  package var description: String { FilePath.text(of: bytes) }
}
