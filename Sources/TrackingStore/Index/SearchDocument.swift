import GRDB
import System
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
    for participant in draft.participants.prefix(CopyWriter.maxParticipants) {
      add(
        participant.role, name: participant.mailbox.displayName,
        address: participant.mailbox.address.description)
    }
    for attachment in draft.attachments.prefix(CopyWriter.maxAttachments) {
      add(attachment: attachment.name)
    }
    self.body = body
  }

  /// Of a copy that is stored already: the same as when it was.
  init(of id: CopyID, body: String, in db: Database) throws {
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
  var texts: [String] {
    [subject, sender, recipient, copied, other, body, attachment]
  }

  /// By what it is known to be the same: 16 bytes.
  var digest: [UInt8] {
    var hash = SHA256()
    for text in texts {
      var text = text
      text.withUTF8 { bytes in
        withUnsafeBytes(of: UInt64(bytes.count).littleEndian) { hash.update($0) }
        hash.update(UnsafeRawBufferPointer(bytes))
      }
    }
    return Array(hash.digest().prefix(16))
  }

  private mutating func add(
    _ role: CopyDraft.Participant.Role, name: String?, address: String
  ) {
    let text = (name.map { Self.prepared($0) + " " } ?? "") + Self.prepared(address) + "\n"
    switch role {
    case .from: sender += text
    case .to: recipient += text
    case .cc: copied += text
    case .sender, .bcc, .envelope: other += text
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

/// In what form a copy was indexed: what was made of its text, and whether it was indexed at all.
///
/// An index holds copies of one form. An entry is deleted by exactly the text that was inserted, which
/// only the program that knows the form can give.
struct SearchForm: Equatable {
  /// As the store keeps it; 0 for none.
  let number: Int

  init(number: Int) { self.number = number }

  /// The form that this program gives.
  init(_ policy: OrganizationPolicy) {
    number = Self.versions * 2 + (policy.indexesText ? 1 : 0)
  }

  private static let versions = SearchText.version * 1000 + SearchWords.version

  /// Whether this program knows it.
  var isKnown: Bool { number / 2 == Self.versions }

  /// Whether the text of messages is indexed, not only what their headers say.
  var hasText: Bool { number % 2 == 1 }
}

/// A place for the text of each message; every thread writes its own.
final class TextPlaces: @unchecked Sendable {
  private let places: UnsafeMutableBufferPointer<String>

  init(count: Int) {
    places = .allocate(capacity: count)
    places.initialize(repeating: "")
  }

  deinit {
    places.deinitialize()
    places.deallocate()
  }

  func set(_ number: Int, to text: String) { places[number] = text }

  var all: [String] { Array(places) }
}
