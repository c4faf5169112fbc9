/// The bytes of a file that holds one message.
final class MailFileSource: ByteSource {
  // Closed at the end: a batch has many messages in memory at once.
  private var file: MailFile?
  private var offset = 0

  init(_ file: MailFile) { self.file = file }

  func read(into room: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
    guard let file else { return 0 }
    let count = try file.read(into: room, at: offset)
    offset += count
    // Less than was asked for is the end, unless the file grows under us: who delivers to a Maildir
    // does not.
    if count < room.count { self.file = nil }
    return count
  }
}
