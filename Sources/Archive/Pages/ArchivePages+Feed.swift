import System

extension ArchivePages {
  /// The file at `ArchivePath.feed`, or of a record at `ArchivePath.feed(ofRecord:)` (RFC 4287).
  package func feed(_ feed: FeedPage) -> [UInt8] {
    let path = feed.record?.page.map(ArchivePath.feed(ofRecord:)) ?? .feed
    var page = PageBuffer(capacity: 1024 + 900 * feed.entries.count)
    page.raw("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n")
    page.raw("<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"en\">\n<title>")
    if let record = feed.record {
      page.plain(record.label, limit: 400)
      page.raw(" – ")
    }
    page.plain(site.organization)
    page.raw("</title>\n<id>urn:uuid:")
    page.plain(Self.uuid(feed.identity))
    page.raw("</id>\n<updated>")
    // What has no entries never changed.
    page.plain(LocalTime(feed.entries.map(\.trackedAt).max() ?? 0).full)
    page.raw("</updated>\n<link rel=\"self\" type=\"application/atom+xml\" href=\"")
    page.path(path, from: path)
    page.raw("\"/>\n<link rel=\"alternate\" type=\"text/html\" href=\"")
    page.path(feed.record?.page.map(ArchivePath.record) ?? .index, from: path)
    page.raw("\"/>\n")
    for entry in feed.entries {
      page.raw("<entry>\n<title>")
      page.plain(entry.row.subject.isBlank ? "(no subject)" : entry.row.subject, limit: 400)
      page.raw("</title>\n<id>urn:uuid:")
      page.plain(Self.uuid(feed.identity + " " + entry.row.id.text))
      page.raw("</id>\n<updated>")
      page.plain(LocalTime(entry.trackedAt).full)
      page.raw("</updated>\n<published>")
      page.plain(LocalTime(entry.row.sentAt).full)
      page.raw("</published>\n<author><name>")
      page.plain(entry.sender.map { $0.label } ?? "nobody", limit: 400)
      page.raw("</name></author>\n<link rel=\"alternate\" type=\"text/html\" href=\"")
      page.path(.message(entry.row.id), from: path)
      page.raw("\"/>\n<summary>")
      page.plain(entry.beginning)
      page.raw("</summary>\n</entry>\n")
    }
    page.raw("</feed>\n")
    return page.bytes
  }

  /// A UUID of a text (RFC 9562, version 8).
  static func uuid(_ text: String) -> String {
    var bytes = Array(SHA256.digest(of: Array(text.utf8)).prefix(16))
    bytes[6] = bytes[6] & 0x0F | 0x80
    bytes[8] = bytes[8] & 0x3F | 0x80
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for (number, byte) in bytes.enumerated() {
      if [4, 6, 8, 10].contains(number) { text.append(UInt8(ascii: "-")) }
      text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
    return String(decoding: text, as: UTF8.self)
  }
}
