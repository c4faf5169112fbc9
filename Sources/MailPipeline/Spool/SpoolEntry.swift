import CSystem
import InternetMessage
import System
import Tracking

/// What is known of a message that waits, beside its bytes.
package struct SpoolEntry: Sendable, Hashable {
  /// Its name in the spool.
  package var name: String
  /// When it came, in seconds since 1970.
  package var arrivedAt: Int64
  /// The organization that it was meant for; `nil` where the profile could not say.
  package var organization: String?
  /// The profile by which it is to be tracked; `nil` for the usual places.
  package var profile: String?
  /// What the host said.
  package var envelope: Envelope
  /// Whether the caller knew that the owner wrote it.
  package var isSent: Bool
  /// Why it waits, in a word.
  package var failure: String
  /// The length of the message in bytes.
  package var size: Int
  /// Where the message begins in the entry's file.
  package internal(set) var messageOffset: Int
  /// Where its file lies.
  var place: SpoolPlace
  /// How often it was tried.
  package var attempts: Int
  /// Why the last attempt failed, where that is more than what `failure` says.
  package var lastFailure: String?

  /// Whether it waits because the organization is asked later, and nothing failed.
  package var isOnlyWaiting: Bool {
    lastFailure == nil
      && [TrackingFailure.awaitsSync.word, TrackingFailure.disconnected.word].contains(failure)
  }

  private static let firstLine = "crm-mailfilter spool entry 1"

  /// Makes an entry that is not written yet.
  init(
    name: String, arrivedAt: Int64, organization: String?, profile: String?, envelope: Envelope,
    isSent: Bool, failure: String
  ) {
    self.name = name
    self.arrivedAt = arrivedAt
    self.organization = organization
    self.profile = profile
    self.envelope = envelope
    self.isSent = isSent
    self.failure = failure
    size = 0
    messageOffset = 0
    place = SpoolPlace(folder: "", name: name)
    attempts = 0
  }

  /// What stands before the message: lines of a key and a value, then an empty one.
  ///
  /// Never longer than what is read: a host can name some megabytes of recipients.
  package var header: [UInt8] {
    var bytes: [UInt8] = []
    func add(_ line: some Collection<UInt8>) {
      // A value with a line end would become a line of its own.
      guard !line.contains(where: { $0 == 10 || $0 == 13 || $0 == 0 }),
        bytes.count + line.count + 2 <= Self.longestHeader
      else { return }
      bytes += line
      bytes.append(10)
    }
    func add(_ line: String) { add(line.utf8) }
    add(Self.firstLine)
    add("arrived \(arrivedAt)")
    add("trouble \(failure)")
    if let organization { add("organization \(organization)") }
    if let profile { add(Array("profile ".utf8) + FilePath.bytes(of: profile)) }
    if isSent { add("sent yes") }
    switch envelope.sender {
    case .null?: add("sender <>")
    case .address(let address)?: add("sender \(address)")
    case nil: break
    }
    for recipient in envelope.recipients { add("recipient \(recipient)") }
    bytes.append(10)
    return bytes
  }

  /// The most bytes that a header may have: more than twice what Linux lets arguments and
  /// environment be (6 MiB), since quoting an address may double it.
  static let longestHeader = 16 << 20

  /// Whether a file begins as an entry does.
  package static func begins(_ start: [UInt8]) -> Bool { start.starts(with: firstLine.utf8) }

  /// Whether the end of a header is among the bytes.
  static func isWholeHeader(_ start: [UInt8]) -> Bool {
    start.withUnsafeBytes { csystem_find($0.baseAddress, $0.count, "\n\n", 2) != nil }
  }

  /// Reads the header at the start of an entry's file; `nil` where it is none.
  ///
  /// Bytes, not characters: a stranger's address may begin with a combining mark.
  package init?(name: String, start: [UInt8], fileSize: Int) {
    var lines = start.prefix(Self.longestHeader)[...]
    func nextLine() -> ArraySlice<UInt8>? {
      guard let end = lines.firstIndex(of: 10) else { return nil }
      defer { lines = lines[(end + 1)...] }
      return lines[..<end]
    }
    guard let first = nextLine(), first.elementsEqual(Self.firstLine.utf8) else { return nil }
    self.init(
      name: name, arrivedAt: 0, organization: nil, profile: nil, envelope: Envelope(),
      isSent: false, failure: "")
    while let line = nextLine() {
      if line.isEmpty {
        messageOffset = lines.startIndex
        size = max(0, fileSize - messageOffset)
        return
      }
      guard let blank = line.firstIndex(of: 32) else { return nil }
      let value = String(decoding: line[(blank + 1)...], as: UTF8.self)
      switch String(decoding: line[..<blank], as: UTF8.self) {
      case "arrived": arrivedAt = Int64(value) ?? 0
      case "trouble": failure = value
      case "organization": organization = value
      case "profile": profile = FilePath.text(of: line[(blank + 1)...])
      case "sent": isSent = value == "yes"
      case "sender":
        envelope.sender = value == "<>" ? .null : Self.address(value).map { .address($0) }
      case "recipient": if let address = Self.address(value) { envelope.recipients.append(address) }
      // What a later version may add does not keep a message from being tracked.
      default: continue
      }
    }
    return nil
  }

  /// An address as it was written; one that is too odd to be typed is read as in a message.
  private static func address(_ text: String) -> AddrSpec? {
    AddrSpec(text) ?? AddressList.parse(text).first?.address
  }
}
