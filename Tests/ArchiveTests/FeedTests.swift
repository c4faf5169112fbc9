import Foundation
import FoundationXML
import Testing

@testable import Archive
@testable import archive_maker

/// The feeds, read by a reader of XML that is not ours.
@Suite struct FeedTests {
  /// The texts of some elements of a feed.
  final class Reader: NSObject, XMLParserDelegate {
    var texts: [String: [String]] = [:]
    var links: [String] = []
    private var text = ""

    func parser(
      _: XMLParser, didStartElement name: String, namespaceURI _: String?,
      qualifiedName _: String?, attributes: [String: String]
    ) {
      text = ""
      if let link = attributes["href"] { links.append(link) }
    }

    func parser(_: XMLParser, foundCharacters string: String) { text += string }

    func parser(
      _: XMLParser, didEndElement name: String, namespaceURI _: String?, qualifiedName _: String?
    ) {
      texts[name, default: []].append(text)
      text = ""
    }
  }

  @Test("a feed is XML with all that Atom wants (RFC 4287), whatever stands in mail")
  func atom() throws {
    let feeds = PageTests.hostile.merging(
      PageTests.pleasant.map { ("pleasant/" + $0.key, $0.value) }, uniquingKeysWith: { $1 }
    ).filter { $0.key.hasSuffix(".xml") }
    #expect(feeds.count > 10)
    for (path, bytes) in feeds {
      let parser = XMLParser(data: Data(bytes))
      let reader = Reader()
      parser.delegate = reader
      #expect(parser.parse(), "\(path): \(String(describing: parser.parserError))")
      let entries = reader.texts["entry"]?.count ?? 0
      #expect(entries <= FeedPage.entries)
      for name in ["title", "id", "updated"] {
        #expect(reader.texts[name]?.count == entries + 1, "\(path): \(name)")
      }
      #expect(reader.texts["name"]?.count ?? 0 == entries)
      let ids = reader.texts["id"] ?? []
      #expect(Set(ids).count == ids.count)
      for id in ids { #expect(UUID(uuidString: String(id.dropFirst(9))) != nil) }
      for time in reader.texts["updated"] ?? [] {
        #expect(try Date(time, strategy: .iso8601) > .distantPast)
      }
      #expect(!reader.links.contains { $0.contains(":") })
    }
    #expect(
      PageTests.pleasant["feed.xml"].map { String(decoding: $0, as: UTF8.self) }?
        .contains("<summary>Dear Dana, thank you") == true)
  }
}
