/// The name under which a browser saves a file.
enum DownloadName {
  /// So many bytes, so that its ending fits into what file systems take.
  private static let maxLength = 120

  /// A name that can be a file's on any system, made of what a sender wrote.
  ///
  /// - Parameters:
  ///   - text: The name that a file was sent under, or a message's subject.
  ///   - part: The number of the part; `nil` for the message itself.
  /// - Returns: A name without folders, hidden characters and a dot in front.
  static func of(_ text: String, part: Int?) -> String {
    var name = ""
    var length = 0
    // Of a long one the ending tells what it is.
    let isLong = text.utf8.count > maxLength
    let ending = isLong && part != nil ? Self.ending(text) : ""
    for scalar in text.unicodeScalars.prefix(2 * maxLength) {
      guard length + ending.utf8.count < maxLength else { break }
      switch scalar {
      case "/", "\\", ":", "*", "?", "\"", "<", ">", "|", "%", "~", "\t", "\n":
        name.unicodeScalars.append("_")
        length += 1
      default:
        guard !Escape.isHidden(scalar) else { continue }
        name.unicodeScalars.append(scalar)
        length += UTF8.width(scalar)
      }
    }
    // Windows drops dots and blanks at the end; a dot in front hides a file elsewhere.
    while let last = name.unicodeScalars.last, last == "." || last == " " {
      name.unicodeScalars.removeLast()
    }
    while let first = name.unicodeScalars.first, first == "." || first == " " {
      name.unicodeScalars.removeFirst()
    }
    if isDevice(name) { name = "_" + name }
    guard let part else { return (name.isEmpty ? "message" : name) + ".eml" }
    return name.isEmpty ? "part-\(part).bin" : name + (name.hasSuffix(ending) ? "" : ending)
  }

  /// Whether Windows takes a name for a device, whatever its ending: it saves no file so.
  private static func isDevice(_ name: String) -> Bool {
    var stem = name.prefix { $0 != "." }
    while stem.last == " " { stem.removeLast() }
    let device = stem.lowercased()
    if ["con", "prn", "aux", "nul", "conin$", "conout$"].contains(device) { return true }
    return ["com", "lpt"].contains(device.prefix(3)) && device.count == 4
      && device.last.map { "0123456789¹²³".contains($0) } ?? false
  }

  /// The ending of a name, as `.pdf`.
  private static func ending(_ name: String) -> String {
    let bytes = Array(name.utf8.suffix(8))
    guard let dot = bytes.lastIndex(of: UInt8(ascii: ".")), dot < bytes.count - 1,
      bytes[(dot + 1)...].allSatisfy({ byte in
        byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A || byte >= 0x30 && byte <= 0x39
      })
    else { return "" }
    return String(decoding: bytes[dot...], as: UTF8.self)
  }
}
