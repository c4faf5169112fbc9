import InternetMessage

/// Messages made to take long, of any size.
struct Hostile: Sendable {
  let name: String
  private let make: @Sendable (Int) -> String

  /// Seconds that a message of a size takes: the least of five runs.
  @MainActor func time(_ count: Int) -> Double {
    let bytes = Array(make(count).utf8)
    return (0..<5).map { _ in
      let start = now()
      let message = Message(
        bytes, headerLimits: .init(bytes: 1 << 30, fields: 1 << 30),
        limits: .init(depth: 1 << 24, parts: 1 << 24))
      sink &+= message.header.to.count &+ message.text.utf8.count
      return now() - start
    }.min() ?? 0
  }

  static let all = [
    Hostile(name: "1 million To addresses") { count in
      "To: " + (0..<count).map { "a\($0)@x.example" }.joined(separator: ", ") + "\n\n"
    },
    repeating("nested comments", "To: ", "("),
    repeating("nested groups", "To: ", "a:"),
    repeating("encoded words", "Subject: ", "=?utf-8?q?=C3?="),
    repeating("encoded words without end", "Subject: ", "=?utf-8?q?x"),
    repeating("fields", "", "X: y\n"),
    repeating("parts", "Content-Type: multipart/mixed; boundary=b\n\n", "--b\n\nx\n"),
    Hostile(name: "nested multiparts") { count in
      (0..<(count / 4)).map { "Content-Type: multipart/mixed; boundary=b\($0)\n\n--b\($0)\n" }
        .joined()
    },
    repeating("nested messages", "", "Content-Type: message/rfc822\n\n"),
    repeating("nested quotations", "Content-Type: text/html\n\n", "<blockquote>x"),
    repeating("tags without end", "Content-Type: text/html\n\n", "<a href='x"),
    repeating("quoted lines", "\n", "> a:\n"),
  ]

  private static func repeating(_ name: String, _ start: String, _ text: String) -> Hostile {
    Hostile(name: name) { start + String(repeating: text, count: $0) + "\n\n" }
  }
}
