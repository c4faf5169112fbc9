import GRDB
import Tracking

/// What of a copy is indexed, a text for each column.
struct SearchDocument {
  var subject = ""
  var sender = ""
  var recipient = ""
  var copied = ""
  var other = ""
  var body = ""
  var attachment = ""

  /// Of a copy that is stored in the same transaction.
  init(_ draft: CopyDraft, body: String) {
    subject = Self.prepared(draft.header.subject ?? "")
    for participant in draft.participants.prefix(CopyWriter.mostParticipants) {
      add(
        participant.role, name: participant.mailbox.displayName,
        address: participant.mailbox.address.description)
    }
    for attachment in draft.attachments.prefix(CopyWriter.mostAttachments) {
      add(attachment: attachment.name)
    }
    self.body = body
  }

  /// Of a copy that is stored already: the same as when it was.
  init(of id: Int64, body: String, in db: Database) throws {
    subject = Self.prepared(
      try String.fetchOne(
        db.cachedStatement(sql: "SELECT subject FROM copy WHERE id = ?"), arguments: [id]) ?? "")
    let participants = try Row.fetchCursor(
      db.cachedStatement(
        sql: "SELECT role, name, address FROM participant WHERE copy = ? ORDER BY number"),
      arguments: [id])
    while let row = try participants.next() {
      guard let role = CopyDraft.Participant.Role(rawValue: row[0]) else {
        throw StoreError(.damaged, detail: "a role")
      }
      add(role, name: row[1], address: row[2])
    }
    let attachments = try Row.fetchCursor(
      db.cachedStatement(sql: "SELECT name FROM attachment WHERE copy = ? ORDER BY number"),
      arguments: [id])
    while let row = try attachments.next() { add(attachment: row[0]) }
    self.body = body
  }

  /// In the order of the columns.
  var values: [any DatabaseValueConvertible] {
    [subject, sender, recipient, copied, other, body, attachment]
  }

  private mutating func add(
    _ role: CopyDraft.Participant.Role, name: String?, address: String
  ) {
    let text = (name.map { Self.prepared($0) + " " } ?? "") + Self.prepared(address) + "\n"
    switch role {
    case .from: sender += text
    case .to: recipient += text
    case .cc: copied += text
    case .bcc, .envelope: other += text
    }
  }

  private mutating func add(attachment name: String?) {
    guard let name else { return }
    attachment += Self.prepared(name) + "\n"
  }

  /// What is read back from a column ends before a NUL.
  private static func prepared(_ text: String) -> String {
    SearchWords.prepared(text.utf8.contains(0) ? String(text.prefix { $0 != "\0" }) : text)
  }
}
