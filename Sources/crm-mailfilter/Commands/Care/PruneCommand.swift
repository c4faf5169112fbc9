import ArgumentParser
import MailPipeline
import Tracking

/// `prune`.
struct PruneCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prune",
    abstract: "Withdraws mail that arrived long ago.",
    discussion: """
      How long ago is the organization's setting 'retention', or --before. Tombstones keep the mail \
      from coming back. Web pages that 'archive' wrote keep it until its next run. Status 75 as \
      with 'forget'.
      """)

  @Option(help: "What arrived before: 2026-01-31, yesterday, 2026-01, 365d, a time.")
  var before: String?

  @Option(
    help: "Only mail regarding this record, as type:id; a type, none, or * for any.",
    completion: ShellCompletions.recordPatterns)
  var regarding: String?

  @Flag(help: "Only say what would go.")
  var dryRun = false

  @OptionGroup var clock: ClockOptions

  @OptionGroup var confirmation: ConfirmationOptions

  @OptionGroup var organization: OrganizationOptions

  func run() throws {
    let (opened, _) = try organization.open(.administer, patience: BatchRun.patience)
    let keeping = try opened.keeping()
    let now = TextOutput.now
    let records = try regarding.map(CriterionOptions.records)
    let time: Int64
    if let before {
      time = try TimeArgument.seconds(before, option: "--before", now: now)
    } else {
      let days = try opened.members.policy().retentionDays
      guard days > 0 else {
        throw CommandError(
          .usage, "the organization keeps mail for ever; give --before, or see 'org set'")
      }
      time = now - Int64(days) * 86_400
    }
    let found = try keeping.prune(
      before: time, regarding: records, isDryRun: true, now: now)
    print(
      TextOutput.table([["mail", "\(found.copies)"], ["log lines", "\(found.questions)"]]),
      terminator: "")
    if dryRun { return }
    if !found.isEmpty {
      try confirmation.confirm(
        "What arrived before \(DateText(now: now, isISO: false).long(time)) is deleted for good.")
      _ = try keeping.prune(before: time, regarding: records, isDryRun: false, now: now)
    }
    print(found.isEmpty ? "nothing is so old" : "all of it is deleted")
    guard try keeping.eraseDeleted() else { throw CommandError.stillInLog }
  }
}
