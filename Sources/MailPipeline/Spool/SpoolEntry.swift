import InternetMessage
import Tracking

/// What is known of a message that waits, beside its bytes.
public struct SpoolEntry: Sendable, Hashable {
  /// Its name in the spool; entries sort by it in order of arrival.
  public var name: String
  /// When it came, in seconds since 1970.
  public var arrivedAt: Int64
  /// The organization that it was meant for; `nil` where the profile could not say.
  public var organization: String?
  /// The profile by which it is to be tracked; `nil` for the usual places.
  public var profile: String?
  /// What the host said.
  public var envelope: Envelope
  /// Whether the caller knew that the owner wrote it.
  public var isSent: Bool
  /// Why it waits, in a word.
  public var trouble: String
  /// The length of the message in bytes.
  public var size: Int
  /// Where the message begins in the entry's file.
  var messageOffset: Int
  /// How often it was tried.
  public var attempts: Int

  private static let firstLine = "crm-mailfilter spool entry 1"

  /// Makes an entry that is not written yet.
  init(
    name: String, arrivedAt: Int64, organization: String?, profile: String?, envelope: Envelope,
    isSent: Bool, trouble: String
  ) {
    self.name = name
    self.arrivedAt = arrivedAt
    self.organization = organization
    self.profile = profile
    self.envelope = envelope
    self.isSent = isSent
    self.trouble = trouble
    size = 0
    messageOffset = 0
    attempts = 0
  }

  /// What stands before the message: lines of a key and a value, then an empty one.
  var header: [UInt8] {
    var lines = [Self.firstLine, "arrived \(arrivedAt)", "trouble \(trouble)"]
    if let organization { lines.append("organization \(organization)") }
    if let profile { lines.append("profile \(profile)") }
    if isSent { lines.append("sent yes") }
    switch envelope.sender {
    case .null?: lines.append("sender <>")
    case .address(let address)?: lines.append("sender \(address)")
    case nil: break
    }
    for recipient in envelope.recipients { lines.append("recipient \(recipient)") }
    var bytes: [UInt8] = []
    // A value with a line end would become a line of its own.
    for line in lines where !line.utf8.contains(where: { $0 == 10 || $0 == 13 || $0 == 0 }) {
      bytes += line.utf8
      bytes.append(10)
    }
    bytes.append(10)
    return bytes
  }

  /// The most bytes that a header may have.
  static let longestHeader = 256 << 10

  /// Reads the header at the start of an entry's file; `nil` where it is none.
  init?(name: String, start: [UInt8], fileSize: Int) {
    let end = zip(start, start.dropFirst()).enumerated()
      .first { $0.element.0 == 10 && $0.element.1 == 10 }?.offset
    guard let end else { return nil }
    let lines = String(decoding: start[..<end], as: UTF8.self)
      .split(separator: "\n").map(String.init)
    guard lines.first == Self.firstLine else { return nil }
    self.init(
      name: name, arrivedAt: 0, organization: nil, profile: nil, envelope: Envelope(),
      isSent: false, trouble: "")
    for line in lines.dropFirst() {
      guard let blank = line.firstIndex(of: " ") else { return nil }
      let value = String(line[line.index(after: blank)...])
      switch line[..<blank] {
      case "arrived": arrivedAt = Int64(value) ?? 0
      case "trouble": trouble = value
      case "organization": organization = value
      case "profile": profile = value
      case "sent": isSent = value == "yes"
      case "sender":
        envelope.sender = value == "<>" ? .null : AddrSpec(value).map(Envelope.Sender.address)
      case "recipient": if let address = AddrSpec(value) { envelope.recipients.append(address) }
      // What a later version may add does not keep a message from being tracked.
      default: continue
      }
    }
    messageOffset = end + 2
    size = fileSize - messageOffset
  }
}
