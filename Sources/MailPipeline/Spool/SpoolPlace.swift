/// Where an entry lies in the spool.
///
/// What waits lies in queues, one for each profile and organization that it waits for: a queue whose
/// organization cannot take anything is passed over without a look at what is in it. A queue's
/// folders hold the entries of a thousand numbers each. The numbers are given in order of arrival,
/// whatever the clock says.
///
/// Directly in the spool lies what the crash trap saved, what could not be given a number, and what
/// versions before this layout kept; the next run that brings something in moves it into its queue.
struct SpoolPlace: Hashable, Sendable {
  /// The folder within the spool; empty for the spool itself.
  let folder: String
  /// The name of the file.
  let name: String

  /// How many numbers a folder has.
  static let folderSize = 1_000

  static let suffix = ".mail"
  static let attemptsSuffix = ".tries"
  static let queuePrefix = "queue-"

  /// The path within the spool.
  var path: String { folder.isEmpty ? name : folder + "/" + name }

  /// Whether it has a place in a queue.
  var isQueued: Bool { !folder.isEmpty }

  /// Its number; `nil` outside of queues and for files that are none of ours.
  var number: Int? { isQueued ? Self.number(of: name) : nil }

  /// A place by its folder and name.
  init(folder: String, name: String) {
    self.folder = folder
    self.name = name
  }

  /// A place in a queue.
  init(queue: UInt64, number: Int, nonce: UInt64) {
    folder = Self.queueName(queue) + "/" + Self.padded(number / Self.folderSize, to: 9)
    name = Self.padded(number, to: 12) + "-" + Self.hex(nonce) + Self.suffix
  }

  /// The folder of a queue.
  static func queueName(_ queue: UInt64) -> String { queuePrefix + hex(queue) }

  /// The number that a name begins with; `nil` where it begins with none.
  static func number(of name: String) -> Int? {
    let digits = name.utf8.prefix { $0 >= 48 && $0 <= 57 }
    // Longer ones are moments of an older layout, or nobody's.
    guard !digits.isEmpty, digits.count <= 15 else { return nil }
    return digits.reduce(0) { $0 * 10 + Int($1 - 48) }
  }

  static func padded(_ number: Int, to width: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
  }

  static func hex(_ number: UInt64) -> String {
    let text = String(number, radix: 16)
    return String(repeating: "0", count: 16 - text.utf8.count) + text
  }

  /// Whether a text may name an entry: no path leads out of the spool.
  static func isName(_ name: String) -> Bool {
    name.hasSuffix(suffix) && !name.hasPrefix(".") && !name.utf8.contains(UInt8(ascii: "/"))
  }
}
