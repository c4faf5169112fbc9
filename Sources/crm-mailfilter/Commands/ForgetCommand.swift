import ArgumentParser
import InternetMessage
import MailPipeline
import Tracking
import TrackingStore

/// `forget`.
struct ForgetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "forget",
    abstract: "Takes away all that is kept of a person: mail, waiting mail, log, record.",
    discussion: """
      Whoever owns it. Tombstones keep the mail from coming back; mail that only mentions the \
      address in its text stays. Status 75 where another program reads the store and so keeps the \
      deleted bytes in its log: run it again.
      """)

  @Argument(help: "The person's address.")
  var address: String

  @Flag(help: "Only say what would go.")
  var dryRun = false

  @Flag(help: "Add a rule, before all others, that ignores mail with the address.")
  var ignore = false

  @OptionGroup var confirmation: ConfirmationOptions

  @OptionGroup var organization: OrganizationOptions

  @OptionGroup var spool: SpoolOptions

  func run() throws {
    let address = try parseAddress(address)
    let (store, _) = try organization.open(.administer)
    let name = try OrganizationOptions.entry(organization.org, in: organization.profile.load()).name
    let waiting = try (try? spool.open())?.entries(naming: address, organization: name) ?? []
    let found = try store.forget(address, isDryRun: true, now: TextOutput.now)
    print(
      TextOutput.table([
        ["mail", "\(found.copies)"], ["waiting", "\(waiting.count)"],
        ["envelopes", "\(found.envelopes)"], ["log lines", "\(found.questions)"],
        ["records", "\(found.records)"],
      ]), terminator: "")
    if dryRun { return }
    if !found.isEmpty || !waiting.isEmpty {
      try confirmation.confirm("All of it is deleted for good.")
      _ = try store.forget(address, isDryRun: false, now: TextOutput.now)
      for entry in waiting { try spool.open().remove(entry) }
    }
    if ignore {
      let day = TextOutput.date(TextOutput.now).prefix(10)
      let rule = try organization.profile.load().unusedRuleName(like: "Forgotten \(day)")
      try ProfileFile(path: organization.profile.path()).edit {
        $0.addIgnoreRule(name: rule, participant: address.description)
      }
      print("Rule '\(rule)' ignores mail with \(address) from now on.")
    } else {
      print("Mail still to come is tracked as before; --ignore adds a rule against it.")
    }
    guard try store.eraseDeleted() else { throw CommandError.stillInLog }
  }
}
