import ArgumentParser
import CSystem
import MailPipeline
import System
import Tracking

extension OrgCommand {
  /// `org copy`.
  struct Copy: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "copy",
      abstract: "Brings all of an organization into another one, which stays as it is beside that.",
      discussion: """
        Each is on this machine or in PostgreSQL, and you administer both. Users, records, \
        settings, copies and what was withdrawn go over; what is there already stays as it is. Ended \
        anywhere, it is run again and goes on. At its end each copy is held against the one there.
        """)

    @Argument(help: "Where it comes from.", completion: ShellCompletions.organizations)
    var from: String

    @Argument(help: "Where it goes.", completion: ShellCompletions.organizations)
    var to: String

    @Flag(help: "Says what would be brought, and writes nothing.")
    var dryRun = false

    @OptionGroup var profile: ProfileOptions

    // Somebody who asks for this waits gladly.
    private static let patience = 60_000

    func run() throws {
      let opener = try profile.opener(patience: Self.patience)
      csystem_catch_interrupts()
      let here = try OrganizationOptions.entry(from, in: opener.profile)
      let source = try side(here, of: opener, for: .read)
      let there = try OrganizationOptions.entry(to, in: opener.profile)
      guard here.url != there.url else {
        throw CommandError(.usage, "\(from) and \(to) are one organization")
      }
      let target = try side(there, of: opener, for: dryRun ? .read : .track)
      let line = ProgressLine()
      let summary = try OrganizationCopy(from: source, to: target, now: TextOutput.now)
        .run(isDryRun: dryRun) { count, isCheck in
          line.show("\(count) \(isCheck ? "checked" : "copies")")
        }
      line.clear()
      for text in lines(summary) { print(SafeText.neutralised(text)) }
      if summary.isInterrupted {
        throw CommandError(.temporaryFailure, "interrupted; run it again to go on")
      }
      if let first = summary.different.first {
        throw CommandError(
          .data,
          "\(summary.different.count) \(summary.different.count == 1 ? "copy is" : "copies are") not there "
            + "as here, the first \(first); run it again, or look for it in both")
      }
    }

    private func side(
      _ entry: OrganizationEntry, of opener: OrganizationOpener, for purpose: OpeningPurpose
    ) throws -> any MovingSide {
      let opened = try OrganizationOptions.openDirectory(
        entry, of: opener, .administer, for: purpose
      ).organization
      guard let side = opened.organization.movingSide(now: TextOutput.now) else {
        throw CommandError(
          .usage,
          "\(entry.name) at \(entry.url) cannot be copied; organizations on this machine and in "
            + "PostgreSQL can")
      }
      return side
    }

    private func lines(_ summary: OrganizationCopy.Summary) -> [String] {
      func plural(_ count: Int, _ one: String, _ many: String) -> String {
        "\(count) \(count == 1 ? one : many)"
      }
      let (here, there) = summary.counts
      var lines = [
        (dryRun ? "would bring " : "brought ")
          + plural(summary.brought, "copy", "copies") + ", "
          + plural(summary.users, "user", "users") + ", "
          + plural(summary.records, "record", "records")
          + "; \(summary.present) of \(plural(summary.copies, "copy", "copies")) \(summary.present == 1 ? "was" : "were") there already"
      ]
      if !summary.settings.isEmpty {
        lines.append(
          (dryRun ? "would set " : "set ") + summary.settings.joined(separator: ", "))
      }
      if summary.withdrawn > 0 {
        lines.append(
          plural(summary.withdrawn, "copy", "copies") + " withdrawn in \(to) before: not brought")
      }
      if !dryRun, summary.withdrawnHere > 0 {
        lines.append(
          summary.tombstones == nil
            ? "not brought: marks of what was withdrawn in \(from) (\(summary.withdrawnHere)); \(to) has its "
              + "own, which are made with another salt"
            : "marks of what was withdrawn hold in \(to), too (\(summary.withdrawnHere))")
      }
      lines += summary.staying.map { "not brought: \($0)" }
      lines.append(
        "\(from): \(words(here)); \(to): \(words(there))")
      if !dryRun {
        lines.append(
          "checked \(plural(summary.checked, "copy", "copies")) by key and content: "
            + (summary.different.isEmpty ? "all are the same" : "\(summary.different.count) differ")
        )
      }
      return lines
    }

    private func words(_ counts: MovedCounts) -> String {
      [
        (counts.copies, "copies"), (counts.conversations, "conversations"),
        (counts.participants, "participants"), (counts.attachments, "attachments"),
        (counts.deliveries, "deliveries"), (counts.records, "records"), (counts.users, "users"),
      ].map { "\($0.1) \($0.0)" }.joined(separator: ", ")
    }
  }
}
