import Glibc
import MailPipeline
import System
import Tracking

/// Where no archive may lie, be it empty or not there yet: others put files of theirs there, or read
/// what lies there as such.
enum ArchivePlace {
  /// What a folder is that may not become an archive.
  ///
  /// - Parameters:
  ///   - path: The folder, which need not be there.
  ///   - opener: The organizations, whose stores lie somewhere.
  /// - Returns: Words for what it is; `nil` for a folder that may.
  static func refusal(of path: String, _ opener: OrganizationOpener) -> String? {
    let environment = HostEnvironment.process
    let place = resolved(path)
    if place == environment.home.map(resolved) { return "your home folder" }
    // The list of used stores lies beside the usual spool.
    for own in [environment.dataFolder, environment.spoolFolder.map(FilePath.folder)] {
      guard let own = own.map(resolved) else { continue }
      if place == own || place.hasPrefix(own + "/") {
        return "a folder of this program's own files"
      }
    }
    for entry in opener.profile.organizations {
      // A store may lie in any folder: what is below it is not the store's.
      guard let store = try? opener.storePath(of: entry) else { continue }
      if place == resolved(FilePath.folder(of: store)) { return "the folder of a store" }
    }
    return isInMaildir(place) ? "a folder of a Maildir, whose files are read as mail" : nil
  }

  /// Whether a folder is one of the three of a Maildir, or in one.
  private static func isInMaildir(_ place: String) -> Bool {
    let names = ["new", "cur", "tmp"]
    var path = place
    while path != "/", path != "." {
      let parent = FilePath.folder(of: path)
      let isOne = names.contains(FilePath.name(of: path))
      if isOne, names.allSatisfy({ isFolder(parent + "/" + $0) }) { return true }
      path = parent
    }
    return false
  }

  private static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return FilePath.withCString(path) { stat($0, &status) } == 0
      && status.st_mode & S_IFMT == S_IFDIR
  }

  /// A path without links as far as it is there, and what follows as it was written.
  private static func resolved(_ path: String) -> String {
    if let whole = FilePath.withCString(path, { realpath($0, nil) }) {
      defer { free(whole) }
      return FilePath.text(of: whole)
    }
    var end = path
    while end.utf8.count > 1, end.utf8.last == UInt8(ascii: "/") { end.removeLast() }
    let parent = FilePath.folder(of: end)
    guard end != parent, end != "." else { return end }
    let above = resolved(parent)
    return (above == "/" ? "" : above) + "/" + FilePath.name(of: end)
  }
}
