import ArgumentParser
import InternetMessage
import Mailboxes
import Tracking
import TrackingStore

/// `show`.
struct ShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Shows a tracked message: what is known of it, and why it was tracked.")

  @Argument(help: "The number that 'list' shows.")
  var id: Int64

  @Flag(help: "The stored bytes instead, as they came.")
  var raw = false

  @Option(help: "One part instead, decoded: the number that an attachment has.")
  var part: Int?

  @Flag(help: "One JSON object instead of text.")
  var json = false

  @OptionGroup var organization: OrganizationOptions

  func validate() throws {
    guard [raw, json, part != nil].filter({ $0 }).count < 2 else {
      throw ValidationError("--raw, --part and --json exclude each other")
    }
  }

  func run() throws {
    let (store, copy) = try organization.openToRead(id)
    if raw {
      let output = MessageOutput(descriptor: 1)
      try store.content(of: copy.id) { try output.write($0) }
      try output.finish()
      return
    }
    var bytes: [UInt8] = []
    try store.content(of: copy.id) { bytes += $0 }
    let message = Message(bytes)
    if let part {
      try write(part, of: message)
    } else if json {
      print(try JSONOutput.line(CopyObject(copy: copy, text: message.text.string)))
    } else {
      print(CopyText(copy).text, terminator: "")
      print(MessageBodyText(message).text, terminator: "")
    }
  }

  private func write(_ number: Int, of message: Message) throws {
    let parts = message.structure.parts
    guard parts.indices.contains(number - 1) else {
      throw CommandError(.noInput, "mail \(id) has no part \(number); it has \(parts.count)")
    }
    let part = parts[number - 1]
    let output = MessageOutput(descriptor: 1)
    // What holds other parts is written as it stands.
    let content =
      part.hasChildren ? Array(message.bytes[part.bodyRange]) : message.content(of: part)
    try content.withUnsafeBytes { try output.write($0) }
    try output.finish()
  }
}
