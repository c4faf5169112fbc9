import CSystem
import Glibc
import System

/// The messages of some places, in the order in which they arrived: about 100 bytes for each.
package struct MessageList: Sendable {
  /// One message.
  package struct Item: Sendable {
    /// When it arrived, in microseconds since 1970.
    package fileprivate(set) var arrivedAt: Int64
    /// The number of its place.
    package let source: Int
    /// Its name, or for an mbox the `From ` line, in `names`.
    fileprivate let nameStart: Int
    fileprivate let nameLength: Int
    /// What else tells it from others, behind the name.
    fileprivate let markLength: Int
    /// Where it lies in an mbox.
    let range: Range<Int>
  }

  /// What became of a place that was listed.
  package struct Listing: Sendable {
    /// Its stamp before it was read.
    package let stamp: FileStamp
    /// When it was read, in nanoseconds since 1970.
    package let readAt: Int64
    /// How many messages were passed over for their flags.
    package fileprivate(set) var flaggedCount = 0
    /// How many messages were passed over because they are known.
    package fileprivate(set) var knownCount = 0
    /// Files of the place that hold several messages each, which are places of their own.
    package fileprivate(set) var mboxes: [MailSource] = []
  }

  /// The places.
  package private(set) var sources: [MailSource] = []
  /// The messages.
  package private(set) var items: [Item] = []
  /// How each mbox marks its lines.
  private(set) var quoting: [Int: MboxQuoting] = [:]

  /// What came out of the mboxes that are compressed.
  private(set) var expanded: [Int: MailFile] = [:]

  private var names: [UInt8] = []
  private var expansion: ExpandedFiles

  /// Makes an empty list.
  ///
  /// - Parameter temporaryFolders: Where compressed mboxes may lie expanded meanwhile.
  package init(temporaryFolders: [String]) {
    expansion = ExpandedFiles(temporaryFolders: temporaryFolders)
  }

  /// Adds the messages of a place.
  ///
  /// - Parameters:
  ///   - source: The place.
  ///   - isKnown: Whether a message need not be listed, by what it `isKnownBy`; `nil` where nothing is
  ///     known, so that no file is looked at for it.
  /// - Returns: What to remember of the place.
  /// - Throws: `MailboxError` where it cannot be read, and nothing of it was added then.
  package mutating func add(
    _ source: MailSource, isKnown: (([UInt8]) -> Bool)?
  ) throws -> Listing {
    guard let stamp = FileStamp(source.path) else { throw MailboxError(source.path, errno) }
    var listing = Listing(stamp: stamp, readAt: csystem_realtime())
    let number = sources.count
    let (itemCount, nameCount) = (items.count, names.count)
    sources.append(source)
    do {
      switch source.kind {
      case .maildir: try addMaildir(number, &listing, isKnown)
      case .files: try addFiles(number, &listing, isKnown)
      case .mbox: try addMbox(number, &listing, isKnown)
      case .file:
        try addFile(number, name: source.path.name, source.path, &listing, isKnown)
      }
    } catch {
      sources.removeLast()
      expanded[number] = nil
      items.removeSubrange(itemCount...)
      names.removeSubrange(nameCount...)
      if let error = error as? InputError {
        throw MailboxError(source.path, reason: error.description)
      }
      throw error
    }
    return listing
  }

  /// Puts the messages in the order in which they arrived.
  package mutating func sort() {
    // Taken out, to be sorted while names are looked at.
    var sorted = items
    items = []
    sorted.sort { one, other in
      if one.arrivedAt != other.arrivedAt { return one.arrivedAt < other.arrivedAt }
      if one.source == other.source, !one.range.isEmpty {
        return one.range.lowerBound < other.range.lowerBound
      }
      return NaturalOrder.precedes(name(of: one), name(of: other))
    }
    items = sorted
  }

  /// Keeps only some messages.
  package mutating func filter(_ isTaken: (Item) -> Bool) { items.removeAll { !isTaken($0) } }

  /// Keeps only the first messages.
  package mutating func keepFirst(_ count: Int) {
    if count < items.count { items.removeSubrange(count...) }
  }

  /// The file's name; for an mbox the `From ` line.
  func name(of item: Item) -> ArraySlice<UInt8> {
    names[item.nameStart..<(item.nameStart + item.nameLength)]
  }

  /// By what a message is known for good: in a Maildir the folder, its unique name and its length;
  /// elsewhere what would change with its content.
  ///
  /// - Parameters:
  ///   - item: The message.
  ///   - size: The length of its file in bytes; in an mbox it tells nothing.
  /// - Returns: The bytes.
  package func isKnownBy(_ item: Item, size: Int) -> [UInt8] {
    let name = name(of: item)
    let source = sources[item.source]
    if source.hasMaildirNames { return Self.maildirKey(name, in: source.folder, size: size) }
    let marked = names[item.nameStart..<(item.nameStart + item.nameLength + item.markLength)]
    let folder = source.kind == .file ? source.folder : source.path
    return folder.bytes + [source.kind == .mbox ? 0 : UInt8(ascii: "/")] + marked
  }

  /// Two programs may give the same name, each in its own folder; a name is given again where a mailbox
  /// is made anew.
  private static func maildirKey(
    _ name: ArraySlice<UInt8>, in folder: MailPath, size: Int
  ) -> [UInt8] {
    var key = folder.bytes
    key.append(0)
    key += MaildirName(name).unique
    key.append(0)
    withUnsafeBytes(of: size.littleEndian) { key += $0 }
    return key
  }

  /// The unique name by which a delivery is noted; `nil` in an mbox.
  package func fileName(of item: Item) -> String? {
    let source = sources[item.source]
    guard !source.hasMaildirNames else {
      return FilePath.text(of: MaildirName(name(of: item)).unique)
    }
    return switch source.kind {
    case .maildir, .files, .file: FilePath.text(of: name(of: item))
    case .mbox: nil
    }
  }

  /// Where a message lies, for people: a path, in an mbox with the offset.
  package func place(of item: Item) -> String {
    let source = sources[item.source]
    switch source.kind {
    case .maildir, .files: return source.path.appending(name(of: item)).description
    case .file: return source.path.description
    case .mbox: return "\(source.path):\(item.range.lowerBound)"
    }
  }

  // MARK: Listing

  private mutating func addMaildir(
    _ number: Int, _ listing: inout Listing, _ isKnown: (([UInt8]) -> Bool)?
  ) throws {
    let source = sources[number]
    for name in try DirectoryReader.fileNames(in: source.path) {
      let parts = MaildirName(name[...])
      if !source.isNamed, parts.isTrashedOrDraft {
        listing.flaggedCount += 1
        continue
      }
      var arrivedAt = parts.deliveredAt
      if isKnown != nil || arrivedAt == nil {
        // Gone already.
        guard let stamp = FileStamp(source.path.appending(name)) else { continue }
        let key = Self.maildirKey(name[...], in: source.folder, size: Int(stamp.size))
        if isKnown?(key) == true {
          listing.knownCount += 1
          continue
        }
        arrivedAt = arrivedAt ?? stamp.modifiedAt / 1000
      }
      guard let arrivedAt else { continue }
      append(number, name[...], mark: [], arrivedAt: arrivedAt)
    }
  }

  private mutating func addFiles(
    _ number: Int, _ listing: inout Listing, _ isKnown: (([UInt8]) -> Bool)?
  ) throws {
    let source = sources[number]
    for name in try DirectoryReader.fileNames(in: source.path) where FolderContent.isMessage(name) {
      let path = source.path.appending(name)
      let count = items.count
      try addFile(number, name: name[...], path, &listing, isKnown)
      // What is known was looked at before.
      guard items.count > count, !FolderContent.isAppleMessage(name) else { continue }
      let kind = try? MailFileKind.of(path)
      if kind == .mbox {
        removeLast()
        listing.mboxes.append(
          MailSource(.mbox, path, folder: path, isNamed: source.isNamed))
      } else if FolderContent.isNumber(name), kind == .other || kind == .empty {
        removeLast()
      }
    }
  }

  private mutating func addFile(
    _ number: Int, name: ArraySlice<UInt8>, _ path: MailPath, _ listing: inout Listing,
    _ isKnown: (([UInt8]) -> Bool)?
  ) throws {
    guard let stamp = FileStamp(path) else { return }
    let modifiedAt = stamp.modifiedAt / 1000
    let deliveredAt = sources[number].isMaildirFile ? MaildirName(name).deliveredAt : nil
    append(
      number, name, mark: [0] + Array(stamp.description.utf8), arrivedAt: deliveredAt ?? modifiedAt)
    dropIfKnown(size: Int(stamp.size), &listing, isKnown)
  }

  private mutating func addMbox(
    _ number: Int, _ listing: inout Listing, _ isKnown: (([UInt8]) -> Bool)?
  ) throws {
    let source = sources[number]
    let file = try mbox(source, number)
    let busy = MailboxError(source.path, reason: "another program is writing to it; try again")
    guard MboxLock.lock(file, at: source.path) else { throw busy }
    defer { MboxLock.unlock(file) }
    // It may have grown while somebody was waited for.
    let end = file.presentSize
    let first = items.count
    var latest: Int64 = 0
    var alike: [Int: Int32] = [:]
    quoting[number] = try MboxScanner.scan(file, end: end) { message in
      // What stands later in an mbox came later, whatever its line says.
      latest = max(latest, message.deliveredAt ?? 0)
      if !source.isNamed, message.header.isSetAside {
        listing.flaggedCount += 1
        return
      }
      // A message that is told by nothing else is told by its place among those alike.
      let mark =
        "\(message.length - message.header.notedLength) \(String(message.header.digest, radix: 36))"
      var hasher = Hasher()
      hasher.combine(message.fromLine)
      hasher.combine(mark)
      let identity = hasher.finalize()
      let same = alike[identity, default: 0]
      alike[identity] = same + 1
      append(
        number, message.fromLine[...], mark: [0] + Array("\(mark) \(same)".utf8),
        arrivedAt: latest * 1_000_000,
        range: message.offset..<(message.offset + message.length))
      dropIfKnown(size: 0, &listing, isKnown)
    }
    // Who knows no lock of ours may have come meanwhile: the last message may be half of one.
    guard file.presentSize == end, !MboxLock.hasLockFile(source.path) else { throw busy }
    // Where no line before it tells a time, it came before the first that does, or with the file.
    let dated = items[first...].first { $0.arrivedAt > 0 }?.arrivedAt
    let arrivedAt = dated ?? listing.stamp.modifiedAt / 1000
    for index in first..<items.count where items[index].arrivedAt == 0 {
      items[index].arrivedAt = arrivedAt
    }
  }

  private mutating func mbox(_ source: MailSource, _ number: Int) throws -> MailFile {
    let file = try MailFile(source.path)
    guard source.isCompressed else { return file }
    let room = UnsafeMutableRawBufferPointer.allocate(
      byteCount: Compression.looked, alignment: 1)
    defer { room.deallocate() }
    let count = try file.read(into: room, at: 0)
    guard let compression = Compression(UnsafeRawBufferPointer(rebasing: room[..<count])) else {
      throw MailboxError(source.path, reason: "it was replaced meanwhile; try again")
    }
    let found = try expansion.expand(file, compression)
    expanded[number] = found
    return found
  }

  private mutating func dropIfKnown(
    size: Int, _ listing: inout Listing, _ isKnown: (([UInt8]) -> Bool)?
  ) {
    guard let isKnown, let item = items.last, isKnown(isKnownBy(item, size: size)) else { return }
    listing.knownCount += 1
    removeLast()
  }

  private mutating func removeLast() {
    guard let item = items.popLast() else { return }
    names.removeSubrange(item.nameStart...)
  }

  private mutating func append(
    _ source: Int, _ name: ArraySlice<UInt8>, mark: [UInt8], arrivedAt: Int64,
    range: Range<Int> = 0..<0
  ) {
    items.append(
      Item(
        arrivedAt: arrivedAt, source: source, nameStart: names.count, nameLength: name.count,
        markLength: mark.count, range: range))
    names += name
    names += mark
  }
}

/// The order of file names in which numbers count by their value: `1.5_9.host` before
/// `1.5_10.host`.
package enum NaturalOrder {
  /// Whether one name comes before another.
  package static func precedes(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Bool {
    var i = left.startIndex
    var j = right.startIndex
    while i < left.endIndex, j < right.endIndex {
      guard isDigit(left[i]), isDigit(right[j]) else {
        if left[i] != right[j] { return left[i] < right[j] }
        i += 1
        j += 1
        continue
      }
      let one = number(left, &i)
      let other = number(right, &j)
      if one.count != other.count { return one.count < other.count }
      if !one.elementsEqual(other) { return one.lexicographicallyPrecedes(other) }
    }
    if i < left.endIndex || j < right.endIndex { return j < right.endIndex }
    // Alike but for leading zeros.
    return left.lexicographicallyPrecedes(right)
  }

  /// The digits at a place, without leading zeros.
  private static func number(_ bytes: ArraySlice<UInt8>, _ position: inout Int) -> ArraySlice<UInt8>
  {
    let start = position
    while position < bytes.endIndex, isDigit(bytes[position]) { position += 1 }
    return bytes[start..<position].drop { $0 == UInt8(ascii: "0") }
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }
}
