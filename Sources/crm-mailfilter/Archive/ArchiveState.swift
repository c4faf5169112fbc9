import System

/// What is known of the files of an archive: of what each was made.
///
/// It lies in the archive's folder, for its owner alone. At any moment it names all files that there may
/// be: those that a run is going to write are in it before, with the digest of nothing. So whatever ends
/// a run, the next one knows what to write and what to take away.
struct ArchiveState {
  /// What the archive is of: who reads it, of what, for which group.
  ///
  /// With another, nothing of it stays.
  var access = ArchiveDigest.none
  /// What the whole store looked like when all was written, and the day; empty while it is not.
  var mark = ""
  /// How many messages there are.
  var messages = 0
  /// How many of them have their text elsewhere.
  var elsewhere = 0
  /// The files, and the digest of what each was made of.
  var files: [ArchiveKey: ArchiveDigest] = [:]

  /// Where it lies.
  static let name = ".crm-mailfilter-archive"
  /// What is locked while a run writes.
  static let lockName = name + ".lock"
  /// Where files are until they are whole.
  static let temporaryName = name + ".tmp"

  private static let form = "crm-mailfilter archive 1\n"
  /// Kind, page, name and digest.
  private static let entrySize = 1 + 4 + 16 + 16
  /// A larger one is none of ours, in bytes.
  static let limit = 1 << 30

  init() {}

  /// Reads what `bytes` wrote; `nil` where it is not that.
  init?(_ bytes: [UInt8]) {
    let end = bytes.count - 32
    guard bytes.starts(with: Self.form.utf8), end > Self.form.utf8.count else { return nil }
    var hash = SHA256()
    bytes.withUnsafeBytes { hash.update(UnsafeRawBufferPointer(rebasing: $0[..<end])) }
    guard hash.digest().elementsEqual(bytes[end...]) else { return nil }
    let isRead = bytes.withUnsafeBytes { all in
      var fields = Fields(UnsafeRawBufferPointer(rebasing: all[Self.form.utf8.count..<end]))
      return read(&fields)
    }
    guard isRead else { return nil }
  }

  private mutating func read(_ fields: inout Fields) -> Bool {
    guard let access = fields.digest(), let messages = fields.next(UInt64.self),
      let elsewhere = fields.next(UInt64.self), let length = fields.next(UInt32.self),
      let mark = fields.text(Int(length))
    else { return false }
    self.access = access
    self.messages = Int(clamping: messages)
    self.elsewhere = Int(clamping: elsewhere)
    self.mark = mark
    files.reserveCapacity(fields.count / Self.entrySize)
    while fields.count > 0 {
      guard let kind = fields.next(UInt8.self).flatMap(ArchiveKey.Kind.init),
        let page = fields.next(UInt32.self), let name = fields.digest(),
        let digest = fields.digest()
      else { return false }
      files[ArchiveKey(kind, name, page: Int(page))] = digest
    }
    return true
  }

  /// Reads numbers one after the other.
  private struct Fields {
    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// How many bytes are left.
    var count: Int { bytes.count - position }

    mutating func next<Number: FixedWidthInteger>(_: Number.Type) -> Number? {
      let size = MemoryLayout<Number>.size
      guard count >= size else { return nil }
      defer { position += size }
      return Number(
        littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: Number.self))
    }

    mutating func digest() -> ArchiveDigest? {
      guard let high = next(UInt64.self), let low = next(UInt64.self) else { return nil }
      return ArchiveDigest(high: high, low: low)
    }

    mutating func text(_ length: Int) -> String? {
      guard count >= length else { return nil }
      defer { position += length }
      return String(decoding: bytes[position..<(position + length)], as: UTF8.self)
    }
  }

  /// What `init(_:)` reads.
  var bytes: [UInt8] {
    var bytes = Array(Self.form.utf8)
    bytes.reserveCapacity(128 + mark.utf8.count + files.count * Self.entrySize)
    func add(_ number: UInt64, _ length: Int) {
      for place in 0..<length {
        bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(8 * place)))
      }
    }
    func add(_ digest: ArchiveDigest) {
      add(digest.high, 8)
      add(digest.low, 8)
    }
    add(access)
    add(UInt64(messages), 8)
    add(UInt64(elsewhere), 8)
    add(UInt64(mark.utf8.count), 4)
    bytes += mark.utf8
    for (key, digest) in files {
      bytes.append(key.kind.rawValue)
      add(UInt64(key.page), 4)
      add(key.name)
      add(digest)
    }
    return bytes + SHA256.digest(of: bytes)
  }

  /// Writes it where it lies, so that it survives a power cut.
  ///
  /// - Parameters:
  ///   - folder: The archive's folder.
  ///   - slot: A number that no other thread uses at the time.
  /// - Throws: `FileError`.
  func write(to folder: FolderTree, slot: Int) throws {
    try bytes.withUnsafeBytes { try folder.write(Self.name, $0, slot: slot, isPrivate: true) }
  }

  /// Whether a folder may become an archive, or is one, by the names of what is in it.
  static func refusal(of names: [String]) -> String? {
    guard !names.contains(name) else { return nil }
    return names.first { $0 != lockName && $0 != temporaryName }
  }
}
