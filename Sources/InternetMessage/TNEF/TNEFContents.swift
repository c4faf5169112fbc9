/// Where what stands in a TNEF stream (MS-OXTNEF section 2.1): places only, nothing decoded.
struct TNEFContents {
  private(set) var attributes: [TNEF.Attribute] = []
  private(set) var properties: [TNEF.Property] = []
  private(set) var recipients: [[TNEF.Property]] = []
  private(set) var attachments: [TNEF.Attachment] = []
  /// The code page of texts that are not in UTF-16.
  private(set) var codePage = 1252

  /// So many attributes and properties of a stream are read: memory stays bounded.
  static let most = 20_000

  /// The attributes that are looked at (MS-OXTNEF section 2.1.3.3).
  enum ID {
    static let attachmentStart: UInt16 = 0x9002
    static let properties: UInt16 = 0x9003
    static let recipients: UInt16 = 0x9004
    static let attachmentProperties: UInt16 = 0x9005
    static let codePage: UInt16 = 0x9007
    static let messageClass: UInt16 = 0x8008
    static let subject: UInt16 = 0x8004
    static let body: UInt16 = 0x800C
    static let attachmentData: UInt16 = 0x800F
    static let attachmentTitle: UInt16 = 0x8010
  }

  /// Whether bytes begin as a stream does.
  static func hasSignature(_ bytes: Bytes) -> Bool {
    bytes.count >= 6 && bytes.littleEndian32(at: 0) == 0x223E_9F78
  }

  init?(_ bytes: Bytes) {
    guard Self.hasSignature(bytes) else { return nil }
    var left = Self.most
    var position = 6
    // Level, id, type and length stand before the data, a sum after it.
    while left > 0, position + 9 <= bytes.count {
      left -= 1
      let isOfAttachment = bytes[position] == 2
      let id = bytes.littleEndian16(at: position + 1)
      let start = position + 9
      let length = Int(bytes.littleEndian32(at: position + 5))
      let end = min(bytes.count, start + length)
      let attribute = TNEF.Attribute(id: id, range: start..<end)
      if isOfAttachment {
        take(ofAttachment: attribute, in: bytes, &left)
      } else {
        take(attribute, in: bytes, &left)
      }
      position = end + 2
    }
  }

  private mutating func take(_ attribute: TNEF.Attribute, in bytes: Bytes, _ left: inout Int) {
    switch attribute.id {
    case ID.properties:
      var reader = TNEFPropertyReader(bytes, attribute.range)
      properties += reader.properties(&left)
    case ID.recipients:
      var reader = TNEFPropertyReader(bytes, attribute.range)
      var count = reader.count() ?? 0
      while count > 0, left > 0, !reader.isAtEnd {
        left -= 1
        count -= 1
        recipients.append(reader.properties(&left))
      }
    case ID.codePage where attribute.range.count >= 4:
      codePage = Int(bytes.littleEndian32(at: attribute.range.lowerBound))
    default: attributes.append(attribute)
    }
  }

  private mutating func take(
    ofAttachment attribute: TNEF.Attribute, in bytes: Bytes, _ left: inout Int
  ) {
    if attribute.id == ID.attachmentStart || attachments.isEmpty {
      attachments.append(TNEF.Attachment())
    }
    let last = attachments.count - 1
    if attribute.id == ID.attachmentProperties {
      var reader = TNEFPropertyReader(bytes, attribute.range)
      attachments[last].properties += reader.properties(&left)
    } else {
      attachments[last].attributes.append(attribute)
    }
  }

  // MARK: Values

  /// The label of the charset of texts that are not in UTF-16.
  var charset: String { Self.label(codePage) }

  /// The label of a code page.
  static func label(_ codePage: Int) -> String { "cp\(codePage)" }

  func string(_ property: TNEF.Property, in bytes: Bytes) -> String? {
    let value = bytes.part(property.range)
    switch property.type {
    case 0x1E: return text(value)
    case 0x1F:
      let units = stride(from: 0, to: value.count - 1, by: 2).lazy.map {
        value.littleEndian16(at: $0)
      }
      return String(decoding: Array(units.prefix { $0 != 0 }), as: UTF16.self)
    default: return nil
    }
  }

  /// A text in the code page of the stream, up to a NUL.
  func text(_ value: Bytes) -> String {
    let end = value.position(of: 0, from: 0) ?? value.count
    return Charset.decode(value.part(0..<end), label: charset).text
  }

  func integer(_ property: TNEF.Property, in bytes: Bytes) -> Int? {
    let start = property.range.lowerBound
    switch property.type {
    case 0x02: return Int(Int16(bitPattern: bytes.littleEndian16(at: start)))
    case 0x0B: return bytes.littleEndian16(at: start) == 0 ? 0 : 1
    case 0x03: return Int(Int32(bitPattern: bytes.littleEndian32(at: start)))
    case 0x14: return Int(Int64(bitPattern: bytes.littleEndian64(at: start)))
    default: return nil
    }
  }

  func time(_ property: TNEF.Property, in bytes: Bytes) -> Int? {
    guard property.type == 0x40 else { return nil }
    // Tenths of microseconds since 1601 (MS-DTYP section 2.3.3).
    let ticks = bytes.littleEndian64(at: property.range.lowerBound)
    return Int(ticks / 10_000_000) - 11_644_473_600
  }

  func attribute(_ id: UInt16, in attributes: [TNEF.Attribute]) -> TNEF.Attribute? {
    attributes.first { $0.id == id }
  }

  func messageClass(in bytes: Bytes) -> String? {
    if let property = properties.first(0x001A), let text = string(property, in: bytes) {
      return text
    }
    return attribute(ID.messageClass, in: attributes).map { text(bytes.part($0.range)) }
  }
}

/// Reads properties one after the other (MS-OXTNEF section 2.1.3.4).
struct TNEFPropertyReader {
  private let bytes: Bytes
  private let end: Int
  private var position: Int

  init(_ bytes: Bytes, _ range: Range<Int>) {
    self.bytes = bytes
    position = range.lowerBound
    end = range.upperBound
  }

  var isAtEnd: Bool { position >= end }

  mutating func count() -> Int? { word().map { Int($0) } }

  private mutating func word() -> UInt32? {
    guard end - position >= 4 else { return nil }
    defer { position += 4 }
    return bytes.littleEndian32(at: position)
  }

  /// So many bytes, and those that fill the last four; `nil` where there are not so many.
  private mutating func take(_ length: Int) -> Range<Int>? {
    guard length <= end - position else { return nil }
    defer { position = min(end, position + (length + 3) & ~3) }
    return position..<(position + length)
  }

  /// As many properties as a count says, and stand there.
  mutating func properties(_ left: inout Int) -> [TNEF.Property] {
    guard var count = count() else { return [] }
    var properties: [TNEF.Property] = []
    while count > 0, left > 0 {
      guard let property = property() else {
        // What follows has no place that is known.
        position = end
        break
      }
      properties.append(property)
      count -= 1
      left -= 1
    }
    if left == 0 { position = end }
    return properties
  }

  private mutating func property() -> TNEF.Property? {
    guard let tag = word() else { return nil }
    let id = UInt16(truncatingIfNeeded: tag >> 16)
    let type = UInt16(truncatingIfNeeded: tag)
    var set: TNEF.PropertySet?
    var number: UInt32?
    var name: Range<Int>?
    if id >= 0x8000 {
      guard let place = take(16), let kind = word() else { return nil }
      set = TNEF.PropertySet(
        bytes.littleEndian64(at: place.lowerBound), bytes.littleEndian64(at: place.lowerBound + 8))
      if kind == 0 {
        guard let value = word() else { return nil }
        number = value
      } else {
        guard let length = word(), let range = take(Int(length)) else { return nil }
        name = range
      }
    }
    guard let range = value(type) else { return nil }
    return TNEF.Property(
      id: id, type: type, set: set, number: number, name: name, range: range)
  }

  /// The value of a property, or all its values.
  private mutating func value(_ type: UInt16) -> Range<Int>? {
    let isMultiple = type & 0x1000 != 0
    if let length = Self.length(of: type & 0x0FFF) {
      guard isMultiple else { return take(length) }
      guard let count = word(), Int(count) <= (end - position) / length else { return nil }
      return take(Int(count) * length)
    }
    guard Self.hasLength(type & 0x0FFF), let count = word() else { return nil }
    if !isMultiple {
      guard count == 1, let length = word() else { return count == 0 ? take(0) : nil }
      return take(Int(length))
    }
    let start = position
    guard Int(count) <= (end - position) / 4 else { return nil }
    for _ in 0..<count {
      guard let length = word(), take(Int(length)) != nil else { return nil }
    }
    return start..<position
  }

  /// The length of the values of a type (MS-OXCDATA section 2.11.1).
  private static func length(of type: UInt16) -> Int? {
    switch type {
    case 0x02, 0x0B: 2
    case 0x03, 0x04, 0x0A: 4
    case 0x05, 0x06, 0x07, 0x14, 0x40: 8
    case 0x48: 16
    default: nil
    }
  }

  private static func hasLength(_ type: UInt16) -> Bool {
    type == 0x1E || type == 0x1F || type == 0x0D || type == 0x102
  }
}
