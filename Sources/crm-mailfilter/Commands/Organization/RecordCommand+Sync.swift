import ArgumentParser
import CSystem
import MailPipeline
import System
import Tracking

extension RecordCommand {
  /// `record sync`.
  struct Sync: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "sync",
      abstract: "Brings the records of an organization elsewhere to this side.",
      discussion: """
        Of contacts, accounts and leads ids, names and addresses, and nothing else: so 'show' and \
        'search' name who takes part in what is tracked from then on. The next time only what changed \
        since. Deciding needs none of it: the organization asks its own.
        """)

    @OptionGroup var organization: OrganizationOptions

    func run() throws {
      csystem_catch_interrupts()
      let opened = try organization.open(.administer, for: .track).organization
      guard
        let taken = try opened.organization.takeRecords(now: TextOutput.now)
      else {
        throw CommandError(
          .usage, "\(opened.entry.url) is no organization in Dynamics 365; see 'record import'")
      }
      let name = opened.entry.name
      print(
        "\(name): \(BatchText.grouped(taken.present)) \(taken.present == 1 ? "record" : "records"), "
          + "\(BatchText.grouped(taken.gone)) gone")
    }
  }
}
