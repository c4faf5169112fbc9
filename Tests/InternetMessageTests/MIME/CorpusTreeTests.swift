import CSystem
import Foundation
import InternetMessage
import Testing

@Suite(
  "Parts of real messages",
  .enabled(if: Corpus.isPresent, "the corpus does not lie beside the repository"))
struct CorpusTreeTests {
  @Test("trees and contents agree with Python's email package")
  func agreement() throws {
    let table = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("corpus-trees.tsv")
    var messages = 0
    var multiparts = 0
    var differences: [String] = []
    for line in try String(contentsOf: table, encoding: .utf8).split(separator: "\n") {
      var wanted = line.split(separator: "\t").map(String.init)
      let file = wanted.removeFirst()
      let message = Message(try Corpus.message(file))
      messages += 1
      if wanted.count > 1 { multiparts += 1 }
      // The other parser decodes no message to look into it.
      let found = message.structure.parts.filter { $0.source == 0 && $0.origin == .mime }
        .map { row($0, of: message) }
      let isSame =
        found.count == wanted.count
        && zip(found, wanted).allSatisfy { agrees(found: $0, wanted: $1) }
      if !isSame, CorpusTreeExceptions.reasons[file] == nil {
        differences.append("\(file)\n  \(found)\n  \(wanted)")
      }
    }
    #expect(messages > 380)
    #expect(multiparts > 100)
    #expect(differences == [], "each difference needs a reason")
    #expect(CorpusTreeExceptions.reasons.count * 10 < messages)
  }

  /// Where the other parser could decode no text, or does not see the body, its row has none.
  private func agrees(found: String, wanted: String) -> Bool {
    found == wanted || found.hasPrefix(wanted + " ")
  }

  private func row(_ part: MIMEPart, of message: Message) -> String {
    var row = "\(part.depth) \(part.contentType.mediaType)"
    guard !part.hasChildren else { return row }
    row += " " + digest(message.content(of: part))
    if part.contentType.mediaType == "text/plain", part.contentType.charset != nil {
      row += " " + digest(Array(message.unflowedText(of: part).utf8))
    }
    return row
  }

  private func digest(_ bytes: [UInt8]) -> String {
    var hash = csystem_sha256_begin()
    var digest = [UInt8](repeating: 0, count: 32)
    csystem_sha256_update(&hash, bytes, bytes.count)
    csystem_sha256_end(&hash, &digest)
    let hex = digest.prefix(8).map { String(format: "%02x", $0) }.joined()
    return "\(bytes.count) \(hex)"
  }
}

extension Message {
  /// The text of a part with its lines as they stand, which is what the other parser gives.
  fileprivate func unflowedText(of part: MIMEPart) -> String {
    guard part.contentType.parameters["format"]?.lowercased() == "flowed" else {
      return text(of: part)
    }
    var header = Array("Content-Type: text/plain; charset=\(part.contentType.charset ?? "")\n".utf8)
    header += Array("Content-Transfer-Encoding: \(part.transferEncoding.rawValue)\n\n".utf8)
    let alone = Message(header + bytes[part.bodyRange])
    return alone.text(of: alone.structure.parts[0])
  }
}
