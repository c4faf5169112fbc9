import ArgumentParser
import MailPipeline
import Tracking

/// `track`.
struct TrackCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "track",
    abstract: "Tracks a message by hand, whatever rules and filters say.",
    discussion: """
      The organization's own refusals hold: senders on its refuse list, internal mail, the forced \
      filter 'none'. What was withdrawn before is tracked again.
      """)

  @OptionGroup var message: MessageOptions

  @Option(help: "The record it belongs to, as account:7d9b0f5e.")
  var regarding: String?

  @OptionGroup var profile: ProfileOptions

  func run() throws {
    var arrival = message.arrival
    arrival.isByHand = true
    if let regarding {
      guard let record = RecordReference(regarding) else {
        throw CommandError(.usage, "'\(regarding)' is no record; write type:id")
      }
      arrival.regarding = record
    }
    let opener = try profile.opener()
    let input = try message.input()
    let verdict = try MessageTracker(opener: opener, purpose: .track)
      .track(input.readHeader(), of: input, arrival).verdict
    guard let copy = verdict.copy else {
      throw CommandError(.noPermission, "not tracked: \(verdict.explanation)")
    }
    print("mail \(copy): \(verdict.explanation)")
  }
}
