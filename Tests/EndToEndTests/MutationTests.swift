import Foundation
import Testing

@Suite("Mutated messages")
struct MutationTests {
  @Test("200,000 inputs keep what must hold for every message", .timeLimit(.minutes(10)))
  func inputs() throws {
    let seeds = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Fuzz/seeds").path
    let result = try Program.run(
      Program.besideTests("parse-fuzz"), [seeds, "inputs", "200000"],
      folder: NSTemporaryDirectory())
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.text == "200000 inputs\n")
  }
}
