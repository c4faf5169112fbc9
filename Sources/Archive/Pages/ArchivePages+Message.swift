extension ArchivePages {
  /// The page at `ArchivePath.message(_:)`.
  package func message(_ message: MessagePage) -> [UInt8] {
    let path = ArchivePath.message(message.row.id)
    return page(
      path, title: message.row.subject, section: nil, capacity: message.body.text.utf8.count * 5 / 4
    ) { page in
      page.raw("<article>\n<h1 dir=\"auto\">")
      page.subjectText(message.row.subject)
      page.raw("</h1>\n<p class=\"lead\">")
      page.time(message.row.sentAt, .full)
      page.raw("</p>\n<dl class=\"facts\">\n")
      for participant in message.participants {
        page.raw("<div><dt>")
        page.plain(Self.label(participant.role))
        page.raw("</dt><dd>")
        page.person(participant.person, from: path, isFull: true)
        if !participant.records.isEmpty {
          page.raw(" (")
          records(participant.records, from: path, in: &page)
          page.raw(")")
        }
        page.raw("</dd></div>\n")
      }
      if let regarding = message.row.regarding {
        page.raw("<div><dt>Regarding</dt><dd>")
        page.record(regarding, from: path, isFull: true)
        if let note = message.regardingNote {
          page.raw(", ")
          page.text(note)
        }
        page.raw("</dd></div>\n")
      }
      page.raw("</dl>\n<div class=\"body\">\n")
      page.body(message.body)
      page.raw("</div>\n")
      files(message, from: path, in: &page)
      why(message, in: &page)
      page.raw("</article>\n")
      around(message.conversation, from: path, in: &page)
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

  private func files(_ message: MessagePage, from path: ArchivePath, in page: inout PageBuffer) {
    page.raw("<section aria-labelledby=\"files\"><h2 id=\"files\">Files</h2>\n")
    page.raw("<ul class=\"plain\">\n")
    for file in message.files {
      page.raw("<li>")
      if file.isKept {
        page.raw("<a download href=\"")
        page.path(.attachment(message.row.id, part: file.part), from: path)
        page.raw("\" dir=\"auto\">")
      }
      page.text(file.name ?? "Part \(file.part)")
      if file.isKept { page.raw("</a>") }
      page.raw(" <span class=\"count\">")
      page.text(file.mediaType)
      page.raw(", ")
      page.size(file.size)
      page.raw("</span></li>\n")
    }
    page.raw("<li><a download href=\"")
    page.path(.original(message.row.id), from: path)
    page.raw("\">The message as it came</a> <span class=\"count\">")
    page.size(message.size)
    page.raw("</span></li>\n</ul></section>\n")
  }

  private func why(_ message: MessagePage, in page: inout PageBuffer) {
    page.raw("<section aria-labelledby=\"why\"><h2 id=\"why\">Why it is here</h2>\n")
    page.raw("<dl class=\"facts\">\n")
    fact("Tracked", message.why, in: &page)
    fact("Owner", message.owner, in: &page)
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
      page.rows(conversation.earlier, from: path)
    }
    if !conversation.later.isEmpty {
      page.raw("<h3>Later</h3>\n")
      page.rows(conversation.later, from: path)
    }
    page.raw("<p class=\"more\"><a href=\"")
    page.path(whole, from: path)
    page.raw("\">The whole conversation, ")
    page.counted(conversation.total, "message", "messages")
    page.raw("</a></p></section>\n")
  }
}
