import CSystem
import Glibc
import InternetMessage
import System
import Tracking

/// By which names what waits in the queues could be answered: found without reading it.
///
/// The folder `names-SALT` holds up to 256 files, one for each first byte of a name's hash. Each is a
/// list of records of the same length: hash, queue, organization, number and nonce of the entry.
/// Hashes are salted and cut: nobody reads from them what waits. A record is written before its entry
/// has its name and blanked before the entry goes, so that what waits is always found; a record
/// whose entry is not there (a run was killed between) says nothing.
struct SpoolIndex {
  /// A record found.
  struct Record: Hashable {
    /// The organization that the entry is for, hashed; 0 where none was known.
    let organization: UInt64
    /// Its queue.
    let queue: UInt64
    /// The entry.
    let place: SpoolPlace
  }

  private let folder: String
  private let salt: [UInt8]

  private static let prefix = "names-"
  private static let recordSize = 48
  private static let hashSize = 16

  /// Whether a folder of the spool is an index.
  static func isName(_ name: String) -> Bool { name.hasPrefix(prefix) }

  /// The index of a spool; `nil` where there is none.
  ///
  /// - Parameters:
  ///   - path: The spool.
  ///   - names: What lies in it.
  init?(in path: String, names: [String]) {
    guard let name = names.filter({ $0.hasPrefix(Self.prefix) }).min() else { return nil }
    folder = path + "/" + name
    salt = Array(name.utf8.dropFirst(Self.prefix.utf8.count))
  }

  /// Makes an index; its salt is its name, so that it is there whole or not at all.
  ///
  /// - Throws: `FileError`.
  init(makingIn path: String) throws(FileError) {
    var random = SystemRandomNumberGenerator()
    let name = Self.prefix + SpoolPlace.hex(random.next()) + SpoolPlace.hex(random.next())
    folder = path + "/" + name
    salt = Array(name.utf8.dropFirst(Self.prefix.utf8.count))
    try AtomicFile.makeFolder(folder)
  }

  /// Part of a salted hash.
  private func hash(_ key: [UInt8]) -> [UInt8] {
    var hash = SHA256()
    hash.update(salt)
    hash.update(key)
    return Array(hash.digest().prefix(Self.hashSize))
  }

  private func file(of hash: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    let name = [digits[Int(hash[0] >> 4)], digits[Int(hash[0] & 15)]]
    return folder + "/" + String(decoding: name, as: UTF8.self)
  }

  /// The records of a name, whether their entries are there or not.
  ///
  /// - Throws: `FileError`.
  func records(of name: MessageName) throws -> [Record] {
    let hash = hash(name.key)
    let bytes: [UInt8]
    do {
      bytes = try FileContents.read(file(of: hash))
    } catch {
      guard error.code == ENOENT else { throw error }
      return []
    }
    return Self.offsets(of: hash, in: bytes).map { offset in
      func number(_ index: Int) -> UInt64 {
        bytes[(offset + index)..<(offset + index + 8)].reduce(0) { $0 << 8 | UInt64($1) }
      }
      let queue = number(16)
      return Record(
        organization: number(24), queue: queue,
        place: SpoolPlace(
          queue: queue, number: Int(number(32) & 0xff_ffff_ffff_ffff), nonce: number(40)))
    }
  }

  /// Where the records lie that begin with some bytes.
  private static func offsets(of start: [UInt8], in bytes: [UInt8]) -> [Int] {
    bytes.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { return [] }
      return stride(from: 0, through: bytes.count - recordSize, by: recordSize).filter {
        memcmp(base + $0, start, start.count) == 0
      }
    }
  }

  private static func record(
    _ hash: [UInt8], queue: UInt64, organization: UInt64, number: Int, nonce: UInt64
  ) -> [UInt8] {
    var bytes = hash
    for value in [queue, organization, UInt64(number), nonce] {
      for shift in stride(from: 56, through: 0, by: -8) {
        bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(shift)))
      }
    }
    return bytes
  }

  /// Notes an entry under its names; nobody else writes meanwhile.
  ///
  /// - Returns: What was written, which is not synced yet.
  /// - Throws: `FileError`.
  func add(
    _ names: [MessageName], queue: UInt64, organization: UInt64, number: Int, nonce: UInt64
  ) throws -> [String] {
    let free = [UInt8](repeating: 0, count: Self.recordSize)
    return try [folder]
      + names.map { name in
        let hash = hash(name.key)
        let file = file(of: hash)
        try write(file) { bytes in
          // A record that was cut short by a full disk is written over.
          let end = bytes.count / Self.recordSize * Self.recordSize
          return [
            (
              Self.offsets(of: free, in: bytes).first ?? end,
              Self.record(
                hash, queue: queue, organization: organization, number: number, nonce: nonce)
            )
          ]
        }
        return file
      }
  }

  /// Blanks what is noted of an entry; nobody else writes meanwhile.
  ///
  /// - Throws: `FileError`.
  func remove(_ names: [MessageName], of place: SpoolPlace) throws {
    let free = [UInt8](repeating: 0, count: Self.recordSize)
    for name in names {
      let records = try records(of: name)
      guard records.contains(where: { $0.place == place }) else { continue }
      let hash = hash(name.key)
      try write(file(of: hash)) { bytes in
        zip(Self.offsets(of: hash, in: bytes), records).filter { $0.1.place == place }
          .map { ($0.0, free) }
      }
    }
  }

  private func write(
    _ path: String, _ changes: ([UInt8]) -> [(offset: Int, bytes: [UInt8])]
  ) throws {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o600)
    guard descriptor >= 0 else { throw FileError(path: path, code: errno) }
    defer { close(descriptor) }
    fchmod(descriptor, 0o600)
    for change in changes(try FileContents.read(descriptor, path: path)) {
      let count = pwrite(descriptor, change.bytes, change.bytes.count, off_t(change.offset))
      guard count == change.bytes.count else {
        throw FileError(path: path, code: count < 0 ? errno : ENOSPC)
      }
    }
  }
}

extension MessageName {
  /// What is hashed.
  fileprivate var key: [UInt8] {
    switch self {
    case .id(let id): [UInt8(ascii: "i")] + id.value.utf8
    case .thread(let base): [UInt8(ascii: "t")] + base
    case .token(let token): [UInt8(ascii: "k")] + token.utf8
    }
  }
}
