import ArgumentParser
import MailPipeline
import Tracking
import TrackingStore

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

    @Argument(help: "The names and files that 'failures' lists.")
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
        let (store, _) = try organization.open(.track)
        for name in files { _ = try store.acknowledgeBatchFailure(name) }
      }
      for name in names where spool.hasEntry(name) { try spool.remove(name: name) }
    }
  }

  /// What batches could not read; the spool is there without profile and store, too.
  static func batchFailures(_ organization: OrganizationOptions) throws -> [BatchFailure] {
    guard let opener = try? organization.profile.opener(),
      let entry = try? OrganizationOptions.entry(organization.org, in: opener.profile),
      let opened = try? opener.open(entry, for: .read)
    else { return [] }
    return try opened.store.batchFailures()
  }
}
