import Glibc
import System

/// A connection to a PostgreSQL server, for one thread.
///
/// Where the server is, and how it is to be trusted, is all libpq's: its URIs, service files, password
/// file, client certificates and environment (PostgreSQL, "Connection Strings"). No wait is without an
/// end, and no answer is taken without one.
package final class PostgreSQLConnection {
  /// How long things may take, and be.
  package struct Limits: Sendable {
    /// How long connecting to a host may take, in seconds, where the URL does not say
    /// (`connect_timeout`).
    package var connecting = 10
    /// How long each answer may take, in milliseconds.
    package var answer = 60_000
    /// The most bytes that an answer may have.
    package var answerBytes = 64 << 20

    /// The usual.
    package init() {}
  }

  /// How many bytes of content go in one parameter: a larger one lies several times in the memory of
  /// both sides.
  package static let chunk = 1 << 20

  private let library: LibPQ
  private var connection: LibPQ.Connection?
  private let limits: Limits

  /// What the connection was made with, by libpq's keywords; no secret is among it.
  ///
  /// It is what the URL says, a service file, the environment, and what holds where nobody says anything.
  package let settings: [String: String]

  /// Connects.
  ///
  /// - Parameters:
  ///   - url: A `postgresql:` URI, or any other connection string of libpq's.
  ///   - password: What libpq finds nowhere by itself; `nil` where it does.
  ///   - limits: How long it may take.
  /// - Throws: `PostgreSQLError`.
  package init(
    to url: String, password: String?, limits: Limits = Limits()
  ) throws(PostgreSQLError) {
    library = try LibPQ.loaded()
    self.limits = limits
    let library = library
    let written = try Self.settings(of: url)
    let seconds =
      written["connect_timeout"].flatMap(Int.init).map { max(2, min($0, 3_600)) }
      ?? limits.connecting
    var pairs = [
      // What stands before the URL holds where it says nothing.
      ("connect_timeout", "\(limits.connecting)"), ("fallback_application_name", "crm-mailfilter"),
      ("dbname", url),
      ("client_encoding", "UTF8"),
    ]
    if let password { pairs.append(("password", password)) }
    var found = Self.withTexts(pairs) { keywords, values in
      Self.start(library, keywords, values, until: Deadline(milliseconds: seconds * 1_000))
    }
    if case .late = found {
      // libpq takes the next host or address only where it waits itself.
      found = Self.withTexts(pairs) { keywords, values in
        library.connect(keywords, values, 1).map { .made($0) } ?? .late
      }
    }
    guard case .made(let made) = found else {
      throw .notConnected(sqlState: nil, "no connection could be made: there is no memory")
    }
    guard library.status(made) != LibPQ.isBad else {
      let text = library.errorMessage(made).map { String(cString: $0) } ?? ""
      library.finish(made)
      throw .notConnected(text.isEmpty ? "no connection could be made" : text)
    }
    if let options = library.settings(made) {
      settings = library.read(options)
      library.freeSettings(options)
    } else {
      settings = [:]
    }
    // What the server mentions beside its answers is nobody's.
    _ = library.setNoticeProcessor(made, { _, _ in }, nil)
    _ = library.setNonblocking(made, 1)
    connection = made
  }

  deinit { close() }

  /// Ends the connection; what a transaction did that was not committed is undone.
  package func close() {
    guard let made = connection else { return }
    connection = nil
    library.finish(made)
  }

  /// Whether there still is a connection.
  package var isOpen: Bool { connection != nil }

  /// The server's version, as PostgreSQL counts: 150018 is 15.18.
  package var serverVersion: Int { Int(library.serverVersion(connection)) }

  /// Whether nobody on the way can read along.
  package var isEncrypted: Bool { library.isEncrypted(connection) != 0 }

  /// When the server's certificate ends, in seconds since 1970; `nil` where there is none.
  package var certificateEnd: Int64? {
    guard isEncrypted, let session = library.session(connection, "OpenSSL") else { return nil }
    return ServerCertificate.end(ofSession: session)
  }

  // MARK: Settings

  /// What a connection string says, by keyword; nobody is connected to, and no secret is among it.
  ///
  /// - Throws: `PostgreSQLError.notConnected` where libpq cannot read it; `noLibrary`.
  package static func settings(of url: String) throws(PostgreSQLError) -> [String: String] {
    let library = try LibPQ.loaded()
    var words: UnsafeMutablePointer<CChar>?
    guard let options = library.parseSettings(url, &words) else {
      let text = words.map { String(cString: $0) } ?? "there is no memory"
      library.free(words)
      throw .notConnected(sqlState: nil, "the URL cannot be read: " + PostgreSQLError.line(text))
    }
    defer { library.freeSettings(options) }
    return library.read(options)
  }

  // MARK: Connecting

  private enum Beginning {
    case made(LibPQ.Connection)
    case late
  }

  /// Lists of keywords and values, each with an end.
  private static func withTexts(
    _ pairs: [(String, String)], _ body: (LibPQ.Texts, LibPQ.Texts) -> Beginning
  ) -> Beginning {
    let keywords = pairs.map { strdup($0.0) } + [nil]
    let values = pairs.map { strdup($0.1) } + [nil]
    defer {
      for text in keywords { free(text) }
      for text in values {
        // A password is not left in memory that is given back.
        if let text { explicit_bzero(text, strlen(text)) }
        free(text)
      }
    }
    return body(
      keywords.map { UnsafePointer($0) }, values.map { UnsafePointer($0) })
  }

  /// Connects without waiting in the library: what it says of a refusal is verbose then, and has the
  /// SQLSTATE.
  private static func start(
    _ library: LibPQ, _ keywords: LibPQ.Texts, _ values: LibPQ.Texts, until deadline: Deadline
  ) -> Beginning {
    guard let made = library.connectStart(keywords, values, 1) else { return .late }
    _ = library.setErrorVerbosity(made, LibPQ.verbose)
    guard library.status(made) != LibPQ.isBad else { return .made(made) }
    var state = LibPQ.pollingWriting
    while state != LibPQ.pollingOK, state != LibPQ.pollingFailed {
      let isReading = state == LibPQ.pollingReading
      guard
        wait(
          for: library.socket(made), Int16(isReading ? POLLIN : POLLOUT), until: deadline) == .ready
      else {
        library.finish(made)
        return .late
      }
      state = library.connectPoll(made)
    }
    return .made(made)
  }

  private enum Waiting {
    case ready
    case late
    case failed
  }

  private static func wait(
    for descriptor: Int32, _ events: Int16, until deadline: Deadline
  ) -> Waiting {
    guard descriptor >= 0 else { return .failed }
    while true {
      guard !deadline.hasPassed else { return .late }
      var state = pollfd(fd: descriptor, events: events, revents: 0)
      let count = poll(&state, 1, Int32(clamping: deadline.remainingMilliseconds + 1))
      if count > 0 { return .ready }
      if count < 0, errno != EINTR { return .failed }
    }
  }

  // MARK: Statements

  /// Carries out one statement.
  ///
  /// - Parameters:
  ///   - statement: SQL with `$1`, `$2` for the parameters.
  ///   - parameters: What stands for them.
  ///   - isBinary: Whether the fields come as the server has them, bytes as bytes, instead of as text.
  /// - Returns: The rows.
  /// - Throws: `PostgreSQLError`; after `lost`, `silent` and `tooLong` there is no connection.
  @discardableResult package func run(
    _ statement: String, _ parameters: [PostgreSQLValue] = [], isBinary: Bool = false
  ) throws(PostgreSQLError) -> PostgreSQLRows {
    guard let made = connection else { throw .lost("there is no connection") }
    let deadline = Deadline(milliseconds: limits.answer)
    guard Self.send(library, made, statement, parameters, isBinary: isBinary) else {
      throw ended(made)
    }
    _ = library.setSingleRowMode(made)
    try flush(made, until: deadline)
    var rows = PostgreSQLRows()
    var bytes = 0
    var trouble: PostgreSQLError?
    while let answer = try next(made, until: deadline) {
      defer { library.clear(answer) }
      switch library.resultStatus(answer) {
      case LibPQ.singleTuple, LibPQ.tuplesOK:
        bytes += take(answer, into: &rows)
        guard bytes <= limits.answerBytes else {
          close()
          throw .tooLong(limits.answerBytes)
        }
      case LibPQ.commandOK, LibPQ.emptyQuery: break
      default: trouble = trouble ?? error(of: answer)
      }
    }
    if library.status(made) == LibPQ.isBad {
      let words = trouble ?? ended(made)
      close()
      throw words
    }
    if let trouble { throw trouble }
    return rows
  }

  /// Carries out statements that hold together: all of them, or, where the body throws, none.
  ///
  /// Where the last word of the server does not come (`lost`, `silent`), nobody knows which.
  package func transaction<Result>(
    _ body: () throws(PostgreSQLError) -> Result
  ) throws(PostgreSQLError) -> Result {
    try run("BEGIN")
    let result: Result
    do {
      result = try body()
    } catch {
      if isOpen { _ = try? run("ROLLBACK") }
      throw error
    }
    try run("COMMIT")
    return result
  }

  private static func send(
    _ library: LibPQ, _ made: LibPQ.Connection, _ statement: String,
    _ parameters: [PostgreSQLValue], isBinary: Bool
  ) -> Bool {
    let sent = parameters.map(\.sent)
    let types = parameters.map(\.type)
    let lengths = sent.map { Int32(clamping: $0?.count ?? 0) }
    let formats: [Int32] = parameters.map { $0.isBinary ? 1 : 0 }
    func send(_ place: Int, _ values: [UnsafePointer<CChar>?]) -> Bool {
      guard place < sent.count else {
        return library.sendQueryParameters(
          made, statement, Int32(sent.count), types, values, lengths, formats, isBinary ? 1 : 0)
          != 0
      }
      guard let bytes = sent[place] else { return send(place + 1, values + [nil]) }
      return bytes.withUnsafeBytes { buffer in
        // Without bytes there is no address, which would be NULL there.
        let start = buffer.baseAddress ?? UnsafeRawPointer(empty)
        return send(place + 1, values + [start.assumingMemoryBound(to: CChar.self)])
      }
    }
    return send(0, [])
  }

  /// An address of nothing.
  private nonisolated(unsafe) static let empty = UnsafeMutableRawPointer.allocate(
    byteCount: 1, alignment: 1)

  private func flush(
    _ made: LibPQ.Connection, until deadline: Deadline
  ) throws(PostgreSQLError) {
    while true {
      let left = library.flush(made)
      if left == 0 { return }
      guard left > 0 else { throw ended(made) }
      switch Self.wait(for: library.socket(made), Int16(POLLIN | POLLOUT), until: deadline) {
      case .ready: guard library.consumeInput(made) != 0 else { throw ended(made) }
      case .late: throw late()
      case .failed: throw ended(made)
      }
    }
  }

  private func next(
    _ made: LibPQ.Connection, until deadline: Deadline
  ) throws(PostgreSQLError) -> LibPQ.Answer? {
    // Where the connection ended, what the server said before comes first, and then that it ended.
    while library.isBusy(made) != 0, library.status(made) != LibPQ.isBad {
      switch Self.wait(for: library.socket(made), Int16(POLLIN), until: deadline) {
      case .ready: _ = library.consumeInput(made)
      case .late: throw late()
      case .failed: return library.getResult(made)
      }
    }
    return library.getResult(made)
  }

  private func take(_ answer: LibPQ.Answer, into rows: inout PostgreSQLRows) -> Int {
    let width = library.fieldCount(answer)
    rows.setColumns(
      (0..<width).map { library.fieldName(answer, $0).map { String(cString: $0) } ?? "" })
    var count = 0
    for row in 0..<library.tupleCount(answer) {
      rows.append(
        (0..<width).map { column in
          guard library.isNull(answer, row, column) == 0,
            let start = library.value(answer, row, column)
          else { return nil }
          let length = Int(library.length(answer, row, column))
          count += length
          return Array(UnsafeBufferPointer(start: start, count: length))
        })
    }
    return count
  }

  private func error(of answer: LibPQ.Answer) -> PostgreSQLError {
    func field(_ code: Int32) -> String? {
      library.resultErrorField(answer, code).map { String(cString: $0) }
    }
    guard let state = field(LibPQ.sqlState), let words = field(LibPQ.primaryMessage) else {
      return .lost(words(of: connection))
    }
    let hint = field(LibPQ.hint).map { "; \($0)" } ?? ""
    return .refused(
      sqlState: PostgreSQLError.line(state), PostgreSQLError.line(words + hint))
  }

  private func words(of made: LibPQ.Connection?) -> String {
    let text = PostgreSQLError.line(
      library.errorMessage(made).map { String(cString: $0) } ?? "")
    return text.isEmpty ? "the connection to the server ended" : text
  }

  private func ended(_ made: LibPQ.Connection) -> PostgreSQLError {
    let text = words(of: made)
    close()
    return .lost(text)
  }

  private func late() -> PostgreSQLError {
    // What the server still does of it, nobody hears of on this connection.
    close()
    return .silent
  }
}
