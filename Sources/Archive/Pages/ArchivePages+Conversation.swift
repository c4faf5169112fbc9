extension ArchivePages {
  /// A page at `ArchivePath.conversation`.
  package func conversation(_ conversation: ConversationPage) -> [UInt8] {
    let path = ArchivePath.conversation(conversation.id, page: conversation.place.number)
    return page(
      path, title: conversation.subject, section: nil, capacity: 700 * conversation.entries.count
    ) { page in
      page.raw("<h1 dir=\"auto\">")
      page.subjectText(conversation.subject)
      page.raw("</h1>\n<p class=\"lead\">A conversation of ")
      page.counted(conversation.total, "message", "messages")
      if let regarding = conversation.regarding {
        page.raw(", regarding ")
        page.record(regarding, from: path, isFull: true)
      }
      page.raw("</p>\n")
      pageLinks(conversation.place, from: path, of: &page) {
        .conversation(conversation.id, page: $0)
      }
      tree(conversation.entries, from: path, in: &page)
    }
  }

  private func tree(
    _ entries: [ConversationPage.Entry], from path: ArchivePath, in page: inout PageBuffer
  ) {
    page.raw("<ul class=\"tree\">\n")
    for entry in entries {
      page.raw("<li>")
      page.time(entry.row.sentAt, .moment)
      page.raw(" ")
      page.people(entry.row, from: path)
      page.raw(" ")
      page.subject(entry.row, from: path)
      page.raw("</li>\n")
    }
    page.raw("</ul>\n")
  }
}
