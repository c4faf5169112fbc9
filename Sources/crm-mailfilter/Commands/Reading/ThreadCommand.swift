import ArgumentParser
import Tracking

/// `thread`.
struct ThreadCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "thread",
    abstract: "Shows a conversation as a tree: what answers what.",
    discussion: "'thread NUMBER' is 'thread show NUMBER'.",
    subcommands: [Show.self, Split.self], defaultSubcommand: Show.self)
}

extension ThreadCommand {
  /// `thread show`, and `thread` alone.
  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Shows a conversation as a tree: what answers what.")

    @Argument(help: "The number of one of its messages, as 'list' shows it.")
    var id: Int64

    @OptionGroup var clock: ClockOptions

    @OptionGroup var display: DisplayOptions

    @OptionGroup var organization: OrganizationOptions

    func run() throws {
      let (archive, copy, onlyOf) = try organization.openToRead(id)
      var query = CopyQuery()
      query.conversation = copy.conversation
      query.visibleTo = onlyOf
      query.limit = Int.max
      let copies = try archive.copies(query)
      if display.json {
        for entry in ConversationTree(copies).entries {
          print(try JSONOutput.line(CopyObject(copy: entry.copy, depth: entry.depth)))
        }
      } else {
        display.show(ThreadText(dates: display.dates).text(copies, on: .standardOutput()))
      }
    }
  }
}

extension ThreadCommand {
  /// `thread split`.
  struct Split: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "split",
      abstract: "Makes a conversation of its own of a message and all that answers it.",
      discussion: """
        For an old mail that was answered to write of something new. The record that these \
        messages have of the conversation they leave is taken from them; say another with \
        'regarding'.
        """)

    @Argument(help: "The number of the message with which the new conversation begins.")
    var id: Int64

    @OptionGroup var organization: OrganizationOptions

    func run() throws {
      let (opened, user) = try organization.open(.setRegarding)
      let copy = try OrganizationOptions.copy(id, readableFor: user, in: opened)
      switch try opened.keeping().splitConversation(at: copy.id) {
      case .parted(let count):
        print(count == 1 ? "1 message parted" : "\(count) messages parted")
      case .nothingToPart, nil:
        throw CommandError(
          .data, "mail \(id) begins its conversation: there is nothing to part it from")
      }
    }
  }
}
