/// Somebody or something that an appointment or a task is of: who organizes it, or is asked to take
/// part (RFC 5545 sections 3.8.4.1 and 3.8.4.3).
public struct CalendarPerson: Sendable, Hashable {
  /// The address in lower case; `nil` where there is none that mail can reach.
  public var address: String?
  /// The name (CN).
  public var name: String?
  /// The answer (PARTSTAT) in capitals, `NEEDS-ACTION` where nothing is said.
  public var status = "NEEDS-ACTION"
  /// What is asked of them (ROLE) in capitals, `REQ-PARTICIPANT` where nothing is said.
  public var role = "REQ-PARTICIPANT"
  /// What they are (CUTYPE) in capitals, such as `ROOM`; `nil` for a person.
  public var type: String?
  /// The address of who acts for them (SENT-BY) in lower case.
  public var sentBy: String?
  /// The addresses to whom they passed it on.
  public var delegates: [String] = []
  /// The addresses from whom they have it.
  public var delegators: [String] = []
  /// Whether an answer is asked for.
  public var wantsAnswer = false

  /// Makes one.
  public init(address: String?, name: String? = nil) {
    self.address = address
    self.name = name
  }

  /// Reads an ORGANIZER or ATTENDEE.
  init(_ line: CalendarLine) {
    let value = line.trimmed
    address = Self.address(value) ?? line.parameter("email").flatMap { Self.address($0.utf8) }
    name = line.parameter("cn")
    if address == nil, value.contains(UInt8(ascii: "<")) || value.contains(UInt8(ascii: "@")),
      !value.contains(UInt8(ascii: ":")),
      // vCalendar 1.0: a mailbox.
      let mailbox = AddressList.parse(String(decoding: value, as: UTF8.self)).first
    {
      address = mailbox.address.description.lowercased()
      name = name ?? mailbox.displayName
    }
    if let status = line.parameter("partstat") ?? line.parameter("status") {
      self.status = Self.word(status)
    }
    if let role = line.parameter("role") { self.role = Self.word(role) }
    if let type = line.parameter("cutype").map(Self.word), type != "INDIVIDUAL" { self.type = type }
    sentBy = line.parameter("sent-by").flatMap { Self.address($0.utf8) }
    delegates = Self.addresses(line.parameter("delegated-to"))
    delegators = Self.addresses(line.parameter("delegated-from"))
    wantsAnswer = line.parameter("rsvp").map { Self.word($0) == "TRUE" } ?? false
  }

  private static func word(_ text: String) -> String {
    String(text.uppercased().prefix(40)).filter { $0 != " " }
  }

  private static func addresses(_ list: String?) -> [String] {
    guard let list else { return [] }
    return list.utf8.split(separator: UInt8(ascii: ",")).prefix(20).compactMap { address($0) }
  }

  /// The address of a calendar address (RFC 5545 section 3.3.3): of a `mailto:` as RFC 6068 has it, and
  /// of what has no scheme.
  static func address(_ value: some Collection<UInt8>) -> String? {
    var text = Array(value.filter { $0 != ASCII.quote })
    func trim() {
      while let last = text.last, ASCII.isBlank(last) { text.removeLast() }
      text = Array(text.drop { ASCII.isBlank($0) })
    }
    trim()
    guard text.count <= 1000 else { return nil }
    let isMail = text.withUnsafeBytes { $0.hasFoldedPrefix("mailto:") }
    if isMail {
      text.removeFirst(7)
      if let query = text.firstIndex(of: UInt8(ascii: "?")) { text.removeSubrange(query...) }
      text = PercentEncoding.decoded(text[...])
    }
    trim()
    if text.first == UInt8(ascii: "<"), text.last == UInt8(ascii: ">") {
      text = Array(text.dropFirst().dropLast())
    }
    trim()
    return AddrSpec(String(decoding: text, as: UTF8.self))?.description.lowercased()
  }
}
