import Archive
import System

/// 16 bytes that tell a page's content from others, or name something.
struct ArchiveDigest: Hashable {
  let high: UInt64
  let low: UInt64

  /// What no page has: one that is not written yet.
  static let none = ArchiveDigest(high: 0, low: 0)

  init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// The first 16 of some bytes.
  init(_ bytes: some Collection<UInt8>) {
    var numbers: (UInt64, UInt64) = (0, 0)
    for (place, byte) in bytes.prefix(16).enumerated() {
      if place < 8 {
        numbers.0 = numbers.0 << 8 | UInt64(byte)
      } else {
        numbers.1 = numbers.1 << 8 | UInt64(byte)
      }
    }
    self.init(high: numbers.0, low: numbers.1)
  }

  /// What hexadecimal digits say, hyphens left out.
  init(digits: String) {
    var numbers: (UInt64, UInt64) = (0, 0)
    for byte in digits.utf8 {
      let value: UInt64
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = UInt64(byte - UInt8(ascii: "0"))
      case UInt8(ascii: "a")...UInt8(ascii: "f"): value = UInt64(byte - UInt8(ascii: "a") + 10)
      default: continue
      }
      numbers = (numbers.0 << 4 | numbers.1 >> 60, numbers.1 << 4 | value)
    }
    self.init(high: numbers.0, low: numbers.1)
  }

  /// The name of a thing in an archive by the digest that it is, written as a UUID where `isUUID`.
  func id(isUUID: Bool = false) -> ArchiveID? {
    var text: [UInt8] = []
    text.reserveCapacity(36)
    let digits = Array("0123456789abcdef".utf8)
    for place in 0..<32 {
      if isUUID, [8, 12, 16, 20].contains(place) { text.append(UInt8(ascii: "-")) }
      let number = place < 16 ? high : low
      text.append(digits[Int(number >> UInt64(60 - 4 * (place % 16)) & 15)])
    }
    return ArchiveID(String(decoding: text, as: UTF8.self))
  }
}

/// Makes a digest of values, each told from its neighbours.
struct ArchiveHash {
  private var hash = SHA256()

  /// Begins with what kind of thing it is.
  init(_ kind: ArchiveKey.Kind, _ seed: ArchiveDigest) {
    add(UInt64(kind.rawValue))
    add(seed)
  }

  init() {}

  mutating func add(_ number: UInt64) {
    withUnsafeBytes(of: number.littleEndian) { hash.update($0) }
  }

  mutating func add(_ number: Int) { add(UInt64(bitPattern: Int64(number))) }

  mutating func add(_ number: Int64) { add(UInt64(bitPattern: number)) }

  mutating func add(_ digest: ArchiveDigest) {
    add(digest.high)
    add(digest.low)
  }

  mutating func add(_ text: String?) {
    guard var text else { return add(UInt64.max) }
    text.withUTF8 { bytes in
      add(bytes.count)
      hash.update(UnsafeRawBufferPointer(bytes))
    }
  }

  /// The digest; never that of nothing.
  var digest: ArchiveDigest { ArchiveDigest(hash.digest()) }
}

/// A file of an archive that is made of values by itself.
struct ArchiveKey: Hashable {
  /// What it is.
  enum Kind: UInt8, CaseIterable {
    case index = 1
    case feed, style, script, icon, numbers, months, month
    case records, recordLetter, people, personLetter
    case record, recordMail, recordFeed, person, personMail, conversation
    case agenda, agendaYear
    /// A message's page, with the message itself and its files.
    case message
  }

  var kind: Kind
  /// The page of a list, from 1 on; of a letter's with the letter's place before it.
  var page: UInt32 = 0
  /// What it is of: a name; a month or year as a number.
  var name = ArchiveDigest.none

  init(_ kind: Kind, _ name: ArchiveDigest = .none, page: Int = 0) {
    self.kind = kind
    self.name = name
    self.page = UInt32(clamping: page)
  }

  init(_ kind: Kind, number: Int, page: Int = 0) {
    self.init(kind, ArchiveDigest(high: 0, low: UInt64(max(0, number))), page: page)
  }

  /// The letters of directories in their order.
  static let letters = "abcdefghijklmnopqrstuvwxyz0-".map { DirectoryLetter(of: String($0)) }

  init(_ kind: Kind, letter: DirectoryLetter, page: Int) {
    self.init(kind, number: Self.letters.firstIndex(of: letter) ?? 0, page: page)
  }

  /// Where it lies; `nil` for what is none.
  var path: ArchivePath? {
    let number = Int(clamping: name.low)
    let page = Int(self.page)
    switch kind {
    case .index: return .index
    case .feed: return .feed
    case .style: return .style
    case .script: return .script
    case .icon: return .icon
    case .numbers: return .numbers
    case .months: return .months
    case .month:
      return Self.month(number).map { .month($0, page: page) }
    case .records: return .directory(.records)
    case .people: return .directory(.people)
    case .recordLetter, .personLetter:
      guard Self.letters.indices.contains(number) else { return nil }
      return .directory(
        kind == .recordLetter ? .records : .people, letter: Self.letters[number], page: page)
    case .record: return name.id().map { .record($0) }
    case .recordMail: return name.id().map { .record($0, page: page) }
    case .recordFeed: return name.id().map { .feed(ofRecord: $0) }
    case .person: return name.id().map { .person($0) }
    case .personMail: return name.id().map { .person($0, page: page) }
    case .conversation: return name.id().map { .conversation($0, page: page) }
    case .agenda: return .agenda
    case .agendaYear: return .agenda(year: number)
    case .message: return name.id(isUUID: true).map { .message($0) }
    }
  }

  /// The month of a number: twelve a year, from the year 0 on.
  static func month(_ number: Int) -> ArchiveMonth? {
    func padded(_ number: Int, _ width: Int) -> String {
      let digits = String(number)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    return ArchiveMonth(padded(number / 12, 4) + "-" + padded(number % 12 + 1, 2))
  }

  /// The number of a month.
  static func number(_ month: ArchiveMonth) -> Int { month.year * 12 + month.month - 1 }
}
