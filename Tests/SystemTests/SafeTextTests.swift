import System
import Testing

@Suite struct SafeTextTests {
  /// The characters that are harmful, one by one.
  private static let harmful: [Unicode.Scalar] = (0...0x2100).compactMap { (value: UInt32) in
    let ranges: [ClosedRange<UInt32>] = [
      0...0x1F, 0x7F...0x9F, 0x61C...0x61C, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069,
    ]
    return ranges.contains { $0.contains(value) } ? Unicode.Scalar(value) : nil
  }

  @Test func noHarmfulCharacterIsLeft() {
    for scalar in Self.harmful {
      for (before, after) in [
        ("", ""), ("a", "b"), ("é", "\u{301}"), ("日", "👨‍👩‍👧"), ("\u{2027}", "\u{2030}"),
      ] {
        let text = before + String(scalar) + after
        #expect(
          Array(SafeText.neutralised(text).utf8) == Array((before + "\u{FFFD}" + after).utf8),
          "\(scalar.value)")
      }
    }
  }

  @Test func allOthersStay() {
    for value in UInt32(0x20)...0x11_000 {
      guard let scalar = Unicode.Scalar(value), !SafeText.isHarmful(scalar) else { continue }
      #expect(
        Array(SafeText.neutralised("a\(scalar)").utf8) == Array("a\(scalar)".utf8), "\(value)")
    }
    #expect(SafeText.neutralised("") == "" && SafeText.neutralised("\u{10FFFF}") == "\u{10FFFF}")
  }

  @Test func linesStayAndTabsAreLayout() {
    #expect(
      SafeText.neutralisedLines("a\tb\n\n\tc\u{1B}\r\n") == "a    b\n\n    c\u{FFFD}\u{FFFD}\n")
  }
}
