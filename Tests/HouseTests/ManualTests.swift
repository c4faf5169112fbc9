import Foundation
import Testing

/// The manual pages know one another.
@Suite("The manual's references") struct ManualTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
  }

  private static func pages() throws -> [String] {
    try FileManager.default.contentsOfDirectory(
      atPath: root.appendingPathComponent("man").path
    ).sorted()
  }

  /// The pages to which macros refer, as `name.section`.
  private static func references(_ text: some StringProtocol) -> [String] {
    text.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      guard let macro = words.firstIndex(of: ".Xr"), words.count > macro + 2 else { return nil }
      return "\(words[macro + 1]).\(words[macro + 2])"
    }
  }

  private static func seeAlso(_ page: String) throws -> [String] {
    let parts = try text("man/" + page).components(separatedBy: "\n.Sh ")
    return parts.first { $0.hasPrefix("SEE ALSO\n") }.map(references) ?? []
  }

  @Test("crm-mailfilter(1) and the page of the profile name every other page")
  func all() throws {
    for page in ["crm-mailfilter.1", "crm-mailfilter.toml.5"] {
      let named = Set(try Self.seeAlso(page))
      #expect(Set(try Self.pages()).subtracting([page]).subtracting(named) == [], "\(page)")
    }
    let readme = try Self.text("README.md")
    for page in try Self.pages() { #expect(readme.contains("(man/\(page))"), "\(page)") }
  }

  @Test("a reference to a page of ours leads to one that is there, and never to the page itself")
  func ours() throws {
    let pages = try Self.pages()
    for page in pages {
      for reference in try Self.references(Self.text("man/" + page))
      where reference.hasPrefix("crm-mailfilter") {
        #expect(pages.contains(reference), "\(page): \(reference)")
        #expect(reference != page, "\(page)")
      }
    }
    // So do those in running text.
    for path in ["README.md", "CHANGELOG.md", "ARCHITECTURE.md", "SECURITY.md", "VIOLATIONS.md"] {
      for match in try Self.text(path).matches(of: /(crm-mailfilter[-.a-z]*)\(([0-9])\)/) {
        #expect(pages.contains("\(match.1).\(match.2)"), "\(path): \(match.0)")
      }
    }
  }

  @Test("the pages stand in the order of their sections, then of their names")
  func order() throws {
    for page in try Self.pages() {
      let named = try Self.seeAlso(page).map { reference in
        let dot = reference.lastIndex(of: ".") ?? reference.endIndex
        return "\(reference[dot...]) \(reference[..<dot])"
      }
      #expect(!named.isEmpty && named == named.sorted(), "\(page): \(named)")
    }
  }

  @Test("program, package and changelog are of one version")
  func version() throws {
    let source = try Self.text("Sources/crm-mailfilter/RootCommand.swift")
    let version = try #require(source.firstMatch(of: /programVersion = "([0-9.]+)"/)).1
    #expect(try Self.text("debian/changelog").hasPrefix("crm-mailfilter (\(version)-1) "))
    let heading = try Self.text("CHANGELOG.md").split(separator: "\n").first { $0.hasPrefix("## ") }
    #expect(heading == "## \(version)")
  }
}
