import Archive
import InternetMessage
import Tracking

/// The files that a message becomes: its page, itself, and what is attached to it.
struct ArchiveMessage {
  let page: [UInt8]
  /// The stored bytes; `nil` where they are elsewhere.
  let original: [UInt8]?
  /// What is attached, by the numbers of parts.
  let files: [(part: Int, bytes: [UInt8])]
  /// The beginning of the text.
  let beginning: String

  /// Reads a message and makes its files; `nil` where the message is not there any more.
  ///
  /// - Parameters:
  ///   - place: Its place in the catalog.
  ///   - plan: What there is around it.
  ///   - archive: Where it is.
  ///   - readsFiles: Whether the message itself and its files are needed, not the page alone.
  /// - Throws: `StoreError`.
  init?(
    _ place: Int32, of plan: ArchivePlan, in archive: any MailArchive, readsFiles: Bool
  ) throws {
    let catalog = plan.catalog
    let known = catalog.copies[Int(place)]
    guard let copy = try archive.copy(known.id) else { return nil }
    let isElsewhere = catalog.elsewhere.contains(place)
    let bytes = isElsewhere ? [] : try Self.content(of: known.id, size: known.size, in: archive)
    let message = Message(bytes)
    let body = MessageBody(message)
    var kept: [(part: Int, bytes: [UInt8])] = []
    var listed: [MessagePage.File] = []
    for attachment in isElsewhere ? copy.attachments : message.attachments {
      listed.append(
        MessagePage.File(
          part: attachment.number, name: attachment.name, mediaType: attachment.mediaType,
          size: attachment.size, isKept: !isElsewhere))
      if readsFiles, !isElsewhere, let part = message.structure.part(numbered: attachment.number) {
        kept.append((attachment.number, message.content(of: part)))
      }
    }
    page = plan.pages.message(
      MessagePage(
        row: catalog.row(place), participants: Self.participants(of: copy, place, catalog),
        messageID: copy.messageID, arrivedAt: copy.arrivedAt, trackedAt: copy.trackedAt,
        why: copy.why, owner: copy.ownerWords, regardingNote: copy.regardingNote,
        mailboxes: copy.deliveries.map(\.mailbox).sorted(), size: copy.size,
        isTruncated: copy.isTruncated, isElsewhere: isElsewhere, body: body, files: listed,
        activities: plan.agenda.details[place] ?? [],
        conversation: Self.surroundings(of: place, catalog)))
    original = isElsewhere ? nil : bytes
    files = kept
    beginning = body.beginning()
  }

  private static func content(
    of id: CopyID, size: Int, in archive: any MailArchive
  ) throws -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(min(size, 64 << 20))
    try archive.content(of: id) { bytes += $0 }
    return bytes
  }

  /// The beginning of a message's text.
  ///
  /// - Throws: `StoreError`.
  static func beginning(
    of place: Int32, _ catalog: ArchiveCatalog, in archive: any MailArchive
  ) throws -> String {
    guard !catalog.elsewhere.contains(place) else { return "" }
    let copy = catalog.copies[Int(place)]
    return MessageBody(Message(try content(of: copy.id, size: copy.size, in: archive))).beginning()
  }

  private static func participants(
    of copy: TrackedCopy, _ place: Int32, _ catalog: ArchiveCatalog
  ) -> [MessagePage.Participant] {
    zip(copy.participants, catalog.participations(of: Int(place))).map { one, known in
      MessagePage.Participant(
        role: one.role, person: catalog.link(known),
        records: one.records.map { reference in
          RecordLink(
            reference: reference, name: copy.recordNames[reference],
            page: ArchiveID(hashing: reference))
        })
    }
  }

  private static func surroundings(
    of place: Int32, _ catalog: ArchiveCatalog
  ) -> MessagePage.Conversation {
    guard let page = catalog.conversationPage(of: place) else {
      return MessagePage.Conversation()
    }
    let conversation = Int(catalog.copies[Int(place)].conversation)
    return MessagePage.Conversation(
      page: .conversation(
        catalog.name(catalog.conversationNames[conversation]), page: page),
      earlier: catalog.earlier(than: place).map(catalog.row),
      later: catalog.later(than: place).map(catalog.row),
      total: catalog.byConversation[conversation].count)
  }
}
