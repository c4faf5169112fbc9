/// What Outlook makes of a message for another Outlook (MS-OXTNEF): to everybody else the attachment
/// `winmail.dat`.
///
/// It holds attributes, as mail programs had them before 1995, and properties (MS-OXPROPS): of the
/// message, of each recipient, of each attachment. Nothing in it is an error: what is cut or does not
/// fit its length ends what is read.
public struct TNEF: Sendable {
  /// An attribute (MS-OXTNEF section 2.1.3.1).
  public struct Attribute: Sendable, Hashable {
    /// Its id, as 0x8008 for the class of the message.
    public let id: UInt16
    /// Where its data stands in `bytes`.
    public let range: Range<Int>
  }

  /// What an attachment is made of.
  public struct Attachment: Sendable {
    /// Its attributes.
    public internal(set) var attributes: [Attribute] = []
    /// Its properties.
    public internal(set) var properties: [Property] = []
  }

  /// The stream.
  public let bytes: [UInt8]
  private let contents: TNEFContents

  /// Reads a stream.
  ///
  /// What does not begin as one (MS-OXTNEF section 2.1.2) is none.
  ///
  /// - Parameter bytes: The decoded content of a `winmail.dat`.
  public init?(_ bytes: [UInt8]) {
    guard let contents = bytes.withUnsafeBytes({ TNEFContents($0) }) else { return nil }
    self.bytes = bytes
    self.contents = contents
  }

  /// The attributes of the message, in order.
  public var attributes: [Attribute] { contents.attributes }
  /// The properties of the message, in order.
  public var properties: [Property] { contents.properties }
  /// The properties of each recipient.
  public var recipients: [[Property]] { contents.recipients }
  /// The attachments.
  public var attachments: [Attachment] { contents.attachments }

  /// What the message is, such as `IPM.Note` or `IPM.Schedule.Meeting.Request`
  /// (MS-OXCMSG section 2.2.1.3): by its property, else by its attribute, whose names are older.
  public var messageClass: String? { bytes.withUnsafeBytes { contents.messageClass(in: $0) } }

  /// A property of the message.
  ///
  /// - Parameter id: Its id, below 0x8000, as 0x0037 for the subject.
  /// - Returns: The first of that id; `nil` where there is none.
  public func property(_ id: UInt16) -> Property? { contents.properties.first(id) }

  /// A named property of the message.
  ///
  /// - Parameters:
  ///   - number: Its number in its set, as 0x820D for the start of an appointment.
  ///   - set: The set.
  /// - Returns: The property; `nil` where there is none.
  public func property(_ number: UInt32, in set: PropertySet) -> Property? {
    contents.properties.first { $0.set == set && $0.number == number }
  }

  /// The text of a property; `nil` where it is none.
  public func string(_ property: Property) -> String? {
    bytes.withUnsafeBytes { contents.string(property, in: $0) }
  }

  /// The number that a property is, a truth as 0 or 1; `nil` where it is none.
  public func integer(_ property: Property) -> Int? {
    bytes.withUnsafeBytes { contents.integer(property, in: $0) }
  }

  /// The time that a property is, in seconds since 1970 in UTC; `nil` where it is none.
  public func time(_ property: Property) -> Int? {
    bytes.withUnsafeBytes { contents.time(property, in: $0) }
  }

  /// The bytes of a property as they stand.
  public func data(_ property: Property) -> ArraySlice<UInt8> { bytes[property.range] }

  /// The local time of an attribute, as that of a start is (MS-OXTNEF section 2.1.3.3.6).
  ///
  /// - Returns: Year, month, day, hour, minute, second; `nil` where it is none.
  public func localTime(_ attribute: Attribute) -> [Int]? {
    guard attribute.range.count >= 12 else { return nil }
    return bytes.withUnsafeBytes { bytes in
      (0..<6).map { Int(bytes.littleEndian16(at: attribute.range.lowerBound + 2 * $0)) }
    }
  }

  /// A property (MS-OXTNEF section 2.1.3.4).
  public struct Property: Sendable, Hashable {
    /// Its id; from 0x8000 on a place holder, and what it means is told by set and number or name.
    public let id: UInt16
    /// Its type (MS-OXCDATA section 2.11.1), as 0x001F for a text in UTF-16.
    public let type: UInt16
    /// The set of a named property.
    public let set: PropertySet?
    /// The number of a named property in its set, where it has one.
    public let number: UInt32?
    /// Where the name of a named property stands in the bytes, in UTF-16, where it has one.
    public let name: Range<Int>?
    /// Where its value stands in the bytes; of several values, all of them with their lengths.
    public let range: Range<Int>

    /// Whether it has several values.
    public var isMultiple: Bool { type & 0x1000 != 0 }
  }

  /// A set of named properties (MS-OXPROPS section 1.3.2), by the 16 bytes of its GUID.
  public struct PropertySet: Sendable, Hashable {
    private let first: UInt64
    private let second: UInt64

    /// A set.
    ///
    /// - Parameters:
    ///   - first: The first eight bytes, the first as the lowest.
    ///   - second: The other eight.
    public init(_ first: UInt64, _ second: UInt64) {
      self.first = first
      self.second = second
    }

    /// Of what an appointment is: 00062002-0000-0000-C000-000000000046.
    public static let appointment = PropertySet(0x0006_2002, 0x4600_0000_0000_00C0)
    /// Of what a task is.
    public static let task = PropertySet(0x0006_2003, 0x4600_0000_0000_00C0)
    /// Of what all items have.
    public static let common = PropertySet(0x0006_2008, 0x4600_0000_0000_00C0)
    /// Of what a meeting is: 6ED8DA90-450B-1B10-98DA-00AA003F1305.
    public static let meeting = PropertySet(0x101B_450B_6ED8_DA90, 0x0513_3F00_AA00_DA98)
  }
}

extension [TNEF.Property] {
  /// The first of an id.
  func first(_ id: UInt16) -> TNEF.Property? { first { $0.id == id } }
}

extension UnsafeRawBufferPointer {
  func littleEndian16(at position: Int) -> UInt16 {
    UInt16(littleEndian: loadUnaligned(fromByteOffset: position, as: UInt16.self))
  }

  func littleEndian32(at position: Int) -> UInt32 {
    UInt32(littleEndian: loadUnaligned(fromByteOffset: position, as: UInt32.self))
  }

  func littleEndian64(at position: Int) -> UInt64 {
    UInt64(littleEndian: loadUnaligned(fromByteOffset: position, as: UInt64.self))
  }
}
