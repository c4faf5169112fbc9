import ArgumentParser
import MailPipeline
import System
import Tracking

/// `failures`.
struct FailuresCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "failures",
    abstract: "What waits in the spool, and why.",
    discussion: """
      What waits is listed until it is brought in or discarded; a file that a batch could not read, \
      until it can be read or is discarded.
      """,
    subcommands: [List.self, Show.self, Retry.self, Discard.self], defaultSubcommand: List.self)
}

extension FailuresCommand {
  /// `failures list`.
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list",
      abstract: "Lists what failed, oldest first, what a batch could not read, and what only waits."
    )

    @OptionGroup var spool: SpoolOptions

    @OptionGroup var clock: ClockOptions

    @Flag(help: "Times in full, as 2026-11-02T10:14:05+01:00.")
    var iso = false

    @OptionGroup var pager: PagerOptions

    @OptionGroup var organization: OrganizationOptions

    func run() throws {
      let spool = try spool.open()
      let contents = spool.contents()
      let dates = DateText(now: TextOutput.now, isISO: iso)
      func row(_ entry: SpoolEntry) -> [String] {
        [
          entry.name, dates.long(entry.arrivedAt), TextOutput.size(entry.size),
          "for \(entry.organization ?? "an organization not known yet")",
          "tried \(entry.attempts) \(entry.attempts == 1 ? "time" : "times")",
          entry.lastFailure ?? Self.words(entry.failure),
        ]
      }
      let failed = contents.entries.filter { !$0.isOnlyWaiting }.map(row)
      let unread =
        contents.damaged.map { [$0, "cannot be read; look at the file, then discard it"] }
        + (try FailuresCommand.batchFailures(organization).map {
          [$0.path, dates.long($0.failedAt), $0.reason]
        })
      let waiting = contents.entries.filter(\.isOnlyWaiting).map(row)
      let terminal = Terminal.standardOutput()
      guard terminal.width != nil else {
        pager.show(TextOutput.table(failed + unread + waiting))
        return
      }
      let parts = [
        ("Failed, and tried again:", failed), ("Could not be read:", unread),
        ("Only waiting, nothing failed:", waiting),
      ]
      pager.show(
        parts.filter { !$0.1.isEmpty }.map { heading, rows in
          terminal.styled(heading, .bold) + "\n"
            + rows.map { paragraph($0, on: terminal) }.joined()
        }.joined(separator: "\n"))
    }

    /// What waits only, in more than the word that the spool has for it.
    private static func words(_ failure: String) -> String {
      switch failure {
      case TrackingFailure.awaitsSync.word: "waits for 'crm-mailfilter sync'"
      case TrackingFailure.disconnected.word: "the organization was disconnected"
      default: failure
      }
    }

    /// What waits, on a terminal: its name, which other commands take, is never cut.
    private func paragraph(_ row: [String], on terminal: Terminal) -> String {
      let row = row.map(SafeText.neutralised)
      let facts = row.dropFirst().dropLast().joined(separator: ", ")
      return [terminal.styled(row[0], .yellow), facts, row.last ?? ""].filter { !$0.isEmpty }
        .enumerated().map { number, line in
          number == 0
            ? line : "  " + terminal.narrowed(by: 2).fitted(line).replacing("\n", with: "\n  ")
        }.joined(separator: "\n") + "\n"
    }
  }
}

extension FailuresCommand {
  /// `failures show`.
  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Writes a waiting message as it came.")

    @Argument(help: "The name that 'failures' lists.", completion: ShellCompletions.waiting)
    var name: String

    @OptionGroup var spool: SpoolOptions

    func run() throws {
      try spool.open().message(ofEntry: name) { try StandardOutput.shared.write($0) }
    }
  }
}

extension FailuresCommand {
  /// `failures retry`.
  struct Retry: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "retry", abstract: "Brings in some of the messages that wait, oldest first.")

    @Argument(help: "The names that 'failures' lists.", completion: ShellCompletions.waiting)
    var names: [String]

    @OptionGroup var spool: SpoolOptions

    func run() throws {
      let spool = try spool.open()
      for name in names where !spool.hasEntry(name) { throw SpoolError.noEntry(name) }
      let drain = SpoolDrain(
        spool: spool, environment: .process,
        deadline: Deadline(millisecondsOfEachTurn: RetryCommand.patience),
        now: TextOutput.now, asking: RemoteAsking())
      var report = RetryReport()
      let damaged = Set(spool.damagedEntries()).intersection(names)
      try drain.only(Set(names), until: Deadline(milliseconds: FilterRun.patience)) {
        report.note($0, $1)
      }
      // Where it fails now, the next search does it.
      if report.decided > 0 { try? drain.indexMarked() }
      report.left += damaged.count
      try report.finish()
    }
  }
}

extension FailuresCommand {
  /// `failures discard`.
  struct Discard: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "discard",
      abstract: "Takes messages out of the spool untracked, and files off the list.",
      discussion: """
        The mailbox keeps its own. A file that a batch could not read is listed no more, but each \
        batch tries it again.
        """)

    @Argument(
      help: "The names and files that 'failures' lists.", completion: ShellCompletions.waiting)
    var names: [String]

    @OptionGroup var spool: SpoolOptions

    @OptionGroup var organization: OrganizationOptions

    func run() throws {
      let spool = try spool.open()
      let files = names.filter { !spool.hasEntry($0) }
      // All of them or none: a mistyped name discards nothing.
      if !files.isEmpty {
        let known = try FailuresCommand.batchFailures(organization).map(\.path)
        for name in files where !known.contains(name) { throw SpoolError.noEntry(name) }
        let state = try organization.open(.track).organization.localState
        for name in files { _ = try state.acknowledgeBatchFailure(name) }
      }
      for name in names where spool.hasEntry(name) { try spool.remove(name: name) }
      let count = names.count - files.count
      let parts =
        (count > 0 ? ["\(BulkOptions.messages(count)) discarded untracked"] : [])
        + (files.isEmpty
          ? [] : ["\(files.count) \(files.count == 1 ? "file" : "files") listed no more"])
      print(parts.joined(separator: ", "))
    }
  }

  /// What batches could not read; the spool is there without profile and store, too.
  static func batchFailures(_ organization: OrganizationOptions) throws -> [BatchFailure] {
    guard let opener = try? organization.profile.opener(),
      let entry = try? OrganizationOptions.entry(organization.org, in: opener.profile),
      let opened = try? opener.open(entry, for: .read)
    else { return [] }
    return try opened.localState.batchFailures()
  }
}
