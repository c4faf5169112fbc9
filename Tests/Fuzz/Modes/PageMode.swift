import Archive
import InternetMessage
import PageCheck

extension FuzzMode {
  /// The page that an archive makes of a message.
  static let page = FuzzMode(
    name: "page", seeds: message.seeds,
    fragments: message.fragments + [
      "https://", "http://a", "mailto:a@b", "<https://a>", "<http://", "javascript:", "&", "'",
      "]]>",
      "\u{202E}", "\u{2066}", "\u{200B}", "\u{1B}", "\u{85}", "\u{FFFE}", "\u{E0041}", "\u{10FFFF}",
      "> x\n", "\n-- \n", "On x wrote:\n", "-----Original Message-----\n", "</div>", "\"><script>",
      "Content-Language: ja\n", "Content-Disposition: attachment; filename=\"../a.html\"\n", "かな",
    ],
    beginnings: message.beginnings, broken: brokenPage)

  /// So many bytes of a page come of each byte of a text at most: a named character's.
  private static let growth = 40

  private static func brokenPage(by bytes: [UInt8]) -> String? {
    let message = Message(bytes)
    let header = message.header
    let row = MessageRow(
      id: ArchiveID(hashing: "1"), sentAt: header.date?.secondsSince1970 ?? 0,
      direction: .incoming,
      people: header.from.prefix(3).map {
        PersonLink(name: $0.displayName, address: $0.address.description)
      }, subject: header.subject ?? "", attachments: 0)
    let files = message.attachments.map {
      MessagePage.File(part: $0.number, name: $0.name, mediaType: $0.mediaType, size: $0.size)
    }
    let body = MessageBody(message)
    let page = ArchivePages(ArchiveSite(organization: "contoso")).message(
      MessagePage(
        row: row,
        participants: row.people.map { MessagePage.Participant(role: "from", person: $0) },
        messageID: header.messageID?.value, arrivedAt: .min, trackedAt: .max, why: "a rule",
        owner: "dana@contoso.example", size: bytes.count, body: body, files: files))
    if let violation = PageCheck(page).violation { return violation }
    let elements = PageCheck(page).elements.count { $0 == "a" }
    guard elements <= 2100 + files.count else { return "too many links" }
    guard page.count <= growth * (bytes.count * 4 + 4096) else { return "a page without bounds" }
    guard String(validating: body.beginning().utf8, as: UTF8.self) != nil else {
      return "a beginning that is no text"
    }
    return nil
  }
}
