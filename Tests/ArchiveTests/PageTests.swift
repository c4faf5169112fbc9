import Archive
import PageCheck
import Testing

@testable import archive_maker

/// Every page of an archive, of pleasant and of hostile values.
@Suite struct PageTests {
  /// The files of an archive by their paths.
  static func files(_ texts: any MadeTexts, _ count: Int) -> [String: [UInt8]] {
    var files: [String: [UInt8]] = [:]
    MadeArchive(texts: texts, count: count).write { files[$0.text] = $1 }
    return files
  }

  static let hostile = files(HostileTexts(), 30)
  static let pleasant = files(PleasantTexts(), 450)

  static func pages(_ files: [String: [UInt8]]) -> [(path: String, bytes: [UInt8])] {
    files.filter { $0.key.hasSuffix(".html") }.sorted { $0.key < $1.key }
      .map { ($0.key, $0.value) }
  }

  @Test("whatever is written into mail stays text, wherever it stands")
  func text() {
    for files in [Self.hostile, Self.pleasant] {
      for (path, bytes) in Self.pages(files) {
        let violation = PageCheck(bytes).violation
        #expect(violation == nil, "\(path): \(violation ?? "")")
      }
    }
  }

  @Test("a page that lets one text through as it is would be found out")
  func canFail() throws {
    let page = try #require(Self.pleasant["index.html"])
    let text = String(decoding: page, as: UTF8.self)
    for hostile in [
      "<script>", "<b>", "<p onclick=\"x\">", "<a href='x'>", "\u{202E}", "\u{1B}", "&x;",
    ] {
      let broken = text.replacing("Offer for forty pumps", with: hostile, maxReplacements: 1)
      #expect(broken != text)
      #expect(PageCheck(Array(broken.utf8)).violation != nil, "\(hostile.debugDescription)")
    }
  }

  @Test("every link of the archive leads to a file of it")
  func links() {
    for files in [Self.hostile, Self.pleasant] {
      for (path, bytes) in Self.pages(files) {
        for target in PageCheck(bytes).targets where !Self.isElsewhere(target) {
          #expect(files[Self.resolved(target, from: path)] != nil, "\(path): \(target)")
        }
      }
    }
  }

  /// Whether a target is a stranger's, or a place on the same page.
  private static func isElsewhere(_ target: String) -> Bool {
    ["http:", "https:", "mailto:", "#"].contains { target.lowercased().hasPrefix($0) }
  }

  private static func resolved(_ target: String, from page: String) -> String {
    var parts = page.split(separator: "/").dropLast()
    for part in target.split(separator: "/") {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return parts.joined(separator: "/")
  }

  @Test("every page is reached from the first")
  func reached() {
    var reached: Set = ["index.html"]
    var waiting = ["index.html"]
    while let path = waiting.popLast() {
      guard let bytes = Self.pleasant[path], path.hasSuffix(".html") else { continue }
      for target in PageCheck(bytes).targets where !Self.isElsewhere(target) {
        let next = Self.resolved(target, from: path)
        if reached.insert(next).inserted { waiting.append(next) }
      }
    }
    #expect(Set(Self.pleasant.keys).subtracting(reached).sorted() == [])
  }

  @Test("the same values make the same bytes")
  func stable() {
    let again = Self.files(PleasantTexts(), 450)
    #expect(again == Self.pleasant)
  }

  @Test("no script, style or address of another's stands in a page")
  func policy() throws {
    for (path, bytes) in Self.pages(Self.hostile) {
      let text = String(decoding: bytes, as: UTF8.self)
      let policies = text.split(separator: "Content-Security-Policy\" content=\"")
      let policy = try #require(policies.dropFirst().first)
      #expect(
        policy.hasPrefix(
          "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; base-uri 'none'; "
            + "form-action 'none'\">"), "\(path)")
      // Nothing stands before it that it would not hold for.
      #expect(policies[0].utf8.count < 100)
      let check = PageCheck(bytes)
      #expect(check.elements.count { $0 == "script" } == 1)
      #expect(check.elements.count { $0 == "link" } <= 3)
    }
  }
}
