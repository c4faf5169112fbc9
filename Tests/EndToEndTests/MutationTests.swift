import Foundation
import Testing

@Suite("Mutated messages")
struct MutationTests {
  private static let seeds = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Fuzz/seeds").path

  @Test("the seeds are there")
  func seeds() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: Self.seeds)
    #expect(files.filter { $0.hasSuffix(".eml") }.count >= 4)
  }

  @Test("200,000 inputs keep what must hold for every message", .timeLimit(.minutes(10)))
  func inputs() throws {
    let result = try Program.run(
      Program.besideTests("parse-fuzz"), [Self.seeds, "inputs", "200000"],
      folder: NSTemporaryDirectory())
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.text == "200000 inputs\n")
  }
}
