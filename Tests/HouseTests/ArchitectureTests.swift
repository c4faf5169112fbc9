import Foundation
import Testing

/// ARCHITECTURE.md is what a newcomer believes: what it says of the rooms is held to the package and to
/// the sources.
@Suite struct ArchitectureTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// The rooms of the table, with those that each may know.
  private static let rooms: [String: Set<String>] = {
    var rooms: [String: Set<String>] = [:]
    for line in text("ARCHITECTURE.md").split(separator: "\n") where line.hasPrefix("| `") {
      let cells = line.split(separator: "|", omittingEmptySubsequences: false)
      rooms[names(cells[1]).first ?? ""] = Set(names(cells[2]))
    }
    return rooms
  }()

  private static func text(_ path: String) -> String {
    (try? String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)) ?? ""
  }

  /// What stands between backquotes.
  private static func names(_ cell: Substring) -> [String] {
    cell.split(separator: "`", omittingEmptySubsequences: false).enumerated()
      .filter { $0.offset % 2 == 1 }.map { String($0.element) }
  }

  /// The files below a folder with one of some endings, by their paths from the root.
  private static func files(_ folder: String, _ endings: [String]) -> [String] {
    let all =
      FileManager.default.enumerator(
        atPath: root.appendingPathComponent(folder).path)?.compactMap { $0 as? String } ?? []
    return all.filter { name in endings.contains { name.hasSuffix($0) } }
      .map { folder + "/" + $0 }.sorted()
  }

  /// The modules that a file imports.
  private static func imports(_ path: String) -> Set<String> {
    Set(
      text(path).split(separator: "\n").compactMap { line in
        let words = line.split(separator: " ")
        guard let place = words.firstIndex(of: "import"), place <= 1, words.count == place + 2
        else { return nil }
        return String(words[place + 1])
      })
  }

  @Test("every folder of Sources is a room of the table, and no other")
  func rooms() throws {
    let folders = try FileManager.default.contentsOfDirectory(
      atPath: Self.root.appendingPathComponent("Sources").path)
    #expect(Self.rooms.keys.sorted() == folders.sorted())
  }

  @Test("the sources of a room import what its row names, and all of it")
  func imports() {
    for (room, known) in Self.rooms {
      let imported = Self.files("Sources/" + room, [".swift"])
        .reduce(into: Set<String>()) { $0.formUnion(Self.imports($1)) }
      #expect(imported.intersection(Self.rooms.keys) == known, "\(room)")
    }
  }

  @Test("the package has the arrows of the table, and none that points up")
  func arrows() {
    let package = Self.text("Package.swift").replacingOccurrences(of: "\n", with: " ")
    for (room, known) in Self.rooms {
      guard
        let start = package.range(of: #"arget\(\s*name: "\#(room)""#, options: .regularExpression)
      else {
        Issue.record("Package.swift has no target \(room)")
        continue
      }
      let rest = package[start.upperBound...]
      let end = rest.range(of: #"(T|\.t|\.executableT)arget\("#, options: .regularExpression)
      let target = rest[..<(end?.lowerBound ?? rest.endIndex)]
      let direct = Set(Self.rooms.keys.filter { target.contains("\"\($0)\"") })
      // What a room may import it declares, or gets by what it declares.
      var reached = direct
      for _ in Self.rooms { reached.formUnion(reached.flatMap { Self.rooms[$0] ?? [] }) }
      #expect(
        known.subtracting(reached).isEmpty, "\(room) does not declare \(known.subtracting(reached))"
      )
      #expect(
        direct.subtracting(known).isEmpty,
        "\(room) declares \(direct.subtracting(known)) for nothing")
      #expect(!reached.contains(room), "\(room) stands on itself")
    }
  }

  @Test(
    "a library from outside is known to one room",
    arguments: [
      ("GRDB", "TrackingStore"), ("TOMLKit", "Tracking"), ("ArgumentParser", "crm-mailfilter"),
    ])
  func outside(library: String, room: String) {
    let users = Self.rooms.keys.filter { name in
      Self.files("Sources/" + name, [".swift"]).contains { Self.imports($0).contains(library) }
    }
    #expect(users == [room])
  }

  @Test("TOML stays in the folder that reads the profile")
  func toml() {
    for path in Self.files("Sources/Tracking", [".swift"])
    where Self.imports(path).contains("TOMLKit") {
      #expect(path.hasPrefix("Sources/Tracking/Profile/"))
    }
  }

  @Test("public is the parser's alone")
  func publicNames() {
    for room in Self.rooms.keys where room != "InternetMessage" {
      for path in Self.files("Sources/" + room, [".swift"]) {
        let lines = Self.text(path).split(separator: "\n")
        #expect(
          !lines.contains { $0.drop { $0 == " " }.hasPrefix("public ") }, "\(path)")
      }
    }
  }

  @Test("what the pages name is there", arguments: ["ARCHITECTURE.md", "CONTRIBUTING.md"])
  func names(page: String) {
    for name in Self.names(Self.text(page)[...])
    where name.hasPrefix("Sources/") || name.hasPrefix("Tests/") || name.hasPrefix("samples/") {
      let path = Self.root.appendingPathComponent(name).path
      #expect(FileManager.default.fileExists(atPath: path), "\(page) names \(name)")
    }
  }
}
