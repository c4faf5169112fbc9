import Foundation
import Testing

/// Real messages, where they lie beside the project.
@Suite struct CorpusPassThroughTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("shared/corpus").path

  static var isThere: Bool { FileManager.default.fileExists(atPath: folder + "/EXPECTED.jsonl") }

  /// The message as it is, and in the forms in which a host may hand it on.
  private static func variants(_ message: [UInt8]) -> [[UInt8]] {
    var crlf: [UInt8] = []
    for byte in message where byte != 13 {
      if byte == 10 { crlf.append(13) }
      crlf.append(byte)
    }
    let end = message.reversed().drop { $0 == 10 || $0 == 13 }
    var holed = message
    holed.insert(0, at: message.count / 2)
    return [message, crlf, Array(end.reversed()), holed]
  }

  @Test(.enabled(if: isThere, "the corpus is not beside the project"))
  func everyByteOfEveryMessageComesOut() throws {
    let place = try Place(rules: "[[rule]]\nname = \"all\"\nfrom = \"*@*\"\naction = \"track\"")
    let files = try #require(FileManager.default.enumerator(atPath: Self.folder))
      .compactMap { $0 as? String }.filter { !$0.hasSuffix(".jsonl") && !$0.hasSuffix(".md") }
    var count = 0
    for file in files.sorted() {
      var isFolder: ObjCBool = false
      let path = Self.folder + "/" + file
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder),
        !isFolder.boolValue
      else { continue }
      for message in Self.variants(try place.bytes(of: path)) {
        let result = try place.filter(message)
        #expect(result.status == 0 && result.output == message, "\(file)")
        #expect(result.errors == "", "\(file)")
        count += 1
      }
    }
    #expect(count >= 394 * 4)
    #expect(place.waiting.isEmpty)
    // What is stored is what came, without the host's line.
    #expect(try place.query("PRAGMA integrity_check") == "ok")
    #expect(Int(try place.query("SELECT count(*) FROM copy")) ?? 0 > 300)
  }
}
