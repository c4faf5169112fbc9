import ArgumentParser
import MailPipeline
import Tracking
import TrackingStore

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

  @Option(help: "The record it belongs to, as account:7d9b0f5e.")
  var regarding: String?

  @OptionGroup var organization: OrganizationOptions

  func run() throws {
    // A file with such a name is written ./7.
    if let file = message.file, let id = Int64(file), file.utf8.allSatisfy({ $0 >= 48 && $0 < 58 })
    {
      try trackAgain(CopyID(id))
    } else {
      try trackMessage()
    }
  }

  private func trackAgain(_ id: CopyID) throws {
    let (store, user) = try organization.open(.track)
    guard try store.trackByHand(id, by: user) else {
      throw CommandError(.noInput, "no mail \(id); see 'list'; a file is written ./\(id)")
    }
    if let record = try record() { _ = try store.setRegarding(id, record) }
    print("mail \(id): it is tracked by hand now")
  }

  private func record() throws -> RecordReference? {
    try regarding.map { text in
      guard let record = RecordReference(text) else {
        throw CommandError(.usage, "'\(text)' is no record; write type:id")
      }
      return record
    }
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
    _ = try OrganizationOptions.open(entry, of: opener, .track, for: .track)
    let input = try message.input()
    let verdict = try MessageTracker(opener: opener, purpose: .track)
      .track(input.readHeader(), of: input, arrival).verdict
    guard let copy = verdict.copy else {
      throw CommandError(.noPermission, "not tracked: \(verdict.explanation)")
    }
    print("mail \(copy): \(verdict.explanation)")
  }
}
