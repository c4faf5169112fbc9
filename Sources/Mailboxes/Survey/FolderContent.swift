/// What a folder holds, as far as it matters to who looks for mail.
struct FolderContent {
  /// Folders in it.
  private(set) var folders: Set<[UInt8]> = []
  /// Whether there are `.eml` or `.emlx` files.
  private(set) var hasMessages = false
  /// The files that may be mboxes: all that have no name of another kind of mail.
  private(set) var others: [[UInt8]] = []
  /// Some of the files that have a number for a name, as MH has them.
  private(set) var numbered: [[UInt8]] = []
  /// Whether a mail program that keeps MH folders left a file of its own there.
  private(set) var isOfMH = false
  /// Whether it is one of Dovecot's that no other program reads.
  private(set) var isDbox = false

  /// So many numbered files are looked at to see whether they are mail.
  private static let maxNumbered = 64
  private static let ofMH = [
    ".mh_sequences", ".xmhcache", ".sylpheed_cache", ".claws_cache", ".mew-cache",
  ].map { Array($0.utf8) }

  /// Reads a folder.
  ///
  /// - Throws: `MailboxError`.
  init(_ path: MailPath) throws {
    let isDboxName = [Self.sdbox, Self.mdbox].contains(Array(path.name))
    var hasDboxFile = false
    try DirectoryReader.forEachName(in: path, takesHidden: true) { name, kind in
      switch kind {
      case .folder: folders.insert(Array(name))
      case .file where name.first == UInt8(ascii: "."):
        if Self.ofMH.contains(Array(name)) { isOfMH = true }
      case .file where Self.isNamedAsMessage(name): hasMessages = true
      case .file where Self.isNumber(name):
        if numbered.count < Self.maxNumbered { numbered.append(Array(name)) }
      case .file:
        if isDboxName, name.count > 2, name[1] == UInt8(ascii: "."),
          name[0] == UInt8(ascii: "u") || name[0] == UInt8(ascii: "m")
        {
          hasDboxFile = true
        }
        others.append(Array(name))
      case .other: break
      }
    }
    isDbox = isDboxName && hasDboxFile
  }

  private static let sdbox = Array("dbox-Mails".utf8)
  private static let mdbox = Array("storage".utf8)

  /// Whether a file is one of a folder of messages, by its name.
  static func isMessage(_ name: some Collection<UInt8>) -> Bool {
    isNamedAsMessage(name) || isNumber(name)
  }

  /// Whether a file is one of an MH folder, by its name.
  static func isNumber(_ name: some Collection<UInt8>) -> Bool {
    !name.isEmpty && name.count < 12
      && name.allSatisfy { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
  }

  /// Whether a file is one of Apple Mail's, by its name: a message between its length and notes.
  static func isAppleMessage(_ name: some Collection<UInt8>) -> Bool { ends(name, with: ".emlx") }

  private static func isNamedAsMessage(_ name: some Collection<UInt8>) -> Bool {
    ends(name, with: ".eml") || isAppleMessage(name)
  }

  /// The name of a folder or mbox without the ending that a mail program gives it.
  static func withoutEnding(_ name: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let name = withoutCompression(name)
    for ending in [".mbox", ".imapmbox", ".sbd", ".directory", ".mbx"]
    where ends(name, with: ending) {
      return name.dropLast(ending.utf8.count)
    }
    return name
  }

  private static func withoutCompression(_ name: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    for ending in [".gz", ".zst"] where ends(name, with: ending) {
      return name.dropLast(ending.utf8.count)
    }
    return name
  }

  /// Whether a file is an mbox, by its name.
  static func isNamedAsMbox(_ name: [UInt8]) -> Bool {
    ends(withoutCompression(name[...]), with: ".mbox")
  }

  static func ends(_ name: some Collection<UInt8>, with ending: String) -> Bool {
    name.count > ending.utf8.count
      && name.suffix(ending.utf8.count).map { $0 | 0x20 }.elementsEqual(
        ending.utf8.map { $0 | 0x20 })
  }
}
