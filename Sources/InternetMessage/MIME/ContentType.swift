/// What kind of data a body is (RFC 2045 section 5).
public struct ContentType: Sendable, Hashable {
  /// The top-level type in lower case, as `text`.
  public let type: String
  /// The subtype in lower case, as `plain`.
  public let subtype: String
  /// The parameters.
  public let parameters: MIMEParameters

  /// `text/plain`, which a part without the field has (RFC 2045 section 5.2).
  public static let plainText = ContentType(type: "text", subtype: "plain")
  /// `message/rfc822`, which a part of a digest has (RFC 2046 section 5.1.5).
  static let message = ContentType(type: "message", subtype: "rfc822")

  /// `application/octet-stream`, of which nothing is known (RFC 2046 section 4.5.1).
  static let octetStream = ContentType(type: "application", subtype: "octet-stream")

  private init(type: String, subtype: String) {
    self.type = type
    self.subtype = subtype
    parameters = .none
  }

  /// Reads a Content-Type field.
  ///
  /// What is no type is `text/plain` (RFC 2045 section 5.2); a `multipart` or `text` without subtype
  /// is `mixed` or `plain`.
  ///
  /// - Parameter value: The raw value of the field.
  public init(_ value: UnsafeRawBufferPointer) {
    self = MIMEParameterParser.withPlainValue(value) { ContentType(plain: $0) }
  }

  private init(plain value: Bytes) {
    var position = 0
    func skipBlanks() {
      while position < value.count, ASCII.isBlank(value[position]) || value[position] == ASCII.quote
      {
        position += 1
      }
    }
    func word() -> Range<Int> {
      skipBlanks()
      let start = position
      while position < value.count, Self.isToken(value[position]) { position += 1 }
      return start..<position
    }
    let type = value.part(word())
    skipBlanks()
    var subtype = value.part(0..<0)
    if position < value.count, value[position] == UInt8(ascii: "/") {
      position += 1
      subtype = value.part(word())
    }
    switch (type.isEmpty, subtype.isEmpty) {
    case (false, false):
      self.type = Self.lowercased(type)
      self.subtype = Self.lowercased(subtype)
    case (false, true) where type.equalsFolded("multipart"):
      self.type = "multipart"
      self.subtype = "mixed"
    default:
      self.type = "text"
      self.subtype = "plain"
    }
    var parser = MIMEParameterParser(value, from: position)
    parameters = parser.parse()
  }

  /// Reads what a program says of a file.
  init(_ text: String) {
    self = Array(text.utf8).withUnsafeBytes { ContentType($0) }
  }

  /// Type and subtype, as `text/plain`.
  public var mediaType: String { type + "/" + subtype }

  /// Whether it is made of parts (RFC 2046 section 5.1).
  public var isMultipart: Bool { type == "multipart" }

  /// Whether the body is a message (RFC 2046 section 5.2.1, RFC 6532 section 3.7).
  public var isMessage: Bool {
    type == "message" && (subtype == "rfc822" || subtype == "global" || subtype == "news")
  }

  /// The charset of a text in lower case; `nil` where none is named.
  public var charset: String? {
    guard let value = parameters["charset"] else { return nil }
    // A comment may follow directly, and single quotes quote nothing (RFC 2045 section 5.1).
    var label: [UInt8] = []
    for byte in value.utf8 {
      if byte == UInt8(ascii: "(") { break }
      if byte == UInt8(ascii: "'") || byte == ASCII.quote || byte == ASCII.space { continue }
      label.append(ASCII.lowercased(byte))
    }
    return label.isEmpty ? nil : String(decoding: label, as: UTF8.self)
  }

  private static func isToken(_ byte: UInt8) -> Bool {
    byte > 32 && byte < 127 && byte != UInt8(ascii: "/") && byte != UInt8(ascii: ";")
      && byte != UInt8(ascii: "(") && byte != UInt8(ascii: ",") && byte != ASCII.quote
      && byte != UInt8(ascii: "=")
  }

  private static func lowercased(_ bytes: Bytes) -> String {
    String(unsafeUninitializedCapacity: min(bytes.count, 127)) { target in
      for index in 0..<min(bytes.count, 127) { target[index] = ASCII.lowercased(bytes[index]) }
      return min(bytes.count, 127)
    }
  }
}
