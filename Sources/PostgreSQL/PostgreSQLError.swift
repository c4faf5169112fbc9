import System

/// What went wrong between this program and a PostgreSQL server.
///
/// The texts are the server's or libpq's: one line, safe to print, and short.
package enum PostgreSQLError: Error, Hashable, Sendable, CustomStringConvertible {
  /// libpq is not on this machine, or too old.
  case noLibrary(String)
  /// No connection was made: no such host, nobody listens, TLS, the password, the role. The SQLSTATE is
  /// there where the server gave one.
  case notConnected(sqlState: String?, String)
  /// The server answered a statement with an error; the SQLSTATE has five characters.
  case refused(sqlState: String, String)
  /// The connection ended in the middle of a statement: nobody knows what became of it.
  case lost(String)
  /// The server was silent for too long in the middle of a statement: nobody knows what became of it.
  case silent
  /// The answer has more bytes than are taken: so many.
  case tooLong(Int)
  /// What was sent is not whole.
  case malformed(String)

  /// The SQLSTATE, where the server gave one.
  package var sqlState: String? {
    switch self {
    case .notConnected(let state, _): state
    case .refused(let state, _): state
    case .noLibrary, .lost, .silent, .tooLong, .malformed: nil
    }
  }

  /// What failed, in one line.
  package var description: String {
    switch self {
    case .noLibrary(let text):
      "\(text); install PostgreSQL's client library (Debian: libpq5)"
    case .notConnected(_, let text), .lost(let text), .malformed(let text): text
    case .refused(let state, let text): "\(text) (\(state))"
    case .silent: "the server was silent for too long"
    case .tooLong(let limit): "the server's answer has more than \(limit) bytes"
    }
  }

  /// So many characters of a text are kept.
  private static let longestText = 300

  /// A text of the server or of libpq as one short line that is safe to print.
  static func line(_ text: String) -> String {
    let lines = text.split(whereSeparator: \.isNewline)
      .map { $0.drop { $0 == " " || $0 == "\t" } }
      // Where in the server's sources it was said.
      .filter { !$0.isEmpty && !$0.hasPrefix("LOCATION:") }
    let joined = lines.joined(separator: "; ").unicodeScalars.prefix(longestText)
    return SafeText.neutralised(String(String.UnicodeScalarView(joined)))
  }

  /// What libpq says of a connection that was not made: verbose, so that the SQLSTATE is in it, whatever
  /// the server's language.
  static func notConnected(_ text: String) -> PostgreSQLError {
    // "FATAL:  28P01: password authentication failed", the word in the server's language.
    var rest = text[...]
    var state: String?
    while let start = rest.firstRange(of: ":  ") {
      let code = rest[start.upperBound...].prefix(5)
      let isCode =
        code.utf8.count == 5
        && code.utf8.allSatisfy { (48...57).contains($0) || (65...90).contains($0) }
      if isCode, rest[start.upperBound...].dropFirst(5).hasPrefix(": ") {
        // The last host's is the one that counts.
        state = String(code)
      }
      rest = rest[start.upperBound...]
    }
    let plain = state.map { text.replacing(":  \($0): ", with: ": ") } ?? text
    return .notConnected(sqlState: state, line(plain))
  }
}
