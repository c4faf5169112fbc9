import InternetMessage

/// Writes TNEF streams as MS-OXTNEF section 2.1 has them.
struct TNEFMaker {
  private(set) var bytes: [UInt8] = number(0x223E_9F78, 4) + [1, 0]

  static func number(_ value: Int, _ length: Int) -> [UInt8] {
    (0..<length).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
  }

  static func utf16(_ text: String) -> [UInt8] {
    (Array(text.utf16) + [0]).flatMap { number(Int($0), 2) }
  }

  /// Adds an attribute, of the message (1) or of an attachment (2).
  mutating func add(_ id: Int, level: Int = 1, _ data: [UInt8]) {
    let sum = data.reduce(0) { $0 + Int($1) } & 0xFFFF
    bytes += Self.number(level, 1) + Self.number(id, 2) + Self.number(0, 2)
    bytes += Self.number(data.count, 4) + data + Self.number(sum, 2)
  }

  mutating func add(properties: [[UInt8]]) { add(0x9003, Self.list(properties)) }

  /// Adds an attachment.
  mutating func add(attachment properties: [[UInt8]], data: [UInt8]? = nil, title: String? = nil) {
    add(0x9002, level: 2, [UInt8](repeating: 0, count: 14))
    if let title { add(0x8010, level: 2, Array(title.utf8) + [0]) }
    if let data { add(0x800F, level: 2, data) }
    if !properties.isEmpty { add(0x9005, level: 2, Self.list(properties)) }
  }

  static func list(_ properties: [[UInt8]]) -> [UInt8] {
    number(properties.count, 4) + properties.flatMap { $0 }
  }

  private static func filled(_ data: [UInt8]) -> [UInt8] {
    data + [UInt8](repeating: 0, count: (4 - data.count % 4) % 4)
  }

  /// A property whose values have a length of their own, which is that of their type.
  static func fixed(_ id: Int, _ type: Int, _ data: [UInt8], name: [UInt8] = []) -> [UInt8] {
    number(type, 2) + number(id, 2) + name + filled(data)
  }

  /// A property whose values tell their length.
  static func long(_ id: Int, _ type: Int, _ data: [UInt8], name: [UInt8] = []) -> [UInt8] {
    number(type, 2) + number(id, 2) + name + number(1, 4) + number(data.count, 4) + filled(data)
  }

  static func text(_ id: Int, _ value: String, name: [UInt8] = []) -> [UInt8] {
    long(id, 0x1F, utf16(value), name: name)
  }

  static func integer(_ id: Int, _ value: Int, name: [UInt8] = []) -> [UInt8] {
    fixed(id, 3, number(value, 4), name: name)
  }

  /// The name of a property of the set of appointments.
  static func appointment(_ number: Int) -> [UInt8] {
    [0x02, 0x20, 0x06, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46] + Self.number(0, 4)
      + Self.number(number, 4)
  }

  /// The name of a property of the set of meetings.
  static func meeting(_ number: Int) -> [UInt8] {
    [
      0x90, 0xDA, 0xD8, 0x6E, 0x0B, 0x45, 0x1B, 0x10, 0x98, 0xDA, 0x00, 0xAA, 0x00, 0x3F, 0x13,
      0x05,
    ]
      + Self.number(0, 4) + Self.number(number, 4)
  }

  /// A message in which the stream is the attachment `winmail.dat`.
  func mail(text: String? = "See the files.") -> Message {
    var mail = "Content-Type: multipart/mixed; boundary=b\n\n"
    if let text { mail += "--b\nContent-Type: text/plain\n\n\(text)\n" }
    mail += "--b\nContent-Type: application/ms-tnef; name=winmail.dat\n"
    mail += "Content-Transfer-Encoding: binary\n\n"
    return Message(Array(mail.utf8) + bytes + Array("\n--b--\n".utf8))
  }
}

/// Lines that say what a message holds: number, type, role, name, size.
func partLines(_ message: Message) -> [String] {
  zip(message.structure.parts, message.structure.roles).map { part, role in
    let indent = String(repeating: " ", count: part.depth)
    return "\(indent)\(part.number) \(part.contentType.mediaType) \(role) "
      + "\(message.name(of: part) ?? "-") \(message.size(of: part))"
  }
}
