extension ArchivePages {
  /// The page at `ArchivePath.conversation`.
  package func conversation(_ conversation: ConversationPage) -> [UInt8] {
    let path = ArchivePath.conversation(conversation.id, page: conversation.place.number)
    return page(
      path, title: conversation.subject, section: nil, capacity: 700 * conversation.entries.count
    ) { page in
      page.heading(conversation.subject)
      page.raw("<p class=\"lead\">A conversation of ")
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

  /// What stands deeper is drawn as if it did not: there is no end of answers, but one of a screen.
  private static let maxDepth = 12

  /// Writes lists in lists.
  private func tree(
    _ entries: [ConversationPage.Entry], from path: ArchivePath, in page: inout PageBuffer
  ) {
    guard !entries.isEmpty else { return }
    // How deep the items are that are open; each but the last has a list in it.
    var open: [Int] = []
    page.raw("<ul class=\"tree\">\n")
    for entry in entries {
      let before = open.count
      // A page that goes on may begin anywhere.
      while let last = open.last, last >= entry.depth { open.removeLast() }
      if open.count == Self.maxDepth { open.removeLast() }
      if before > open.count {
        for _ in (open.count + 1)..<max(open.count + 1, before) { page.raw("</li>\n</ul>\n") }
        page.raw("</li>\n")
      } else if before > 0 {
        page.raw("\n<ul>\n")
      }
      page.raw("<li>")
      node(entry, from: path, in: &page)
      open.append(entry.depth)
    }
    for place in open.indices.reversed() { page.raw(place > 0 ? "</li>\n</ul>\n" : "</li>\n") }
    page.raw("</ul>\n")
  }

  /// Writes who wrote a message, its subject where it is another, and when.
  private func node(
    _ entry: ConversationPage.Entry, from path: ArchivePath, in page: inout PageBuffer
  ) {
    page.raw("<div class=\"node\">")
    page.way(entry.row.direction)
    page.raw(" <span class=\"who\">")
    page.people(entry.row, from: path)
    page.raw("</span> ")
    page.subject(entry.row, from: path)
    if entry.isSubjectNew, entry.depth > 0 {
      page.raw(" <span class=\"of\">another subject</span>")
    }
    if entry.row.attachments > 0 {
      page.raw(" <span class=\"files\">")
      page.counted(entry.row.attachments, "file", "files")
      page.raw("</span>")
    }
    page.raw(" ")
    page.time(entry.row.sentAt, .moment)
    page.raw("</div>")
  }
}
