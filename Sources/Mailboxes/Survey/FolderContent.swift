/// What a folder holds, as far as it matters to who looks for mail.
struct FolderContent {
  /// Folders in it.
  private(set) var folders: Set<[UInt8]> = []
  /// Whether there are `.eml` files.
  private(set) var hasMessages = false
  /// The `.mbox` files.
  private(set) var mboxes: [[UInt8]] = []

  /// Whether there are files of either kind.
  var hasFiles: Bool { hasMessages || !mboxes.isEmpty }

  /// Reads a folder.
  ///
  /// - Throws: `MailboxError`.
  init(_ path: MailPath) throws {
    try DirectoryReader.forEachName(in: path, takesHidden: true) { name, kind in
      switch kind {
      case .folder: folders.insert(Array(name))
      case .file where name.first == UInt8(ascii: "."): break
      case .file where Self.isMessage(name): hasMessages = true
      case .file where Self.ends(name, with: ".mbox"): mboxes.append(Array(name))
      case .file, .other: break
      }
    }
  }

  /// Whether a file holds one message, by its name.
  static func isMessage(_ name: some Collection<UInt8>) -> Bool { ends(name, with: ".eml") }

  private static func ends(_ name: some Collection<UInt8>, with ending: String) -> Bool {
    name.count > ending.utf8.count
      && name.suffix(ending.utf8.count).map { $0 | 0x20 }.elementsEqual(
        ending.utf8.map { $0 | 0x20 })
  }
}
