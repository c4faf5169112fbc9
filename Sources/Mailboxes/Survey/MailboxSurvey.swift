import Glibc
import System

/// Finds the places in which messages lie below some paths.
package struct MailboxSurvey {
  /// The folders and mboxes, in the order in which they were found.
  private(set) var sources: [MailSource] = []
  /// What could not be read.
  package private(set) var problems: [MailboxError] = []
  /// Where mail lies in a form that is not read here, and paths in which no mailbox is recognised.
  package private(set) var unrecognised: [MailboxError] = []
  /// Whether a mailbox was recognised, be it empty or left out.
  package private(set) var hasRecognised = false
  /// The names of all folders that were found, taken or not.
  package private(set) var folderNames: [String] = []
  /// The names of those that were left out for what they are called.
  package private(set) var leftOut: [String] = []

  /// The places, each once, and single files that lie in none of the folders among them.
  package var allSources: [MailSource] {
    var paths: Set<MailPath> = []
    let sources = sources.filter { paths.insert($0.path).inserted }
    let folders = Set(sources.filter { $0.kind != .mbox }.map(\.path))
    return sources
      + files.filter { file in
        let isListed =
          file.isMaildirFile || FolderContent.isMessage(file.path.name)
        return !(isListed && folders.contains(file.path.folder))
      }
  }

  private var files: [MailSource] = []
  private let selection: FolderSelection
  private var seen: Set<Identity> = []
  /// What is said once.
  private var noted: Set<MailPath> = []

  private struct Identity: Hashable {
    let device: UInt64
    let inode: UInt64
  }

  private static let deepest = 32

  /// Makes a survey.
  package init(selection: FolderSelection) { self.selection = selection }

  /// Adds what lies at a path: a mailbox of any kind that is known here, a folder of such, a message.
  package mutating func add(_ path: MailPath) {
    let path = path.absolute
    var status = stat()
    guard path.withCString({ stat($0, &status) }) == 0 else {
      problems.append(MailboxError(path, errno))
      return
    }
    let recognisedBefore = hasRecognised
    let found = problems.count + unrecognised.count
    hasRecognised = false
    if status.st_mode & S_IFMT == S_IFDIR {
      addFolder(path, status)
    } else {
      addFile(path)
    }
    if !hasRecognised, problems.count + unrecognised.count == found {
      unrecognised.append(MailboxError(path, reason: "no mailbox is recognised there"))
    }
    hasRecognised = hasRecognised || recognisedBefore
  }

  private mutating func addFolder(_ path: MailPath, _ status: stat) {
    guard isNew(status) else {
      // Found on the way to another.
      hasRecognised = true
      return
    }
    let isPart = [Self.cur, Self.new, Self.tmp].contains(Array(path.name))
    if isPart, Self.isMaildir(path.folder) {
      hasRecognised = true
      if Array(path.name) != Self.tmp {
        sources.append(MailSource(.maildir, path, folder: path.folder))
      }
      return
    }
    walk(path, name: FolderSelection.inbox, prefix: "", depth: 0)
  }

  private mutating func isNew(_ status: stat) -> Bool {
    seen.insert(Identity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))).inserted
  }

  /// Adds a file that was asked for.
  private mutating func addFile(_ path: MailPath) {
    read(path) { survey in
      let file = try MailFile(path)
      guard survey.isNew(path) else {
        survey.hasRecognised = true
        return
      }
      let subfolder = path.folder
      if [Self.cur, Self.new].contains(Array(subfolder.name)), Self.isMaildir(subfolder.folder) {
        survey.hasRecognised = true
        if file.size > 0 {
          survey.files.append(
            MailSource(.file, path, folder: subfolder.folder, isMaildirFile: true))
        }
        return
      }
      let kind = try MailFileKind(file)
      switch kind {
      case .empty, .mbox, .compressedMbox:
        survey.addMbox(path, name: Self.text(path.name), kind: kind, isAsked: true)
      case .message: survey.addMessage(path)
      case .other:
        // Its name says that it is one, however it begins.
        if FolderContent.isMessage(path.name) { survey.addMessage(path) }
      case .foreign(let reason): survey.unrecognised.append(MailboxError(path, reason: reason))
      }
    }
  }

  private mutating func addMessage(_ path: MailPath) {
    hasRecognised = true
    files.append(MailSource(.file, path, folder: path.folder))
  }

  /// Adds an mbox, unless its name says that it is to be left out.
  private mutating func addMbox(
    _ path: MailPath, name: String, kind: MailFileKind, isAsked: Bool = false
  ) {
    hasRecognised = true
    folderNames.append(name)
    let choice = isAsked ? selection.choice(name) : choice(name)
    guard kind != .empty, choice != .none || isAsked else { return }
    sources.append(
      MailSource(
        .mbox, path, folder: path, isNamed: choice == .named,
        isCompressed: kind == .compressedMbox))
  }

  private mutating func choice(_ name: String) -> FolderSelection.Choice {
    let choice = selection.choice(name)
    if choice == .none, !selection.hasNames { leftOut.append(name) }
    return choice
  }

  /// Does something that reads, and notes what cannot be read.
  private mutating func read(_ path: MailPath, _ body: (inout MailboxSurvey) throws -> Void) {
    do {
      try body(&self)
    } catch let error as MailboxError {
      problems.append(error)
    } catch let error as InputError {
      problems.append(MailboxError(path, reason: error.description))
    } catch {
      problems.append(MailboxError(path, reason: "it cannot be read"))
    }
  }

  private mutating func isNew(_ path: MailPath) -> Bool {
    var status = stat()
    return path.withCString({ stat($0, &status) }) == 0 && isNew(status)
  }

  /// Looks through a folder.
  ///
  /// - Parameters:
  ///   - path: The folder.
  ///   - name: Its name.
  ///   - prefix: What the names of folders in it begin with.
  ///   - depth: How far below the path that was asked for.
  private mutating func walk(_ path: MailPath, name: String, prefix: String, depth: Int) {
    guard depth < Self.deepest else {
      problems.append(MailboxError(path, reason: "more than \(Self.deepest) folders deep"))
      return
    }
    read(path) { survey in
      let content = try FolderContent(path)
      guard !content.isDbox else {
        survey.noteDbox(path)
        return
      }
      let isMaildir = content.folders.contains(Self.cur) || content.folders.contains(Self.new)
      if isMaildir {
        survey.addMaildir(path, content, name: name)
      } else {
        survey.addFiles(of: path, content, name: name, prefix: prefix)
      }
      for folder in content.folders.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
        if isMaildir, [Self.cur, Self.new, Self.tmp].contains(folder) { continue }
        // What Apple Mail took out of the messages beside.
        if folder == Self.attachments, content.folders.contains(Self.messages) { continue }
        survey.walkInto(folder, of: path, prefix: prefix, depth: depth)
      }
    }
  }

  private mutating func walkInto(
    _ folder: [UInt8], of path: MailPath, prefix: String, depth: Int
  ) {
    let below = path.appending(folder)
    // A hidden folder is one of Maildir++, holds the folders of one beside it (KMail), or is none of
    // ours: `.notmuch`, `.git`.
    let isHidden = folder.first == UInt8(ascii: ".")
    let holdsFolders = isHidden && FolderContent.ends(folder, with: ".directory")
    guard isNew(below), !isHidden || holdsFolders || Self.isMaildir(below) else { return }
    var own = Self.text(isHidden ? folder.dropFirst() : folder[...])
    if isHidden, !holdsFolders { own = own.split(separator: ".").joined(separator: "/") }
    walk(below, name: prefix + own, prefix: prefix + own + "/", depth: depth + 1)
  }

  private mutating func addMaildir(_ path: MailPath, _ content: FolderContent, name: String) {
    hasRecognised = true
    folderNames.append(name)
    let choice = choice(name)
    guard choice != .none else { return }
    for subfolder in [Self.new, Self.cur] where content.folders.contains(subfolder) {
      sources.append(
        MailSource(
          .maildir, path.appending(subfolder), folder: path, isNamed: choice == .named))
    }
  }

  /// Adds the files of a folder that is no Maildir's: messages, mboxes by whatever name.
  private mutating func addFiles(
    of path: MailPath, _ content: FolderContent, name: String, prefix: String
  ) {
    var hasMessages = content.hasMessages || (content.isOfMH && content.numbered.isEmpty)
    for file in content.numbered.sorted(by: { NaturalOrder.precedes($0[...], $1[...]) }) {
      // A folder of some year may be an mbox that has the number for its name.
      if hasMessages, content.isOfMH { break }
      hasMessages = addFound(file, of: path, name: name, prefix: prefix) || hasMessages
    }
    if hasMessages || content.isOfMH {
      hasRecognised = true
      folderNames.append(name)
      let choice = choice(name)
      if choice != .none {
        sources.append(MailSource(.files, path, folder: path, isNamed: choice == .named))
      }
    }
    for file in content.others.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      _ = addFound(file, of: path, name: name, prefix: prefix)
    }
  }

  /// Adds a file of a folder where it is an mbox.
  ///
  /// - Returns: Whether it is a message.
  private mutating func addFound(
    _ file: [UInt8], of folder: MailPath, name: String, prefix: String
  ) -> Bool {
    let path = folder.appending(file)
    // Apple Mail has an mbox by this name in a folder that bears the mailbox's.
    let own = file == Self.mbox ? name : prefix + Self.text(file[...])
    let isSaid = FolderContent.isNamedAsMbox(file)
    var isMessage = false
    do {
      guard let kind = try MailFileKind.of(path) else { return false }
      switch kind {
      case .mbox, .compressedMbox:
        if isNew(path) { addMbox(path, name: own, kind: kind) }
      case .empty:
        // Thunderbird notes beside an mbox what is in it.
        if isSaid || FileStamp(MailPath(path.bytes + Array(".msf".utf8))) != nil {
          addMbox(path, name: own, kind: kind)
        }
      case .foreign(let reason):
        if isNew(path) { unrecognised.append(MailboxError(path, reason: reason)) }
      case .message where isSaid: if isNew(path) { addMessage(path) }
      case .message: isMessage = true
      case .other:
        if isSaid { unrecognised.append(MailboxError(path, reason: "it is no mbox")) }
      }
    } catch {
      if isSaid {
        problems.append(error)
      } else if error.code != nil {
        // Any file may be an mbox.
        unrecognised.append(error)
      }
    }
    return isMessage
  }

  /// Says once of a mail store of Dovecot's that it is not read.
  private mutating func noteDbox(_ path: MailPath) {
    // `mailboxes/INBOX/dbox-Mails/u.1` has a folder each, `storage/m.1` holds them all.
    var root = path.folder
    var above = path.folder
    while above.folder != above {
      if above.name.elementsEqual("mailboxes".utf8) { root = above.folder }
      above = above.folder
    }
    guard noted.insert(root).inserted else { return }
    unrecognised.append(
      MailboxError(
        root,
        reason: "Dovecot's dbox, which is not read; convert it: "
          + "doveadm backup -u USER maildir:FOLDER"))
  }

  /// A folder's or file's name for people.
  private static func text(_ name: ArraySlice<UInt8>) -> String {
    ModifiedUTF7.decoded(FilePath.text(of: FolderContent.withoutEnding(name)))
  }

  private static let attachments = Array("Attachments".utf8)
  private static let messages = Array("Messages".utf8)
  private static let mbox = Array("mbox".utf8)
  private static let cur = Array("cur".utf8)
  private static let new = Array("new".utf8)
  private static let tmp = Array("tmp".utf8)

  /// Whether a folder is a Maildir's.
  static func isMaildir(_ path: MailPath) -> Bool {
    [cur, new].contains { name in
      var status = stat()
      return path.appending(name).withCString { stat($0, &status) } == 0
        && status.st_mode & S_IFMT == S_IFDIR
    }
  }
}
