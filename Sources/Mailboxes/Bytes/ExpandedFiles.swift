import Glibc

/// Compressed files, expanded one behind the other in a temporary file that has no name.
struct ExpandedFiles: Sendable {
  private let temporaryFolders: [String]
  private var file: MailFile?
  private var end = 0

  /// So much more than it is long may come out of a file: text of mail becomes a tenth at most.
  static let largestFactor = 100
  /// So much may come out of any.
  static let leastLimit = 64 << 20

  /// Makes an empty one.
  ///
  /// - Parameter temporaryFolders: Where the file may lie, the first that works is taken.
  init(temporaryFolders: [String]) { self.temporaryFolders = temporaryFolders }

  /// Expands a file.
  ///
  /// - Parameters:
  ///   - source: The file.
  ///   - compression: How it is compressed.
  /// - Returns: What came out.
  /// - Throws: `InputError`; nothing of it is kept then.
  mutating func expand(_ source: MailFile, _ compression: Compression) throws(InputError)
    -> MailFile
  {
    let (scaled, isBeyond) = source.size.multipliedReportingOverflow(by: Self.largestFactor)
    let expanding = try ExpandingSource(
      source, compression, limit: isBeyond ? .max : max(Self.leastLimit, scaled))
    let file = try openFile()
    let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 16)
    defer { room.deallocate() }
    var position = end
    do throws(InputError) {
      while true {
        let count = try expanding.read(into: room)
        guard count > 0 else { break }
        var written = 0
        while written < count {
          let part = pwrite(
            file.descriptor, room.baseAddress.map { $0 + written }, count - written,
            off_t(position + written))
          if part < 0, errno == EINTR { continue }
          guard part > 0 else { throw InputError.cannotHold(part < 0 ? errno : ENOSPC) }
          written += part
        }
        position += count
      }
    } catch {
      // What a bomb filled is given back.
      ftruncate(file.descriptor, off_t(end))
      throw error
    }
    let range = end..<position
    end = position
    return MailFile(file, range)
  }

  private mutating func openFile() throws(InputError) -> MailFile {
    if let file { return file }
    let made = try MailFile(descriptor: TemporaryFile.open(in: temporaryFolders))
    file = made
    return made
  }
}
