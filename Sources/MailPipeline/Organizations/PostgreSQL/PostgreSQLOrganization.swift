import CSystem
import Foundation
import InternetMessage
import PostgreSQL
import System
import Tracking

/// An organization in a PostgreSQL database, shared by mail hosts and colleagues: see
/// crm-mailfilter-postgresql(7).
///
/// All is done by functions of the schema `crm`, which know by the login who asks. Each may be called
/// again with the same ids, whatever became of the first call: so what the server or the network cut
/// short is tried again.
final class PostgreSQLOrganization: RemoteOrganization {
  private let url: String
  private let limits: PostgreSQLConnection.Limits
  /// Whether questions about refused mail are kept there, where its settings say so.
  private let logs: Bool
  /// Finds the password that libpq does not find by itself.
  private let passwords: PostgreSQLPasswords
  private var made: PostgreSQLConnection?

  /// So many questions go in one round trip.
  let questionsAtOnce = 50
  let settlesLater = true
  /// The entries of deliveries that were committed, and perhaps are not on the server's disk.
  private var unsettled: [(entry: String, copy: String)] = []

  /// So many changes are taken at once, and fewer where they are long.
  private var changesAtOnce: Int64 = 1_000
  /// What a list shows is asked for of so many copies at once.
  private static let headingsAtOnce = 100
  /// How often something is tried that fails for a reason that passes.
  private static let maxTries = 5

  /// Makes one; nobody is connected to.
  ///
  /// - Parameters:
  ///   - url: The database, as libpq takes it.
  ///   - asking: How it is asked.
  ///   - logs: Whether questions about refused mail are kept there, where its settings say so.
  ///   - passwords: Finds the password that libpq does not find by itself.
  init(
    url: String, asking: RemoteAsking, logs: Bool = true, passwords: PostgreSQLPasswords
  ) {
    self.url = url
    self.logs = logs
    self.passwords = passwords
    var limits = PostgreSQLConnection.Limits()
    limits.answer = asking.timeLimit
    self.limits = limits
  }

  deinit { disconnect() }

  // MARK: The connection

  /// The connection, which is made where there is none.
  ///
  /// - Throws: `RemoteTrouble`.
  func connection() throws(RemoteTrouble) -> PostgreSQLConnection {
    if let made, made.isOpen { return made }
    let given: Secret?
    do throws(CredentialError) {
      given = try passwords.given()
    } catch {
      throw .unauthorized("\(error)")
    }
    do throws(PostgreSQLError) {
      return try connection(by: given)
    } catch {
      // Neither the profile nor libpq's own files have one.
      guard PostgreSQLTrouble.lacksPassword(error), let typed = try typedPassword() else {
        throw PostgreSQLTrouble.trouble(error)
      }
      do throws(PostgreSQLError) {
        let connection = try connection(by: typed)
        // It proved to be right; where it cannot be saved, it is asked for again.
        try? passwords.offerToSave()
        return connection
      } catch {
        throw PostgreSQLTrouble.trouble(error)
      }
    }
  }

  private func connection(by secret: Secret?) throws(PostgreSQLError) -> PostgreSQLConnection {
    let new = try PostgreSQLConnection(to: url, password: secret?.text, limits: limits)
    made = new
    return new
  }

  private func typedPassword() throws(RemoteTrouble) -> Secret? {
    do throws(CredentialError) {
      return try passwords.typed()
    } catch {
      throw .unauthorized("\(error)")
    }
  }

  func disconnect() {
    made?.close()
    made = nil
  }

  /// Asks the server, again where what failed passes by itself.
  ///
  /// - Throws: `RemoteTrouble`.
  func ask<Result>(
    _ body: (PostgreSQLConnection) throws(PostgreSQLError) -> Result
  ) throws(RemoteTrouble) -> Result {
    var tries = 0
    while true {
      let connection = try connection()
      do {
        return try body(connection)
      } catch {
        tries += 1
        guard PostgreSQLTrouble.passes(error), tries < Self.maxTries else {
          throw PostgreSQLTrouble.trouble(error)
        }
        // Whoever it was that came between comes between no more.
        csystem_sleep(Int64(tries) * Int64.random(in: 10_000_000...40_000_000))
      }
    }
  }

  func administration(
    connecting: @escaping () throws -> Void
  ) -> (any OrganizationAdministration)? {
    PostgreSQLAdministration {
      try connecting()
      return try self.connection()
    }
  }

  func connect() throws(RemoteTrouble) -> RemoteIdentity {
    let connection = try connection()
    let rows: PostgreSQLRows
    do throws(PostgreSQLError) {
      rows = try connection.run("SELECT * FROM crm.me()")
    } catch .refused("42501", _) {
      throw Self.nobody(SafeText.neutralised(connection.settings["user"] ?? ""), "none", "")
    } catch {
      throw PostgreSQLTrouble.trouble(error)
    }
    guard let row = rows.first, let version = row.integer("schema_version") else {
      throw .unknownOutcome("it does not say who this login is")
    }
    let known = Int64(PostgreSQLSchema.version)
    guard version == known else {
      throw .unable(
        version < known
          ? "the organization's schema is version \(version), and this program knows \(known); "
            + "an owner of the database brings it up to date: crm-mailfilter org init URL"
          : "the organization's schema is version \(version), and this program knows \(known); "
            + "update this program")
    }
    func text(_ column: String) -> String {
      SafeText.neutralised(String((row.text(column) ?? "").prefix(Self.longestName)))
    }
    let login = text("login")
    guard let kind = row.text("kind"), ["user", "host"].contains(kind) else {
      throw Self.nobody(login, row.text("kind") ?? "none", text("address"))
    }
    let server =
      "PostgreSQL \(connection.serverVersion / 10_000).\(connection.serverVersion % 10_000)"
    let isHost = kind == "host"
    let may = (row.texts("privileges") ?? []).map(SafeText.neutralised).joined(separator: ", ")
    var identity = RemoteIdentity(
      organization: text("organization"), name: "\(text("name")) in \(server)",
      user: isHost
        ? "\(login), a mail host, which asks and delivers for all and reads nothing"
        : "\(login), who is \(text("address")), \(text("role"))"
          + (may.isEmpty ? "" : ", and may \(may)"),
      abilities: [.withdraw, .regard, .changes])
    identity.address = isHost ? nil : row.text("address").flatMap { AddrSpec($0) }
    identity.warnings = Self.warnings(connection)
    identity.certificateEnd = connection.certificateEnd
    return identity
  }

  /// Why a login is not let in, by what `crm.me` says of it, and who mends that.
  static func nobody(_ login: String, _ kind: String, _ address: String) -> RemoteTrouble {
    switch kind {
    case "disabled":
      .unauthorized(
        "the login '\(login)' is \(address), who is disabled; an administrator enables the user: "
          + "crm-mailfilter user set \(address) --enable")
    case "removed-host":
      .unauthorized(
        "the login '\(login)' is no mail host of the organization any more; an administrator lets it "
          + "in: crm-mailfilter org host add ORGANIZATION \(login)")
    default:
      .unauthorized(
        "the login '\(login)' has no role in the organization; an administrator gives it one: "
          + "crm-mailfilter user add ADDRESS --login \(login), or of a mail host "
          + "crm-mailfilter org host add ORGANIZATION \(login)")
    }
  }

  /// So many characters of a name are kept.
  private static let longestName = 200

  /// What speaks against the way on which this connection goes.
  private static func warnings(_ connection: PostgreSQLConnection) -> [String] {
    let settings = connection.settings
    let hosts = (settings["host"] ?? settings["hostaddr"] ?? "").split(separator: ",")
    let isNear = hosts.allSatisfy {
      $0.hasPrefix("/") || $0.hasPrefix("@") || $0 == "localhost" || $0 == "::1"
        || $0.hasPrefix("127.")
    }
    guard !isNear, settings["sslmode"] != "verify-full" else { return [] }
    return [
      "the server's name is not verified (sslmode=\(settings["sslmode"] ?? "prefer")"
        + (connection.isEncrypted ? "" : ", and the connection is not encrypted")
        + "): whoever stands between can read along; write sslmode=verify-full in the URL"
    ]
  }

  // MARK: Deciding and delivering

  func decide(_ questions: [RemoteQuestion]) throws(RemoteTrouble) -> [RemoteAnswer] {
    let told = try Self.json(questions.map(PostgreSQLQuestion.init))
    let rows = try ask { (connection) throws(PostgreSQLError) in
      try connection.run(
        "SELECT * FROM crm.decide($1::jsonb, $2::boolean)", [.text(told), .boolean(logs)])
    }
    guard rows.rows.count == questions.count else {
      throw .unknownOutcome("it answered \(rows.rows.count) of \(questions.count) questions")
    }
    var answers: [RemoteAnswer] = []
    for row in rows.rows { answers.append(try PostgreSQLReply.answer(row)) }
    return answers
  }

  func deliver(_ delivery: RemoteDelivery) throws(RemoteTrouble) -> RemoteReceipt {
    guard let question = delivery.question else {
      throw .notSent("nobody knows what was asked about it")
    }
    let draft = delivery.draft
    // How much there is stands before it; what is one chunk, as most mail is, is read once.
    var first: [UInt8] = []
    var size = 0
    do {
      try draft.content { bytes in
        if size == 0 { first = Array(bytes) }
        size += bytes.count
      }
    } catch {
      throw .notSent("\(error)")
    }
    let facts = try Self.json(PostgreSQLFacts(delivery, question: question, storedSize: size))
    // The same at each try of this message, and another where it comes again.
    let entry = TrackedActivity.id(
      key: Array(delivery.delivery.utf8), direction: "\(draft.delivery.seenAt)")
    let parameters: [PostgreSQLValue] = [
      .text(entry), .text(delivery.copy.id), .text(facts), .bytes(first),
    ]
    let call = "crm.deliver($1::uuid, $2::uuid, $3::jsonb, $4::bytea)"
    // It holds for this transaction alone, so that a pooler may stand between.
    let statement =
      delivery.isSettledLater
      ? "SELECT d.* FROM set_config('synchronous_commit', 'off', true), \(call) d"
      : "SELECT * FROM \(call)"
    func receipt(_ rows: PostgreSQLRows) throws(RemoteTrouble) -> RemoteReceipt {
      let receipt = try PostgreSQLReply.receipt(rows)
      if delivery.isSettledLater, receipt.refusal == nil {
        unsettled.append((entry, delivery.copy.id))
      }
      return receipt
    }
    if size == first.count {
      return try receipt(
        try ask { (connection) throws(PostgreSQLError) in
          try connection.run(statement, parameters)
        })
    }
    var unread: (any Error)?
    let rows = try ask { (connection) throws(PostgreSQLError) in
      try connection.transaction { () throws(PostgreSQLError) in
        let rows = try connection.run(statement, parameters)
        guard rows.first?.text("outcome") == "created" else { return rows }
        do {
          try Self.append(draft, to: delivery.copy.id, by: connection)
        } catch let error as PostgreSQLError {
          throw error
        } catch {
          unread = error
          throw .malformed("the message cannot be read")
        }
        return rows
      }
    }
    if let unread { throw .notSent("\(unread)") }
    return try receipt(rows)
  }

  /// Has the server write to its disk what it committed, all at once.
  ///
  /// It says at the same time that all of it is there: between the deliveries and this it may have crashed,
  /// or another one may have taken its place, without that anybody on this side heard of it.
  func settle() throws(RemoteTrouble) {
    guard !unsettled.isEmpty else { return }
    let entries = unsettled.map(\.entry)
    unsettled = []
    let rows = try ask { (connection) throws(PostgreSQLError) in
      try connection.run(
        "SELECT crm.settle($1::uuid[]) AS missing", [.texts(entries)])
    }
    guard let missing = rows.first?.integer("missing") else {
      throw .unknownOutcome("it does not say what it keeps")
    }
    guard missing == 0 else {
      throw .unreachable(
        "of \(entries.count) messages that it took a moment ago it has \(missing) no more, as after a crash; "
          + "they wait, and are handed over again")
    }
  }

  /// Sends the chunks of a message after the first.
  private static func append(
    _ draft: CopyDraft, to copy: String, by connection: PostgreSQLConnection
  ) throws {
    var number: Int64 = 0
    try draft.content { bytes in
      defer { number += 1 }
      guard number > 0 else { return }
      try connection.run(
        "SELECT crm.append($1::uuid, $2::integer, $3::bytea)",
        [.text(copy), .integer(number), .bytes(Array(bytes))])
    }
  }

  private static func json(_ value: some Encodable) throws(RemoteTrouble) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    guard let data = try? encoder.encode(value) else {
      throw .notSent("what is known of it cannot be written down")
    }
    return String(decoding: data, as: UTF8.self)
  }

  // MARK: What becomes of copies

  func withdraw(_ copy: RemoteCopy, mailbox: AddrSpec?) throws(RemoteTrouble) {
    _ = try ask { (connection) throws(PostgreSQLError) in
      try connection.run(
        "SELECT crm.withdraw($1::uuid, $2::text)",
        [.text(copy.id), PostgreSQLValue(mailbox?.comparisonKey)])
    }
    // Nobody misses what is gone.
    if mailbox == nil { unsettled.removeAll { $0.copy == copy.id } }
  }

  func regard(_ record: RecordReference?, of copy: RemoteCopy) throws(RemoteTrouble) {
    let rows = try ask { (connection) throws(PostgreSQLError) in
      try connection.run(
        "SELECT crm.regard($1::uuid, $2::text, $3::text) AS done",
        [.text(copy.id), PostgreSQLValue(record?.type), PostgreSQLValue(record?.id)])
    }
    guard rows.first?.boolean("done") == true else {
      throw .unable("the message is not there, or this login may not read it; run 'sync'")
    }
  }

  func changes(since token: String?) throws(RemoteTrouble) -> RemoteChanges {
    while true {
      let most = changesAtOnce
      let rows = try ask { (connection) throws(PostgreSQLError) -> PostgreSQLRows? in
        do throws(PostgreSQLError) {
          return try connection.run(
            "SELECT * FROM crm.changes($1::text, $2::integer)",
            [PostgreSQLValue(token), .integer(most)])
        } catch .tooLong where most > 1 {
          return nil
        }
      }
      if let rows { return try PostgreSQLReply.changes(rows) }
      changesAtOnce = max(1, most / 8)
    }
  }

  func directory() throws(RemoteTrouble) -> RemoteDirectory? {
    let rows = try ask { (connection) throws(PostgreSQLError) in
      try connection.run("SELECT crm.directory() AS directory")
    }
    guard let bytes = rows.first?.bytes("directory") else { return nil }
    return try PostgreSQLReply.directory(bytes)
  }

  func headings(of copies: [String]) throws(RemoteTrouble) -> [RemoteHeading] {
    var headings: [RemoteHeading] = []
    for start in stride(from: 0, to: copies.count, by: Self.headingsAtOnce) {
      let some = Array(copies[start..<min(copies.count, start + Self.headingsAtOnce)])
      let rows = try ask { (connection) throws(PostgreSQLError) in
        try connection.run("SELECT * FROM crm.copies($1::uuid[])", [.texts(some)])
      }
      for row in rows.rows { headings.append(try PostgreSQLReply.heading(row)) }
    }
    return headings
  }

  func content(
    of copy: RemoteCopy, _ body: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    let begun = try ask { (connection) throws(PostgreSQLError) in
      try connection.run("SELECT crm.read_content($1::uuid) AS found", [.text(copy.id)])
    }
    var number: Int64 = 0
    while begun.first?.boolean("found") == true {
      let rows = try ask { (connection) throws(PostgreSQLError) in
        try connection.run(
          "SELECT crm.content($1::uuid, $2::integer) AS bytes",
          [.text(copy.id), .integer(number)], isBinary: true)
      }
      guard let bytes = rows.first?.bytes("bytes") else { break }
      try bytes.withUnsafeBytes(body)
      number += 1
    }
    guard number > 0 else {
      throw RemoteTrouble.unable("the message is no longer there; run 'sync'")
    }
  }
}
