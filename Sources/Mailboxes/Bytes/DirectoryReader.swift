import Glibc

/// Reads the names in a folder.
enum DirectoryReader {
  /// What a name stands for.
  enum Kind: Sendable { case file, folder, other }

  /// Gives each name in a folder but those that begin with a dot, in no order.
  ///
  /// - Parameters:
  ///   - path: The folder.
  ///   - takesHidden: Whether names that begin with a dot are given, too; `.` and `..` never are.
  ///   - body: Takes a name, and what it stands for; links are followed.
  /// - Throws: `MailboxError`; what the body throws.
  static func forEachName(
    in path: MailPath, takesHidden: Bool = false,
    _ body: (UnsafeBufferPointer<UInt8>, Kind) throws -> Void
  ) throws {
    guard let folder = path.withCString({ opendir($0) }) else { throw MailboxError(path, errno) }
    defer { closedir(folder) }
    while true {
      errno = 0
      guard let entry = readdir(folder) else {
        guard errno == 0 else { throw MailboxError(path, errno) }
        return
      }
      let offset = MemoryLayout<dirent>.offset(of: \.d_name) ?? 0
      let start = UnsafeRawPointer(entry) + offset
      let length = strlen(start.assumingMemoryBound(to: CChar.self))
      let name = UnsafeBufferPointer(
        start: start.assumingMemoryBound(to: UInt8.self), count: length)
      if name.first == UInt8(ascii: ".") {
        if !takesHidden || length == 1 || (length == 2 && name[1] == UInt8(ascii: ".")) { continue }
      }
      try body(name, kind(Int(entry.pointee.d_type), name: name, in: path))
    }
  }

  /// The names of the files in a folder, but for hidden ones.
  ///
  /// - Throws: `MailboxError`.
  static func fileNames(in path: MailPath) throws -> [[UInt8]] {
    var names: [[UInt8]] = []
    try forEachName(in: path) { name, kind in
      if kind == .file { names.append(Array(name)) }
    }
    return names
  }

  private static func kind(
    _ type: Int, name: UnsafeBufferPointer<UInt8>, in path: MailPath
  ) -> Kind {
    switch type {
    case Int(DT_REG): return .file
    case Int(DT_DIR): return .folder
    case Int(DT_UNKNOWN), Int(DT_LNK):
      var status = stat()
      guard path.appending(name).withCString({ stat($0, &status) }) == 0 else { return .other }
      switch status.st_mode & S_IFMT {
      case S_IFREG: return .file
      case S_IFDIR: return .folder
      default: return .other
      }
    default: return .other
    }
  }
}
