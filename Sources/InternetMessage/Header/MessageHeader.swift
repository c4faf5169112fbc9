/// What the header section of a message says, decoded: the fields that tracking looks at.
///
/// Nothing in a message is an error. A field that cannot be read has no value and leaves a note.
public struct MessageHeader: Sendable {
  /// The section from which this was read.
  public let section: HeaderSection

  /// All mailboxes of all From fields, groups flattened, in order.
  ///
  /// The first is the sender (RFC 5322 section 3.6.2); the others take part in the message.
  public private(set) var from: [Mailbox] = []

  /// The Sender field.
  public private(set) var sender: Mailbox?

  /// The Reply-To field.
  public private(set) var replyTo: [Mailbox] = []

  /// All mailboxes of all To fields, groups flattened, in order (RFC 5322 section 3.6.3).
  public private(set) var to: [Mailbox] = []

  /// All mailboxes of all Cc fields.
  public private(set) var cc: [Mailbox] = []

  /// All mailboxes of all Bcc fields.
  public private(set) var bcc: [Mailbox] = []

  /// The first Subject: unfolded, encoded words decoded (RFC 2047), white space collapsed and
  /// trimmed.
  ///
  /// `nil` where there is no such field, empty where it is empty.
  public private(set) var subject: String?

  /// The first Message-ID.
  public private(set) var messageID: MessageID?

  /// The identifiers of In-Reply-To, in order.
  public private(set) var inReplyTo: [MessageID] = []

  /// The identifiers of References, oldest first.
  public private(set) var references: [MessageID] = []

  /// The first Date.
  public private(set) var date: MessageDate?

  /// The first Thread-Index.
  public private(set) var threadIndex: ThreadIndex?

  /// What was odd in the section and in its fields.
  public private(set) var notes: [Note]

  /// The charset, beside Unicode, in which text that is neither UTF-8 nor encoded is read: the one
  /// that the body names.
  let bodyCharset: String?

  /// Decodes the fields of a section.
  public init(_ section: HeaderSection) {
    self.init(section, named: nil)
  }

  /// Decodes the fields of a section, as far as it is worth it with what the parts of the message
  /// say: their charset is that of text whose own is not told.
  ///
  /// - Parameters:
  ///   - header: What `init(_:)` makes of the section.
  ///   - structure: The parts of the message, of which the first tell enough.
  public init(_ header: MessageHeader, structure: MIMEStructure) {
    guard header.isGuessed, let charset = structure.namedCharset else {
      self = header
      return
    }
    self.init(header.section, named: charset)
  }

  /// Whether some text is in a charset that the section does not tell.
  public var isGuessed: Bool {
    bodyCharset == nil
      && notes.contains { $0.kind == .rawEightBit || $0.kind == .unknownCharset }
  }

  private static func bodyCharset(in section: HeaderSection) -> String? {
    section.bytes.withUnsafeBytes { bytes in
      for field in section.fields
      where bytes.part(field.nameRange).equalsFolded("content-type") {
        return ContentType(bytes.part(field.valueRange)).charset.flatMap {
          Charset.isLegacy($0) ? $0 : nil
        }
      }
      return nil
    }
  }

  private init(_ section: HeaderSection, named: String?) {
    self.section = section
    notes = section.notes
    var hasBareIDs = false
    let isSeven = section.bytes.withUnsafeBytes(UTF8Check.isValid)
    let charset = named ?? (isSeven ? nil : Self.bodyCharset(in: section))
    bodyCharset = charset
    section.bytes.withUnsafeBytes { bytes in
      // A bit for each name.
      var seen: UInt16 = 0
      for field in section.fields {
        guard let name = FieldName(bytes.part(field.nameRange)) else { continue }
        let bit = UInt16(1) << UInt16(name.rawValue)
        let isFirst = seen & bit == 0
        seen |= bit
        if !isFirst, name.standsOnce { add(.repeatedField, name) }
        let value = bytes.part(field.valueRange)
        if let charset, !UTF8Check.isValid(value) {
          add(.rawEightBit, name)
          Charset.decode(value, label: charset).utf8.withUnsafeBytes {
            read(name, $0, isFirst: isFirst)
          }
        } else {
          read(name, value, isFirst: isFirst)
        }
        if name == .inReplyTo || name == .references,
          value.position(of: UInt8(ascii: "<"), from: 0) == nil
        {
          hasBareIDs = true
        }
      }
    }
    if hasBareIDs { dropPersons() }
  }

  /// Whoever takes part in the message is a person where In-Reply-To or References, which may hold a
  /// phrase, names them without brackets, and no message.
  private mutating func dropPersons() {
    guard !inReplyTo.isEmpty || !references.isEmpty else { return }
    let persons = Set((from + replyTo + to + cc).map(\.address.comparisonKey))
    inReplyTo.removeAll { persons.contains($0.value.lowercased()) }
    references.removeAll { persons.contains($0.value.lowercased()) }
  }

  private mutating func read(_ name: FieldName, _ value: UnsafeRawBufferPointer, isFirst: Bool) {
    switch name {
    case .from: from += mailboxes(name, value)
    case .to: to += mailboxes(name, value)
    case .cc: cc += mailboxes(name, value)
    case .bcc: bcc += mailboxes(name, value)
    case .replyTo: replyTo += mailboxes(name, value)
    case .sender where isFirst: sender = mailboxes(name, value).first
    case .subject where isFirst:
      var decoded = Text.unstructured(value)
      if decoded.notes.contains(.unknownCharset),
        let fallback = bodyCharset ?? Self.bodyCharset(in: section)
      {
        decoded = Text.unstructured(value, fallback: fallback)
      }
      subject = decoded.text
      for kind in decoded.notes { add(kind, name) }
    case .messageID where isFirst: messageID = MessageIDList.parse(value).first
    case .inReplyTo where isFirst: inReplyTo = MessageIDList.parse(value)
    case .references where isFirst: references = MessageIDList.parse(value)
    case .date where isFirst:
      date = DateParser.parse(value)
      if date == nil {
        add(.noDate, name)
      } else if credibleDate == nil {
        add(.dateOutOfRange, name)
      }
    case .threadIndex where isFirst:
      var decoder = EncodedWordDecoder()
      decoder.append(value, encoding: .base64)
      decoder.finish()
      threadIndex = ThreadIndex(decoder.bytes)
    default: break
    }
  }

  private mutating func mailboxes(_ name: FieldName, _ value: UnsafeRawBufferPointer) -> [Mailbox] {
    var mailboxes = AddressList.parse(value)
    if mailboxes.isEmpty, let hidden = AddressList.addressInWords(value) {
      mailboxes = [hidden]
      add(.addressInWord, name)
    }
    if mailboxes.isEmpty, !value.trimmed.isEmpty { add(.noAddress, name) }
    if !UTF8Check.isValid(value) { add(.rawEightBit, name) }
    return mailboxes
  }

  private mutating func add(_ kind: NoteKind, _ name: FieldName) {
    let note = Note(kind, field: name.text)
    if !notes.contains(note) { notes.append(note) }
  }
}
