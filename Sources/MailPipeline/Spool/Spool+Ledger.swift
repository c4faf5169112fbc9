import CSystem
import Glibc
import System

extension Spool {
  /// How many bytes wait, in the file of the lock under which numbers are given.
  ///
  /// It is added to after an entry came, and taken from before one goes: a run that is killed between
  /// leaves it too low, never so high that a message is not kept for it.
  struct Ledger {
    var bytes: Int
    /// When all was counted, in seconds since 1970.
    var countedAt: Int

    private static let length = 64

    init(bytes: Int, countedAt: Int) {
      self.bytes = bytes
      self.countedAt = countedAt
    }

    /// `nil` where nothing was noted yet, or what is there is no number.
    init?(_ descriptor: Int32) {
      var text = [UInt8](repeating: 0, count: Self.length)
      guard pread(descriptor, &text, text.count, 0) == Self.length else { return nil }
      let parts = String(decoding: text, as: UTF8.self).split(separator: " ")
      guard parts.count >= 2, let bytes = Int(parts[0]), let countedAt = Int(parts[1]), bytes >= 0
      else { return nil }
      self.init(bytes: bytes, countedAt: countedAt)
    }

    mutating func add(_ count: Int) {
      let (sum, isTooMuch) = bytes.addingReportingOverflow(count)
      bytes = isTooMuch ? Int.max : max(0, sum)
    }

    func write(_ descriptor: Int32) {
      var text = Array("\(SpoolPlace.padded(bytes, to: 20)) \(countedAt) ".utf8)
      text += [UInt8](repeating: 32, count: max(0, Self.length - text.count))
      text[Self.length - 1] = 10
      // What is not written is counted again.
      if pwrite(descriptor, text, Self.length, 0) != Self.length { ftruncate(descriptor, 0) }
    }
  }

  private var ledgerPath: String { path + "/.order" }

  /// How long the lock is waited for that is held for some file operations, in milliseconds.
  private static let numberingPatience = 300

  /// Runs a body while nobody else gives numbers, changes the index or counts.
  ///
  /// - Throws: `PlaceFailure` where the lock cannot be had; what the body throws.
  func whileNumbering<Result>(
    _ body: (inout Ledger?) throws -> Result
  ) throws -> Result {
    let descriptor = System.open(ledgerPath, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw PlaceFailure() }
    defer { close(descriptor) }
    let end = Deadline(milliseconds: Self.numberingPatience)
    guard csystem_lock_until(descriptor, end.monotonicNanoseconds) == 0 else {
      throw PlaceFailure()
    }
    var ledger = Ledger(descriptor)
    defer { ledger?.write(descriptor) }
    return try body(&ledger)
  }

  /// How often all is counted for want of room, in seconds: to count takes long where much waits.
  private static let countingInterval = 60

  func hasRoom(for size: Int) throws -> Bool {
    // No FIFO in its place is waited for.
    let descriptor = System.open(ledgerPath, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    var ledger: Ledger?
    if descriptor >= 0 {
      ledger = Ledger(descriptor)
      close(descriptor)
    }
    let room = limit.subtractingReportingOverflow(size).partialValue
    if let ledger {
      if ledger.bytes <= room { return true }
      // It is too high where somebody else took files away.
      let age = Int(csystem_realtime() / 1_000_000_000).subtractingReportingOverflow(
        ledger.countedAt)
      if !age.overflow, (0..<Self.countingInterval).contains(age.partialValue) { return false }
    }
    return recount() <= room
  }

  /// Counts the bytes that wait, and notes them.
  ///
  /// - Returns: How many.
  @discardableResult package func recount() -> Int {
    func count() -> Int {
      var bytes = 0
      forEachPlace { bytes += fileSize($0) ?? 0 }
      return bytes
    }
    guard (try? check()) == true else { return 0 }
    let counted = try? whileNumbering { ledger in
      let bytes = count()
      ledger = Ledger(bytes: bytes, countedAt: Int(csystem_realtime() / 1_000_000_000))
      return bytes
    }
    return counted ?? count()
  }

  func fileSize(_ place: SpoolPlace) -> Int? {
    var status = stat()
    guard lstat(path + "/" + place.path, &status) == 0 else { return nil }
    return Int(status.st_size)
  }
}
