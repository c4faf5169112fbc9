import Glibc
import Testing

@testable import Tracking

/// What POSIX defines matches as the C library's matcher has it, on expressions and texts of all kinds.
@Suite struct RegularExpressionPeerTests {
  /// glibc's regcomp(3) and regexec(3) under the locale C.UTF-8.
  struct Peer: ~Copyable {
    private var regex = regex_t()

    init?(_ pattern: String, ignoresCase: Bool) {
      let flags = REG_EXTENDED | REG_NOSUB | (ignoresCase ? REG_ICASE : 0)
      guard regcomp(&regex, pattern, flags) == 0 else { return nil }
    }

    deinit {
      var regex = regex
      regfree(&regex)
    }

    mutating func matches(_ text: String) -> Bool { regexec(&regex, text, 0, nil, 0) == 0 }
  }

  /// Calls a body on a thread that has the locale.
  private func withLocale(_ body: () -> Void) throws {
    let locale = try #require(newlocale(1 << LC_CTYPE, "C.UTF-8", nil))
    let before = uselocale(locale)
    body()
    uselocale(before)
    freelocale(locale)
  }

  /// Makes expressions that POSIX defines, and texts for them.
  struct Source {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 }

    private mutating func below(_ count: Int) -> Int {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int(state >> 33) % count
    }

    private mutating func one(of texts: [String]) -> String { texts[below(texts.count)] }

    private static let atoms = [
      "a", "b", "c", "a", "b", "é", "д", ".", "[ab]", "[^a]", "[a-c]", "[[:alpha:]]",
      "[^[:space:]b]",
      "[é-]", "[]a]", "\\.", "\\w", "\\W", "\\s", "\\S", "-",
    ]
    private static let places = ["^", "$", "\\b", "\\B", "\\<", "\\>"]
    private static let repetitions = ["*", "+", "?", "{2}", "{1,2}", "{0,2}", "{2,}", "{0,1}"]

    /// An expression; groups are nested as deep as is said.
    ///
    /// None that must be there and may be repeated hold places: of `(a|\b){2}` glibc forgets the `\b`.
    mutating func pattern(_ depth: Int = 3, hasPlaces: Bool = true) -> String {
      (0...below(3)).map { _ in branch(depth, hasPlaces) }.joined(separator: "|")
    }

    private mutating func branch(_ depth: Int, _ hasPlaces: Bool) -> String {
      var text = ""
      for _ in 0...below(4) {
        switch below(10) {
        case 0 where hasPlaces: text += one(of: Self.places)
        case 1...2 where depth > 0:
          let repetition = below(2) == 0 ? one(of: Self.repetitions) : ""
          let isCounted = repetition.hasPrefix("{") || repetition == "+"
          text += "(\(pattern(depth - 1, hasPlaces: hasPlaces && !isCounted)))" + repetition
        default:
          text += one(of: Self.atoms) + (below(3) == 0 ? one(of: Self.repetitions) : "")
        }
      }
      return text
    }

    mutating func text() -> String {
      let characters = [
        "a", "b", "c", "a", "b", "A", "B", "é", "É", "д", "Д", " ", "-", ".", "]", "_",
      ]
      return (0..<below(9)).map { _ in one(of: characters) }.joined()
    }
  }

  @Test func randomExpressions() throws {
    var compared = 0
    var matching = 0
    try withLocale {
      var source = Source(seed: 18)
      for _ in 0..<1_500 {
        let pattern = source.pattern()
        for ignoresCase in [false, true] {
          guard var peer = Peer(pattern, ignoresCase: ignoresCase) else { continue }
          let written = "/\(pattern)/\(ignoresCase ? "i" : "")"
          guard case .success(let expression) = RegularExpression.parse(written) else {
            Issue.record("\(written) is refused")
            continue
          }
          for _ in 0..<6 {
            let text = source.text()
            let isMatch = peer.matches(text)
            #expect(expression.matches(text) == isMatch, "\(written) on '\(text)'")
            compared += 1
            if isMatch { matching += 1 }
          }
        }
      }
    }
    // What never matches, or always, would compare nothing.
    #expect(compared > 15_000 && matching > compared / 5 && matching < compared * 4 / 5)
  }
}
