import Foundation
import Testing

/// What documents say of the tests is so.
@Suite struct FaultTableTests {
  private static let root = Repository.root

  /// The sources of all tests, by suite.
  private static func suites() throws -> [String: String] {
    var suites: [String: String] = [:]
    let folder = root + "/Tests"
    for case let name as String in FileManager.default.enumerator(atPath: folder) ?? .init()
    where name.hasSuffix("Tests.swift") {
      let source = try String(contentsOfFile: folder + "/" + name, encoding: .utf8)
      for part in source.split(separator: "struct ").dropFirst() {
        suites[String(part.prefix { $0.isLetter || $0.isNumber })] = source
      }
    }
    return suites
  }

  /// Whether there is a test of a name such as `FaultTests/strictHandsBackOrTracks`.
  private static func expectTest(_ name: Substring, in suites: [String: String]) {
    let parts = name.split(separator: "/")
    #expect(
      parts.count == 2 && suites[String(parts[0])]?.contains("func \(parts[1])(") ?? false,
      "there is no test \(name)")
  }

  @Test func theTableOfFaultsIsThatOfTheTests() throws {
    let path = Self.root + "/Tests/FAULTS.md"
    if ProcessInfo.processInfo.environment["WRITE_FAULTS"] != nil {
      try FaultTable.text.write(toFile: path, atomically: true, encoding: .utf8)
    }
    #expect(try String(contentsOfFile: path, encoding: .utf8) == FaultTable.text)
    let suites = try Self.suites()
    for row in FaultTable.rows { Self.expectTest(row.test[...], in: suites) }
  }

  @Test func eachPromiseIsHeldByATest() throws {
    let text = try String(contentsOfFile: Self.root + "/SECURITY.md", encoding: .utf8)
    let suites = try Self.suites()
    var count = 0
    for part in text.split(separator: "`", omittingEmptySubsequences: false)
    where part.contains("Tests/") && !part.contains(" ") && !part.contains(".") {
      Self.expectTest(part, in: suites)
      count += 1
    }
    #expect(count > 30)
  }
}
