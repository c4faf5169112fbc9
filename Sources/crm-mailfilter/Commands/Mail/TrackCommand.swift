import ArgumentParser
import MailPipeline
import System
import Tracking

/// `track`.
struct TrackCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "track",
    abstract: "Tracks a message by hand, whatever the rules say.",
    discussion: """
      The organization's own refusals hold: senders on its refuse list, internal mail, the forced \
      filter 'none'. What was withdrawn before is tracked again. A number, as 'list' shows it, is \
      mail that a rule or filter tracked: it counts as tracked by hand from now on, and what answers \
      it is no longer withdrawn.
      """)

  @OptionGroup var message: MessageOptions

  @Option(
    help: "The record it belongs to, as account:7d9b0f5e.", completion: ShellCompletions.records)
  var regarding: String?

  @OptionGroup var organization: OrganizationOptions

  func run() throws {
    // A file with such a name is written ./7.
    if let file = message.file, let id = Int64(file), file.utf8.allSatisfy({ $0 >= 48 && $0 < 58 })
    {
      try trackAgain(id)
    } else {
      try trackMessage()
    }
  }

  private func trackAgain(_ id: Int64) throws {
    let record = try record()
    let (opened, user) = try organization.open(.track)
    if record != nil {
      try OrganizationOptions.require(.setRegarding, of: user, in: opened.members)
    }
    let copy: TrackedCopy
    do {
      copy = try OrganizationOptions.copy(id, readableFor: user, in: opened)
    } catch let error as CommandError where error.status == .noInput {
      throw CommandError(error.status, error.line + "; a file is written ./\(id)")
    }
    let keeping = try opened.keeping()
    _ = try keeping.trackByHand(copy.id, by: user)
    if let record {
      _ = try keeping.setRegarding(copy.id, record, andOfConversation: nil)
    }
    print(
      "mail \(id): it is tracked by hand \(copy.isManual ? "already" : "now")"
        + (try regards(record, keeping)))
  }

  private func record() throws -> RecordReference? {
    try regarding.map(RecordReference.init(argument:))
  }

  private func trackMessage() throws {
    var arrival = message.arrival
    arrival.isByHand = true
    arrival.regarding = try record()
    let opener = try organization.profile.opener()
    let entry = try OrganizationOptions.entry(organization.org, in: opener.profile)
    guard entry.name == opener.profile.synchronizing else {
      throw CommandError(.usage, "\(entry.name) receives no mail; see 'org synchronize'")
    }
    let (opened, user) = try OrganizationOptions.open(entry, of: opener, .track, for: .track)
    if arrival.regarding != nil {
      try OrganizationOptions.require(.setRegarding, of: user, in: opened.members)
    }
    let input = try message.input()
    let verdict = try MessageTracker(opener: opener, purpose: .track)
      .track(input.readHeader(), of: input, arrival).verdict
    guard let copy = verdict.copy else {
      throw CommandError(.noPermission, "not tracked: \(verdict.explanation)")
    }
    // What is there already regards what it did.
    let record = verdict.kind == .track ? arrival.regarding : nil
    print("mail \(copy): \(verdict.explanation)\(try regards(record, opened.keeping()))")
  }

  /// What is said of the record that was named.
  private func regards(
    _ record: RecordReference?, _ keeping: any MailKeeping
  ) throws -> String {
    guard let record else { return "" }
    let isKnown = try keeping.firstRecord(of: [record]) != nil
    return SafeText.neutralised(
      "; it regards \(record)" + (isKnown ? "" : RegardingCommand.unknown))
  }
}
