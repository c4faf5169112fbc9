import Glibc

/// Takes paths apart as dirname(1) and basename(1) do: by bytes, for a name may begin with a character
/// that joins the slash before it.
package enum FilePath {
  /// The folder that a file lies in: `/` for what lies in the root, `.` for a bare name.
  package static func folder(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// What follows the last slash.
  package static func name(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return path }
    return String(path[path.utf8.index(after: slash)...])
  }

  // MARK: Bytes that are no UTF-8

  /// A path, or a part of one, as text that tells it from all others.
  ///
  /// Bytes that are no UTF-8 stand as `\xFC`, and so does a backslash that would be read as the start of
  /// such a form, as `\x5C`; all else stands as it is.
  ///
  /// - Parameter bytes: Any bytes.
  /// - Returns: The text, of which `bytes(of:)` makes the same again.
  package static func text(of bytes: some Collection<UInt8>) -> String {
    let bytes = Array(bytes)
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count)
    var position = 0
    while position < bytes.count {
      let length = characterLength(bytes, at: position)
      if length == 0 || escaped(bytes, at: position) != nil {
        text += escape
        text += [digits[Int(bytes[position] >> 4)], digits[Int(bytes[position] & 15)]]
        position += 1
      } else {
        text += bytes[position..<(position + length)]
        position += length
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// The bytes of a text that `text(of:)` made, or that somebody typed in that form.
  package static func bytes(of text: String) -> [UInt8] {
    let text = Array(text.utf8)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count)
    var position = 0
    while position < text.count {
      // Whatever stands as itself there is no such form.
      if let byte = escaped(text, at: position), byte >= 0x80 || byte == UInt8(ascii: "\\") {
        bytes.append(byte)
        position += 4
      } else {
        bytes.append(text[position])
        position += 1
      }
    }
    return bytes
  }

  /// Gives a path to a C function, as the bytes that it stands for.
  package static func withCString<Result>(
    _ path: String, _ body: (UnsafePointer<CChar>) -> Result
  ) -> Result {
    // Most have nothing to replace.
    guard path.utf8.contains(UInt8(ascii: "\\")) else { return path.withCString(body) }
    return (bytes(of: path) + [0]).withUnsafeBufferPointer { bytes in
      bytes.withMemoryRebound(to: CChar.self) { characters in
        // Never empty: it ends with NUL.
        characters.baseAddress.map(body) ?? path.withCString(body)
      }
    }
  }

  /// The text of what a C function gave.
  package static func text(of path: UnsafePointer<CChar>) -> String {
    text(of: UnsafeRawBufferPointer(start: path, count: strlen(path)))
  }

  private static let escape = Array("\\x".utf8)
  private static let digits = Array("0123456789ABCDEF".utf8)

  /// How many bytes the character at a place has; 0 where they are no UTF-8 (RFC 3629 section 4).
  private static func characterLength(_ bytes: [UInt8], at position: Int) -> Int {
    let first = bytes[position]
    guard first >= 0x80 else { return 1 }
    let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
    guard position + length <= bytes.count,
      String(validating: bytes[position..<(position + length)], as: UTF8.self)?
        .unicodeScalars.count == 1
    else { return 0 }
    return length
  }

  /// The byte that a form such as `\xFC` at a place stands for; `nil` where there is none.
  private static func escaped(_ bytes: [UInt8], at position: Int) -> UInt8? {
    guard position + 3 < bytes.count, bytes[position...].starts(with: escape) else { return nil }
    return UInt8(String(decoding: bytes[(position + 2)...(position + 3)], as: UTF8.self), radix: 16)
  }
}
