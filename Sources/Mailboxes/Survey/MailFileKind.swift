import Glibc

/// What a file holds, by how it begins.
enum MailFileKind: Sendable, Hashable {
  /// Nothing, as programs leave an mbox without messages.
  case empty
  /// Messages of an mbox, one of them at least.
  case mbox
  /// The same, compressed.
  case compressedMbox
  /// The header section of a message.
  case message
  /// Mail in a form that is not read here; how it becomes one that is.
  case foreign(String)
  /// No mail.
  case other

  /// So much of a file is looked at, in bytes.
  static let looked = 8192

  /// Looks at an open file.
  ///
  /// - Throws: `InputError`; `.cannotExpand` where it is compressed and cannot be looked into.
  init(_ file: MailFile) throws(InputError) {
    guard file.size > 0 else {
      self = .empty
      return
    }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.looked, alignment: 16)
    defer { buffer.deallocate() }
    var count = try file.read(into: buffer, at: 0)
    let compression = Compression(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    if let compression {
      count = 0
      let source = try ExpandingSource(file, compression, limit: .max)
      while count < buffer.count {
        let part = try source.read(
          into: UnsafeMutableRawBufferPointer(rebasing: buffer[count...]))
        guard part > 0 else { break }
        count += part
      }
    }
    let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
    if Self.isMboxOfClassicMac(bytes) {
      self = .foreign(
        "an mbox whose lines end as those of classic Mac OS, which is not read; convert it: "
          + "tr '\\r' '\\n' < FILE > NEW")
    } else if compression != nil, MboxScanner.beginning(in: bytes) != nil {
      self = .compressedMbox
    } else if MboxScanner.beginning(in: bytes) != nil {
      self = .mbox
    } else if bytes.starts(with: Self.outlookMark) {
      self = .foreign(
        "an Outlook data file, which is not read; convert it: readpst -r -o FOLDER FILE")
    } else {
      self = MboxHeader.begins(afterBlankLines: bytes) ? .message : .other
    }
  }

  /// Whether a file would be an mbox if its carriage returns were line feeds, of which it has none.
  ///
  /// A message with such line ends is read as any other: of an mbox it would be all of it.
  private static func isMboxOfClassicMac(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard bytes.contains(13), !bytes.contains(10) else { return false }
    return bytes.map { $0 == 13 ? 10 : $0 }.withUnsafeBytes {
      MboxScanner.beginning(in: $0) != nil
    }
  }

  /// Looks at a file at a path; `nil` where nothing is there.
  ///
  /// - Throws: `MailboxError`.
  static func of(_ path: MailPath) throws(MailboxError) -> MailFileKind? {
    guard let file = try MailFile.ifThere(path) else { return nil }
    do {
      return try MailFileKind(file)
    } catch {
      throw MailboxError(path, reason: error.description)
    }
  }

  /// How `.pst` and `.ost` files begin.
  private static let outlookMark = Array("!BDN".utf8)
}
