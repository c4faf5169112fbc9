/// The bytes of a file that holds one message, expanded where it is compressed, as Dovecot has it in
/// Maildirs.
final class MailFileSource: ByteSource {
  // Closed at the end: a batch has many messages in memory at once.
  private var file: MailFile?
  private var offset: Int
  private let end: Int
  private var expanded: ExpandingSource?

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - file: The file.
  ///   - range: Where the message lies in it; `nil` where it is all of it, however long that becomes.
  init(_ file: MailFile, _ range: Range<Int>? = nil) {
    self.file = file
    offset = range?.lowerBound ?? 0
    end = range?.upperBound ?? .max
  }

  func read(into room: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
    if let expanded { return try expanded.read(into: room) }
    guard let file else { return 0 }
    let room = UnsafeMutableRawBufferPointer(rebasing: room[..<min(room.count, end - offset)])
    let count = try file.read(into: room, at: offset)
    if offset == 0, let compression = Compression(UnsafeRawBufferPointer(rebasing: room[..<count]))
    {
      let source = try ExpandingSource(
        file, compression, limit: ExpandingSource.largestMessage)
      expanded = source
      self.file = nil
      return try source.read(into: room)
    }
    offset += count
    // Less than was asked for is the end, unless the file grows under us: who delivers to a Maildir
    // does not.
    if count < room.count || offset == end { self.file = nil }
    return count
  }
}
