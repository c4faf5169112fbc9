extension ArchivePages {
  /// The page at `ArchivePath.message(_:)`.
  package func message(_ message: MessagePage) -> [UInt8] {
    let path = ArchivePath.message(message.row.id)
    return page(
      path, title: message.row.subject, section: nil,
      capacity: min(message.body.text.utf8.count, MessageBody.maxLength) * 5 / 4 + 4096
    ) { page in
      page.raw("<article class=\"message\">\n")
      page.heading(message.row.subject)
      page.raw("<p class=\"lead\">")
      page.way(message.row.direction)
      page.raw(" ")
      page.time(message.row.sentAt, .full)
      page.raw("</p>\n<dl class=\"facts\">\n")
      participants(message.participants, from: path, in: &page)
      if let regarding = message.row.regarding {
        page.raw("<dt>Regarding</dt><dd>")
        page.record(regarding, from: path, isFull: true)
        if let note = message.regardingNote {
          page.raw(", ")
          page.text(note)
        }
        page.raw("</dd>\n")
      }
      page.raw("</dl>\n")
      for activity in message.activities { self.activity(activity, in: &page) }
      body(message, from: path, in: &page)
      files(message, from: path, in: &page)
      page.raw("</article>\n")
      around(message.conversation, from: path, in: &page)
      why(message, in: &page)
    }
  }

  /// So many are named of those who have one role; the message itself names all.
  private static let maxParticipants = 200

  private func participants(
    _ participants: [MessagePage.Participant], from path: ArchivePath, in page: inout PageBuffer
  ) {
    for participant in participants.prefix(Self.maxParticipants) {
      page.raw("<dt>")
      page.text(Self.label(participant.role))
      page.raw("</dt><dd>")
      page.person(participant.person, from: path, isFull: true)
      if !participant.records.isEmpty {
        page.raw(" – ")
        records(participant.records, from: path, in: &page)
      }
      page.raw("</dd>\n")
    }
    let others = participants.count - Self.maxParticipants
    if others > 0 {
      page.raw("<dt>And</dt><dd>")
      page.count(others)
      page.raw(" more</dd>\n")
    }
  }

  private static func label(_ role: String) -> String {
    switch role {
    case "from": "From"
    case "sender": "Sender"
    case "to": "To"
    case "cc": "Cc"
    case "bcc": "Bcc"
    case "envelope": "Envelope to"
    default: role
    }
  }

  private func activity(_ activity: ActivityDetails, in page: inout PageBuffer) {
    page.raw("<section class=\"activity")
    page.raw(activity.isCancelled ? " cancelled\">" : "\">")
    page.raw("<h2")
    page.attributes(for: activity.title)
    page.raw(">")
    page.raw(activity.kind == .task ? "Task: " : "Appointment: ")
    page.raw("<span class=\"subject\">")
    page.subjectText(activity.title)
    page.raw("</span></h2>\n")
    if !activity.facts.isEmpty {
      page.raw("<dl class=\"facts\">\n")
      for fact in activity.facts {
        page.raw("<dt>")
        page.text(fact.label)
        page.raw("</dt><dd dir=\"auto\">")
        page.text(fact.value)
        page.raw("</dd>\n")
      }
      page.raw("</dl>\n")
    }
    page.raw("</section>\n")
  }

  private func body(_ message: MessagePage, from path: ArchivePath, in page: inout PageBuffer) {
    page.raw("<div class=\"body\"")
    if let language = message.body.language {
      page.raw(" lang=\"")
      page.plain(language)
      page.raw("\"")
    }
    page.raw(">\n")
    if message.isElsewhere {
      page.raw(
        "<p class=\"lead\" lang=\"en\">The text is kept where the organization is, not here.</p>\n")
    } else if message.body.isBlank {
      page.raw("<p class=\"lead\" lang=\"en\">The message has no text.</p>\n")
    }
    let left = BodyWriter.write(message.body, to: &page)
    if left > 0 {
      page.raw("<p class=\"cut\" lang=\"en\">The text goes on for ")
      page.size(left)
      page.raw(" in <a ")
      original(message, from: path, in: &page)
      page.raw(">the message as it came</a>.</p>\n")
    }
    page.raw("</div>\n")
  }

  /// Writes the attributes of a link to the message as it came.
  private func original(_ message: MessagePage, from path: ArchivePath, in page: inout PageBuffer) {
    page.raw("download=\"")
    page.plain(DownloadName.of(message.row.subject, part: nil))
    page.raw("\" href=\"")
    page.path(.original(message.row.id), from: path)
    page.raw("\"")
  }

  private func files(_ message: MessagePage, from path: ArchivePath, in page: inout PageBuffer) {
    page.raw("<section aria-labelledby=\"files\"><h2 id=\"files\">Files</h2>\n")
    page.raw("<ul class=\"plain filelist\">\n")
    for file in message.files {
      let name = file.name.flatMap { $0.isBlank ? nil : $0 } ?? "Part \(file.part)"
      page.raw("<li>")
      if file.isKept {
        page.raw("<a class=\"name\" download=\"")
        page.plain(DownloadName.of(name, part: file.part))
        page.raw("\" href=\"")
        page.path(.attachment(message.row.id, part: file.part), from: path)
        page.raw("\"")
      } else {
        page.raw("<span class=\"name\"")
      }
      page.attributes(for: name)
      page.raw(">")
      page.text(name, limit: 400)
      page.raw(file.isKept ? "</a>" : "</span>")
      page.raw(" <span class=\"count\"><bdi>")
      page.text(file.mediaType, limit: 100)
      page.raw("</bdi>, ")
      page.size(file.size)
      if !file.isKept { page.raw(", not kept here") }
      page.raw("</span></li>\n")
    }
    page.raw("<li>")
    if message.isElsewhere {
      page.raw("<span class=\"name\">The message, which is not kept here")
    } else {
      page.raw("<a class=\"name\" ")
      original(message, from: path, in: &page)
      page.raw(">The message as it came")
    }
    page.raw(message.isElsewhere ? "</span>" : "</a>")
    page.raw(" <span class=\"count\">")
    page.size(message.size)
    if message.isTruncated { page.raw(", of which the beginning is kept") }
    page.raw("</span></li>\n</ul></section>\n")
  }

  private func why(_ message: MessagePage, in page: inout PageBuffer) {
    page.raw("<section aria-labelledby=\"why\"><h2 id=\"why\">Why it is here</h2>\n")
    page.raw("<dl class=\"facts\">\n<dt>Tracked</dt><dd>")
    page.time(message.trackedAt, .moment)
    page.raw(": <bdi>")
    page.text(message.why)
    page.raw("</bdi></dd>\n")
    fact("Owner", message.owner, in: &page)
    page.raw("<dt>Arrived</dt><dd>")
    page.time(message.arrivedAt, .moment)
    page.raw("</dd>\n")
    if !message.mailboxes.isEmpty {
      fact("Mailboxes", message.mailboxes.joined(separator: ", "), in: &page)
    }
    fact("Message-ID", message.messageID, in: &page)
    page.raw("</dl></section>\n")
  }

  private func around(
    _ conversation: MessagePage.Conversation, from path: ArchivePath, in page: inout PageBuffer
  ) {
    guard let whole = conversation.page else { return }
    page.raw("<section aria-labelledby=\"conversation\">")
    page.raw("<h2 id=\"conversation\">Conversation</h2>\n")
    if !conversation.earlier.isEmpty {
      page.raw("<h3>Earlier</h3>\n")
      page.rows(conversation.earlier, from: path, isFiltered: false)
    }
    if !conversation.later.isEmpty {
      page.raw("<h3>Later</h3>\n")
      page.rows(conversation.later, from: path, isFiltered: false)
    }
    page.raw("<p class=\"more\"><a href=\"")
    page.path(whole, from: path)
    page.raw("\">The whole conversation, ")
    page.counted(conversation.total, "message", "messages")
    page.raw("</a></p></section>\n")
  }
}
