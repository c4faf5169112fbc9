/// The fields that are decoded for every message.
enum FieldName: UInt8 {
  case from, sender, replyTo, to, cc, bcc, subject, messageID, inReplyTo, references, date
  case threadIndex

  /// The name in lower case.
  var text: String {
    switch self {
    case .from: "from"
    case .sender: "sender"
    case .replyTo: "reply-to"
    case .to: "to"
    case .cc: "cc"
    case .bcc: "bcc"
    case .subject: "subject"
    case .messageID: "message-id"
    case .inReplyTo: "in-reply-to"
    case .references: "references"
    case .date: "date"
    case .threadIndex: "thread-index"
    }
  }

  /// Recognizes a name as it stands in a message; `nil` for all other fields.
  init?(_ name: UnsafeRawBufferPointer) {
    switch name.count {
    case 2:
      if name.equalsFolded("to") {
        self = .to
      } else if name.equalsFolded("cc") {
        self = .cc
      } else {
        return nil
      }
    case 3:
      guard name.equalsFolded("bcc") else { return nil }
      self = .bcc
    case 4:
      if name.equalsFolded("from") {
        self = .from
      } else if name.equalsFolded("date") {
        self = .date
      } else {
        return nil
      }
    case 6:
      guard name.equalsFolded("sender") else { return nil }
      self = .sender
    case 7:
      guard name.equalsFolded("subject") else { return nil }
      self = .subject
    case 8:
      guard name.equalsFolded("reply-to") else { return nil }
      self = .replyTo
    case 10:
      if name.equalsFolded("message-id") {
        self = .messageID
      } else if name.equalsFolded("references") {
        self = .references
      } else {
        return nil
      }
    case 11:
      guard name.equalsFolded("in-reply-to") else { return nil }
      self = .inReplyTo
    case 12:
      guard name.equalsFolded("thread-index") else { return nil }
      self = .threadIndex
    default: return nil
    }
  }

  /// Whether a message has at most one field of the name (RFC 5322 section 3.6).
  var standsOnce: Bool { self != .threadIndex }
}
