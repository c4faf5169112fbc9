import InternetMessage

/// The fields of a message as JSON; addresses without names, ids without brackets.
struct MessageObject: Encodable {
  let from: [String]
  let to: [String]
  let cc: [String]
  let bcc: [String]
  let subject: String?
  let messageID: String?
  let inReplyTo: [String]
  let references: [String]
  /// Seconds since 1970, and the writer's zone in minutes east of UTC.
  let date: [Int64]?

  enum CodingKeys: String, CodingKey {
    case from, to, cc, bcc, subject, references, date
    case messageID = "message_id"
    case inReplyTo = "in_reply_to"
  }

  init(_ header: MessageHeader) {
    func texts(_ mailboxes: [Mailbox]) -> [String] { mailboxes.map(\.address.description) }
    from = texts(header.from)
    to = texts(header.to)
    cc = texts(header.cc)
    bcc = texts(header.bcc)
    subject = header.subject
    messageID = header.messageID?.value
    inReplyTo = header.inReplyTo.map(\.value)
    references = header.references.map(\.value)
    date = header.date.map { [$0.secondsSince1970, Int64($0.zoneMinutes)] }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(from, forKey: .from)
    try container.encode(to, forKey: .to)
    try container.encode(cc, forKey: .cc)
    try container.encode(bcc, forKey: .bcc)
    // A field that is absent is null: each object has all keys.
    try container.encode(subject, forKey: .subject)
    try container.encode(messageID, forKey: .messageID)
    try container.encode(inReplyTo, forKey: .inReplyTo)
    try container.encode(references, forKey: .references)
    try container.encode(date, forKey: .date)
  }
}
