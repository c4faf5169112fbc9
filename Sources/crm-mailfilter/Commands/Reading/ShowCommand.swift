import ArgumentParser
import InternetMessage
import Tracking
import TrackingStore

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

  @OptionGroup var display: DisplayOptions

  @OptionGroup var organization: OrganizationOptions

  func validate() throws {
    guard [raw, display.json, part != nil].filter({ $0 }).count < 2 else {
      throw ValidationError("--raw, --part and --json exclude each other")
    }
  }

  func run() throws {
    let (store, copy, _) = try organization.openToRead(id)
    if raw {
      return try store.content(of: copy.id) { try StandardOutput.shared.write($0) }
    }
    var bytes: [UInt8] = []
    try store.content(of: copy.id) { bytes += $0 }
    let message = Message(bytes)
    if let part { return try write(part, of: message) }
    let readers = try store.readers(of: copy.id).map(\.address.description)
    if display.json {
      var object = CopyObject(copy: copy, text: message.text.string)
      object.readers = readers
      object.header = MessageObject(message.header)
      print(try JSONOutput.line(object))
    } else {
      let terminal = Terminal.standardOutput()
      display.show(
        CopyText(copy, message: message, readers: readers, dates: display.dates)
          .text(on: terminal)
          + MessageBodyText(message).text(on: terminal))
    }
  }

  private func write(_ number: Int, of message: Message) throws {
    let parts = message.structure.parts
    guard parts.indices.contains(number - 1) else {
      throw CommandError(.noInput, "mail \(id) has no part \(number); it has \(parts.count)")
    }
    let part = parts[number - 1]
    // What holds other parts is written as it stands.
    let content =
      part.hasChildren ? Array(message.bytes[part.bodyRange]) : message.content(of: part)
    try content.withUnsafeBytes { try StandardOutput.shared.write($0) }
  }
}
