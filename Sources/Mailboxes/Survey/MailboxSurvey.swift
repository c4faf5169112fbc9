import Glibc

/// Finds the places in which messages lie below some paths.
public struct MailboxSurvey {
  /// The folders and mboxes, in the order in which they were found.
  private(set) var sources: [MailSource] = []
  /// What could not be read.
  public private(set) var problems: [MailboxError] = []
  /// The names of all folders that were found, taken or not.
  public private(set) var folderNames: [String] = []

  /// The places, and single files that lie in none of the folders among them.
  public var allSources: [MailSource] {
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

  private struct Identity: Hashable {
    let device: UInt64
    let inode: UInt64
  }

  private static let deepest = 32

  /// Makes a survey.
  public init(selection: FolderSelection) { self.selection = selection }

  /// Adds what lies at a path: a Maildir with its folders, a folder of Maildirs or of `.eml` and
  /// `.mbox` files, an mbox, a message.
  public mutating func add(_ path: MailPath) {
    let path = path.absolute
    var status = stat()
    guard path.withCString({ stat($0, &status) }) == 0 else {
      problems.append(MailboxError(path, errno))
      return
    }
    if status.st_mode & S_IFMT == S_IFDIR {
      guard isNew(status) else { return }
      walk(path, name: FolderSelection.inbox, prefix: "", depth: 0)
    } else {
      addFile(path)
    }
  }

  private mutating func isNew(_ status: stat) -> Bool {
    seen.insert(Identity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))).inserted
  }

  private mutating func addFile(_ path: MailPath) {
    do {
      let file = try MailFile(path)
      guard isNew(path) else { return }
      // An empty file is an empty mbox, as mail programs leave it.
      guard file.size > 0 else { return }
      let subfolder = path.folder
      if [Self.cur, Self.new].contains(Array(subfolder.name)), Self.isMaildir(subfolder.folder) {
        files.append(MailSource(.file, path, folder: subfolder.folder, isMaildirFile: true))
      } else if try MboxScanner.beginning(of: file) != nil {
        sources.append(MailSource(.mbox, path, folder: path))
      } else {
        files.append(MailSource(.file, path, folder: path.folder))
      }
    } catch let error as MailboxError {
      problems.append(error)
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
    do {
      let content = try FolderContent(path)
      let isMaildir = content.folders.contains(Self.cur) || content.folders.contains(Self.new)
      let choice = selection.choice(name)
      if isMaildir || content.hasFiles {
        folderNames.append(name)
        if choice != .none {
          add(content, of: path, isMaildir: isMaildir, isNamed: choice == .named)
        }
      }
      for folder in content.folders.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
        if isMaildir, [Self.cur, Self.new, Self.tmp].contains(folder) { continue }
        let below = path.appending(folder)
        // A hidden folder is one of Maildir++, or none of ours: `.notmuch`, `.git`.
        let isHidden = folder.first == UInt8(ascii: ".")
        guard isNew(below), !isHidden || Self.isMaildir(below) else { continue }
        var own = String(decoding: isHidden ? folder.dropFirst() : folder[...], as: UTF8.self)
        if isHidden { own = own.split(separator: ".").joined(separator: "/") }
        walk(below, name: prefix + own, prefix: prefix + own + "/", depth: depth + 1)
      }
    } catch let error as MailboxError {
      problems.append(error)
    } catch {
      problems.append(MailboxError(path, reason: "it cannot be read"))
    }
  }

  private mutating func add(
    _ content: FolderContent, of path: MailPath, isMaildir: Bool, isNamed: Bool
  ) {
    if isMaildir {
      for subfolder in [Self.new, Self.cur] where content.folders.contains(subfolder) {
        sources.append(
          MailSource(.maildir, path.appending(subfolder), folder: path, isNamed: isNamed))
      }
      return
    }
    if content.hasMessages {
      sources.append(MailSource(.files, path, folder: path, isNamed: isNamed))
    }
    for name in content.mboxes.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      addFile(path.appending(name))
    }
  }

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
