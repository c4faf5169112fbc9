import ArgumentParser
import InternetMessage
import Tracking

/// `show`.
struct ShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Shows a tracked message: what is known of it, and why it was tracked.")

  @Argument(help: "The number that 'list' shows.")
  var id: Int64

  @Flag(help: "The stored bytes instead; exact in a pipe or file.")
  var raw = false

  @Option(help: "One part instead, decoded: the number that an attachment has.")
  var part: Int?

  @Flag(help: "A line for each part instead: number, what it is to a reader, type, size, name.")
  var parts = false

  @OptionGroup var clock: ClockOptions

  @OptionGroup var display: DisplayOptions

  @OptionGroup var organization: OrganizationOptions

  func validate() throws {
    guard [raw, display.json, part != nil].filter({ $0 }).count < 2 else {
      throw ValidationError("--raw, --part and --json exclude each other")
    }
    guard !parts || !raw && part == nil else {
      throw ValidationError("--raw, --part and --parts exclude each other")
    }
  }

  func run() throws {
    let (archive, copy, onlyOf) = try organization.openToRead(id)
    if raw {
      return try archive.content(of: copy.id) { try StandardOutput.shared.write($0) }
    }
    var bytes: [UInt8] = []
    try archive.content(of: copy.id) { bytes += $0 }
    let message = Message(bytes)
    if let part { return try write(part, of: message) }
    if parts { return try list(PartObject.all(of: message)) }
    let readers = try archive.readers(of: copy.id).map(\.address.description)
    if display.json {
      var object = CopyObject(copy: copy, text: message.text.string)
      object.readers = readers
      object.parts = PartObject.all(of: message)
      object.header = MessageObject(message.header)
      object.calendar = try activities(of: copy, in: archive, onlyOf).map {
        ActivityObject(activity: $0.activity, mail: $0.copies.map(\.rawValue))
      }
      print(try JSONOutput.line(object))
    } else {
      let terminal = Terminal.standardOutput()
      display.show(
        CopyText(copy, message: message, readers: readers, dates: display.dates)
          .text(on: terminal)
          + (try activities(of: copy, in: archive, onlyOf).map {
            "\n" + ActivityText($0.activity, dates: display.dates).text(on: terminal)
          }.joined())
          + MessageBodyText(message, dates: display.dates).text(on: terminal))
    }
  }

  /// The appointments and tasks of which a copy says something, as all mail that may be read leaves
  /// them.
  private func activities(
    of copy: TrackedCopy, in archive: any MailArchive, _ onlyOf: OrganizationUser?
  ) throws -> [MailActivity] {
    var query = CopyQuery()
    query.search = .criterion(.id(copy.id.rawValue))
    query.visibleTo = onlyOf
    return MailActivity.all(of: try archive.calendar(of: query)).filter {
      $0.copies.contains(copy.id)
    }
  }

  private func write(_ number: Int, of message: Message) throws {
    guard let part = message.structure.part(numbered: number) else {
      let count = message.structure.parts.count
      throw CommandError(.noInput, "mail \(id) has no part \(number); it has \(count)")
    }
    try message.content(of: part).withUnsafeBytes { try StandardOutput.shared.write($0) }
  }

  private static let layout = ColumnLayout(columns: [
    ColumnLayout.Column(style: .yellow), ColumnLayout.Column(),
    ColumnLayout.Column(minimum: 16, readiness: 2), ColumnLayout.Column(),
    ColumnLayout.Column(minimum: 16),
  ])

  private func list(_ parts: [PartObject]) throws {
    if display.json {
      for part in parts { print(try JSONOutput.line(PartLine(mail: id, part: part))) }
    } else {
      display.show(Self.layout.text(parts.map(\.row), on: .standardOutput()))
    }
  }
}
