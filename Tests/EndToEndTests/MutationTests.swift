import Foundation
import Testing

@Suite("Mutated inputs")
struct MutationTests {
  private static let seeds = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Fuzz/seeds").path

  @Test("the seeds are there")
  func seeds() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: Self.seeds)
    #expect(files.filter { $0.hasSuffix(".eml") }.count >= 4)
  }

  @Test(
    "what must hold of all that a reader reads holds of many inputs", .timeLimit(.minutes(10)),
    arguments: [
      "message": 200_000, "mbox": 20_000, "maildir": 20_000, "csv": 20_000, "vcard": 20_000,
      "ldif": 20_000, "heading": 10_000, "search": 20_000, "expression": 20_000, "spool": 20_000,
      "profile": 5_000, "web-api": 20_000, "sign-in": 20_000, "secrets": 5_000,
      "calendar": 5_000, "page": 20_000, "safe-page": 20_000,
    ])
  func inputs(mode: String, count: Int) throws {
    let result = try Program.run(
      Program.besideTests("parse-fuzz"), [Self.seeds, mode, "inputs", "\(count)"],
      folder: NSTemporaryDirectory())
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.text == "\(mode): \(count) inputs\n")
  }
}
