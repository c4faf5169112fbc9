import Foundation
import InternetMessage
import System
import Tracking

/// A copy as rows of Dataverse: the e-mail activity with its parties, its attachments, and its
/// completion (reference/entities/email, activityparty, activitymimeattachment).
///
/// Ids are made of the message's key, so that the same rows come of each try.
package struct DataverseEmail {
  /// A file that becomes an attachment.
  package struct File {
    /// Its id.
    package var id: String
    /// Its place among those of the message, from 1 on.
    package var number: Int
    /// Its name.
    package var name: String
    /// Type and subtype.
    package var mediaType: String
    /// What is in it.
    package var content: [UInt8]
  }

  /// The id of the e-mail: that of `export --format csv`.
  package let id: String
  /// What is handed over as attachments.
  package let files: [File]
  /// What is not, and why, for who reads the e-mail there.
  package private(set) var remarks: [String]
  private let draft: CopyDraft
  private let text: String
  /// Whether the text is a page.
  private let isPage: Bool

  /// So many bytes of text are handed over.
  private static let longestText = 1 << 20
  /// So many parties an e-mail has.
  private static let maxParties = 1_000
  /// So many attachments.
  private static let maxFiles = 500

  /// Reads the message of a delivery.
  ///
  /// - Throws: What giving the content throws.
  package init(
    _ delivery: RemoteDelivery, settings: DataverseSettings,
    text form: OrganizationEntry.TextForm = .plain
  ) throws {
    draft = delivery.draft
    id = delivery.copy.id
    var bytes: [UInt8] = []
    bytes.reserveCapacity(draft.size)
    try draft.content { bytes += $0 }
    let message = Message(bytes)
    var remarks: [String] = []
    var text: [UInt8]
    let isCut: Bool
    if form == .html, let page = message.safeHTML(limit: Self.longestText) {
      text = page.html
      isCut = page.isCut
      isPage = true
    } else {
      text = message.text.utf8
      isCut = text.count > Self.longestText
      isPage = false
      if isCut { text = Array(text.prefix(Self.longestText)) }
    }
    if isCut { remarks.append("The text goes on; all of it is in the mailbox.") }
    // A character that is cut in two becomes a mark.
    self.text = ODataText.storable(String(decoding: text, as: UTF8.self))
    var files: [File] = []
    if draft.isTruncated {
      remarks.append(
        "The message is larger than what is handed over; its attachments are in the mailbox.")
    } else {
      let parts = Dictionary(
        message.structure.parts.map { ($0.number, $0) }, uniquingKeysWith: { first, _ in first })
      for attachment in message.attachments {
        let name = Self.fileName(attachment)
        let refusal =
          files.count >= Self.maxFiles
          ? "it is one of more than \(Self.maxFiles)"
          : settings.refusal(ofFile: name, size: attachment.size)
        if let refusal {
          remarks.append(Self.remark(name, attachment.mediaType, attachment.size, refusal))
          continue
        }
        guard let part = parts[attachment.number] else { continue }
        files.append(
          File(
            id: TrackedActivity.id(
              key: Array(delivery.copy.id.utf8), direction: "attachment \(attachment.number)"),
            number: files.count + 1, name: name, mediaType: attachment.mediaType,
            content: message.content(of: part)))
      }
    }
    self.files = files
    self.remarks = remarks
  }

  private static func fileName(_ attachment: Attachment) -> String {
    let isMessage = attachment.mediaType == "message/rfc822"
    let name = ODataText.storable(attachment.name ?? "attachment-\(attachment.number)")
      .replacingOccurrences(of: "\n", with: " ")
    return ODataText.cut(name, isMessage && !name.hasSuffix(".eml") ? 251 : 255)
      + (isMessage && !name.hasSuffix(".eml") ? ".eml" : "")
  }

  private static func remark(
    _ name: String, _ type: String, _ size: Int, _ reason: String
  ) -> String {
    "Not attached here: \(name) (\(type), \(size) bytes): \(reason)."
  }

  /// Notes that a file was refused there.
  mutating func leaveOut(_ file: File, because reason: String) {
    remarks.append(Self.remark(file.name, file.mediaType, file.content.count, reason))
  }

  /// The text of the e-mail, and what is not handed over.
  private var description: String {
    let lines = remarks.map { "[\(ODataText.storable($0))]" }
    guard !lines.isEmpty else { return text }
    guard isPage else { return text + "\n\n" + lines.joined(separator: "\n") }
    return text
      + lines.map { line in
        let escaped = line.replacingOccurrences(of: "&", with: "&amp;")
          .replacingOccurrences(of: "<", with: "&lt;").replacingOccurrences(of: ">", with: "&gt;")
        return "<p>\(escaped)</p>"
      }.joined()
  }

  // MARK: Requests

  /// What of an e-mail depends on the organization.
  package struct Surroundings {
    /// Who the parties are.
    package var directory: DataverseDirectory
    /// Its settings.
    package var settings: DataverseSettings
    /// The user to whom it is to belong; `nil` for who signed in.
    package var owner: String?
    /// Whether that is said in the e-mail; else who creates it is that user.
    package var assigns: Bool
    /// The e-mail there that it answers.
    package var answers: String?
    /// The set of rows that a table of records is called by in URLs.
    package var set: (_ table: String) -> String?
    /// The columns that the service does not know.
    package var leftOut: Set<String>

    /// Makes them.
    package init(
      directory: DataverseDirectory, settings: DataverseSettings, owner: String?, assigns: Bool,
      answers: String?, set: @escaping (_ table: String) -> String?, leftOut: Set<String>
    ) {
      self.directory = directory
      self.settings = settings
      self.owner = owner
      self.assigns = assigns
      self.answers = answers
      self.set = set
      self.leftOut = leftOut
    }
  }

  /// Columns that an e-mail can do without, where a version of the service does not know them.
  static let dispensable: Set<String> = [
    "CorrelatedActivityId_Email", "parentactivityid", "trackingtoken", "submittedby", "mimetype",
    "sender", "torecipients",
  ]

  /// The request that creates the e-mail; it is refused with 412 where it is there.
  ///
  /// - Parameters:
  ///   - surroundings: What depends on the organization.
  ///   - regarding: The record that it is to regard.
  /// - Returns: The request.
  package func creation(
    _ surroundings: Surroundings, regarding: RecordReference?
  ) -> DataverseRequest {
    var members: [(String, JSONText)] = [
      ("activityid", .string(id)),
      (
        "subject",
        .string(
          ODataText.cut(
            ODataText.storable(draft.header.subject ?? ""), DataverseCheck.longestSubject))
      ),
      ("directioncode", .boolean(draft.direction == .outgoing)),
      ("description", .string(description)),
      ("mimetype", .string(isPage ? "text/html" : "text/plain")),
      ("actualend", .string(Self.time(sentAt))),
    ]
    func add(_ name: String, _ value: String?, _ length: Int) {
      guard let value, !value.isEmpty, value.utf16.count <= length else { return }
      members.append((name, .string(ODataText.storable(value))))
    }
    add("messageid", draft.header.messageID.flatMap(DataverseCheck.storedMessageID), 320)
    add("sender", participants(.from).first?.mailbox.address.description, 250)
    add("torecipients", recipients, 500)
    add("submittedby", draft.delivery.mailboxOwner.description, 250)
    add("trackingtoken", draft.token, 50)
    if surroundings.assigns, let owner = surroundings.owner {
      members.append(("ownerid@odata.bind", .string("/systemusers(\(owner))")))
    }
    if let regarding, let set = surroundings.set(regarding.type) {
      members.append(
        (
          "regardingobjectid_\(regarding.type)_email@odata.bind",
          .string("/\(set)(\(regarding.id))")
        ))
    }
    if let answers = surroundings.answers {
      members.append(("CorrelatedActivityId_Email@odata.bind", .string("/emails(\(answers))")))
      // Of what a header names, and of nothing else (email-message-filtering-correlation).
      if [3, 5].contains(draft.correlation?.method.code) {
        members.append(("parentactivityid@odata.bind", .string("/emails(\(answers))")))
      }
    }
    members.append(("email_activity_parties", .array(parties(surroundings))))
    members.removeAll { name, _ in
      surroundings.leftOut.contains(String(name.prefix { $0 != "@" }))
    }
    return DataverseRequest(.post, "emails", json: .object(members))
  }

  /// The request that attaches a file; it is refused with 412 where it is there.
  package func attachment(_ file: File) -> DataverseRequest {
    func object(_ body: JSONText) -> JSONText {
      .object([
        ("activitymimeattachmentid", .string(file.id)),
        ("objectid_email@odata.bind", .string("/emails(\(id))")),
        ("objecttypecode", .string("email")), ("attachmentnumber", .integer(file.number)),
        ("filename", .string(file.name)), ("subject", .string(file.name)),
        ("mimetype", .string(ODataText.cut(ODataText.storable(file.mediaType), 256))),
        ("body", body),
      ])
    }
    var request = DataverseRequest(
      .post, "activitymimeattachments", json: object(.base64(file.content)))
    let digest = Hexadecimal.text(SHA256.digest(of: file.content))
    request.loggedBody =
      object(.string("(\(file.content.count) bytes, SHA-256 \(digest))")).bytes
    return request
  }

  /// The request that completes the e-mail, which is read-only then.
  ///
  /// - Parameter tellsRemarks: Whether something was left out since it was created.
  /// - Returns: The request.
  package func completion(tellsRemarks: Bool) -> DataverseRequest {
    // Sent or received.
    let status = draft.direction == .outgoing ? 3 : 4
    let members: [(String, JSONText)] =
      (tellsRemarks ? [("description", .string(description))] : [])
      + [("statecode", .integer(1)), ("statuscode", .integer(status))]
    return DataverseRequest(
      .patch, "emails(\(id))", fields: [.init("If-Match", "*")], json: .object(members))
  }

  // MARK: Who takes part

  private func participants(_ role: CopyDraft.Participant.Role) -> [CopyDraft.Participant] {
    draft.participants.filter { $0.role == role }
  }

  private var sentAt: Int64 {
    draft.header.credibleDate?.secondsSince1970 ?? draft.delivery.seenAt
  }

  private static func time(_ seconds: Int64) -> String {
    let formatter = ISO8601DateFormatter()
    return formatter.string(from: Date(timeIntervalSince1970: TimeInterval(seconds)))
  }

  /// The addresses of To and Cc, whole ones, as many as the column takes.
  private var recipients: String {
    var text = ""
    for participant in participants(.to) + participants(.cc) {
      let more = participant.mailbox.address.description + ";"
      guard (text + more).utf16.count <= 500 else { break }
      text += more
    }
    return text
  }

  private func parties(_ surroundings: Surroundings) -> [JSONText] {
    let policy = surroundings.settings.policy
    let directory = surroundings.directory
    var parties: [JSONText] = []
    // Masks of activityparty: sender, to, cc, bcc.
    let roles: [(mask: Int, [CopyDraft.Participant])] = [
      (1, Array((participants(.from) + participants(.sender)).prefix(1))), (2, participants(.to)),
      (3, participants(.cc)), (4, participants(.bcc) + participants(.envelope)),
    ]
    for (mask, people) in roles {
      for person in people where parties.count < Self.maxParties {
        let address = person.mailbox.address
        let found =
          mask == 1
          ? directory.sender(
            address, mailboxOwner: draft.delivery.mailboxOwner, policy: policy
          ).map { [$0] } ?? []
          : directory.recipient(address, policy: policy)
        parties += Self.rows(mask, person.mailbox, found)
      }
    }
    return parties
  }

  private static func rows(
    _ mask: Int, _ mailbox: Mailbox, _ found: [DataverseDirectory.Party]
  ) -> [JSONText] {
    let address = ODataText.cut(ODataText.storable(mailbox.address.description), 320)
    let base: [(String, JSONText)] = [
      ("participationtypemask", .integer(mask)), ("addressused", .string(address)),
    ]
    guard !found.isEmpty else {
      let name = mailbox.displayName.flatMap { $0.isEmpty ? nil : $0 } ?? address
      return [
        .object(
          base + [
            ("unresolvedpartyname", .string(ODataText.cut(ODataText.storable(name), 250)))
          ])
      ]
    }
    return found.compactMap { party in
      guard let set = DataverseTables.sets[party.table] else { return nil }
      return .object(
        base + [("partyid_\(party.table)@odata.bind", .string("/\(set)(\(party.id))"))])
    }
  }
}

/// What tables are called in URLs.
enum DataverseTables {
  /// Those that are known without asking, by their logical names.
  static let sets = [
    "account": "accounts", "contact": "contacts", "incident": "incidents", "lead": "leads",
    "opportunity": "opportunities", "queue": "queues", "systemuser": "systemusers",
  ]

  /// The tables of records whose addresses are looked up, with the privilege that reading them needs.
  static let ofRecords: [(table: String, set: String, key: String, name: String)] = [
    ("contact", "contacts", "contactid", "fullname"),
    ("account", "accounts", "accountid", "name"),
    ("lead", "leads", "leadid", "fullname"),
  ]
}
