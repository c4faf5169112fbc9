import ArgumentParser
import Glibc
import InternetMessage
import Tracking

/// Which tracked mail a command is about.
struct SelectionOptions: ParsableArguments {
  @Option(
    name: .customLong("query"), parsing: .unconditional,
    help: "Only mail that this query of 'search' finds.",
    completion: ShellCompletions.queries)
  var search: String?

  @OptionGroup var criteria: CriterionOptions

  /// The query, without what the acting user may see.
  ///
  /// - Throws: `CommandError`.
  func query() throws -> CopyQuery {
    try criteria.query(
      search.map { try SearchQueryParser.parse($0, now: TextOutput.now, clock: .local) })
  }

  /// Makes an index ready for the query: what was marked for a search is indexed.
  ///
  /// - Throws: `StoreError`.
  func prepare(_ state: any LocalState) throws {
    if search != nil { try state.indexForSearch() }
  }
}

/// What mail must have to be meant.
struct CriterionOptions: ParsableArguments {
  @Option(help: "Only mail in which this address takes part.")
  var with: String?

  @Option(
    help: "Only mail regarding this record, as type:id; a type, none, or * for any.",
    completion: ShellCompletions.recordPatterns)
  var regarding: String?

  @Option(
    help: "Only mail regarding this record or with it among the participants; as --regarding.",
    completion: ShellCompletions.recordPatterns)
  var record: String?

  @Option(help: "Only mail of this conversation.")
  var conversation: Int64?

  /// A kind of activity.
  enum Kind: String, CaseIterable, ExpressibleByArgument {
    case appointment, task, email
  }

  @Option(
    help: "Only mail that says of an appointment or a task, or of none: appointment, task, email.")
  var kind: Kind?

  @Option(help: "Only mail that went this way: incoming, outgoing.")
  var direction: Direction?

  @Option(help: "Only mail sent then or later: 2026-01, 2026-01-31, yesterday, 90d, a time.")
  var since: String?

  @Option(help: "Only mail sent before.")
  var until: String?

  @OptionGroup var clock: ClockOptions

  /// The query, without what the acting user may see.
  ///
  /// - Parameter search: What the mail must have besides.
  /// - Returns: The query.
  /// - Throws: `CommandError`.
  func query(_ search: SearchQuery?) throws -> CopyQuery {
    var query = CopyQuery()
    if let with {
      guard let address = AddrSpec(with) else {
        throw CommandError(.usage, "'\(with)' is no address")
      }
      query.participant = address
    }
    var parts = search.map { [$0] } ?? []
    // One that was named is looked for under what it became, too.
    switch try regarding.map(Self.records) {
    case .one(let record)?: query.regarding = record
    case let pattern?: parts.append(.criterion(.regarding(pattern)))
    case nil: break
    }
    switch try record.map(Self.records) {
    case .one(let record)?: query.record = record
    case let pattern?: parts.append(.criterion(.record(pattern)))
    case nil: break
    }
    if let kind { parts.append(.criterion(.calendar(CalendarItem.Kind(rawValue: kind.rawValue)))) }
    query.search = parts.count > 1 ? .and(parts) : parts.first
    query.conversation = conversation.map { ConversationID($0) }
    query.direction = direction
    query.since = try since.map { try TimeArgument.seconds($0, option: "--since") }
    query.until = try until.map { try TimeArgument.seconds($0, option: "--until") }
    return query
  }

  /// Says where nothing was found because there is no record such as was asked for.
  ///
  /// - Throws: `CommandError`, `StoreError`.
  func remark(on query: CopyQuery, in opened: OpenOrganization) throws {
    guard let remark = try remark(opened), try opened.archive().count(of: query) == 0 else {
      return
    }
    StandardOutput.shared.flush()
    Terminal.tell("crm-mailfilter: \(remark)")
  }

  private func remark(_ opened: OpenOrganization) throws -> String? {
    for (option, text) in [("--regarding", regarding), ("--record", record)] {
      guard let text else { continue }
      let pattern = try Self.records(text)
      let what: String
      switch pattern {
      case .type: what = "this type"
      case .one: what = "this type and id"
      default: continue
      }
      guard let administration = opened.organization.administration else {
        // Its records are elsewhere: what is known of them is in the mail.
        var query = CopyQuery()
        query.search = .criterion(.record(pattern))
        guard try opened.archive().count(of: query) == 0 else { continue }
        return "\(option) \(text): no mail here has a record of \(what)"
      }
      if try isKnown(pattern, to: administration) { continue }
      return "\(option) \(text): no record has \(what); see 'record list'"
    }
    return nil
  }

  /// Whether there are such records; where they cannot be asked for, nobody is told that there are none.
  private func isKnown(
    _ pattern: SearchCriterion.RecordPattern, to administration: any OrganizationAdministration
  ) throws -> Bool {
    switch pattern {
    case .type(let type): (try? !administration.records(type: type, limit: 1).isEmpty) ?? true
    case .one(let record): (try? administration.firstRecord(of: [record]) != nil) ?? true
    default: true
    }
  }

  /// Reads records that a person typed.
  ///
  /// - Throws: `CommandError`.
  static func records(_ text: String) throws -> SearchCriterion.RecordPattern {
    guard let pattern = SearchCriterion.RecordPattern(text) else {
      throw CommandError(
        .usage, "'\(text)' is no record; write type:id, a type, none, or * for any record")
    }
    return pattern
  }
}

/// How a command shows text that may be longer than the screen.
struct PagerOptions: ParsableArguments {
  @Flag(help: "Do not show it through a pager on a terminal.")
  var noPager = false

  /// Prints text.
  func show(_ text: String) {
    Pager.print(text, isWanted: !noPager)
  }
}

/// How a command shows what it found.
struct DisplayOptions: ParsableArguments {
  @Flag(help: "One JSON object a line instead of text.")
  var json = false

  @Flag(help: "Times in full, as 2026-11-02T10:14:05+01:00.")
  var iso = false

  @Flag(help: "Do not show it through a pager on a terminal.")
  var noPager = false

  /// How times are written.
  var dates: DateText { DateText(now: TextOutput.now, isISO: iso) }

  /// How many are shown: what was asked for, else so many as a person reads on a terminal, and all
  /// where a program reads them.
  ///
  /// - Throws: `CommandError`.
  func limit(_ asked: Int?) throws -> Int {
    guard asked ?? 0 >= 0 else { throw CommandError(.usage, "--limit takes no negative number") }
    guard let asked else { return json || isatty(1) != 1 ? Int.max : 50 }
    return asked == 0 ? Int.max : asked
  }

  /// Says on a terminal how many there are where not all of them are shown.
  func remainder(_ shown: Int, of total: @autoclosure () throws -> Int) rethrows -> String {
    guard isatty(1) == 1, !json else { return "" }
    let total = try total()
    return shown < total
      ? "\(BatchText.grouped(shown)) of \(BatchText.grouped(total)); --limit 0 shows all\n" : ""
  }

  /// Prints text.
  func show(_ text: String) {
    Pager.print(text, isWanted: !noPager)
  }
}
