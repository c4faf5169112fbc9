import Glibc
import System

extension Spool {
  /// Whether a name is that of a file that was being written.
  static func isTemporary(_ name: String) -> Bool { name.hasPrefix(temporaryPrefix) }

  /// Files of which no run will know any more: half-written ones an hour old, and how often entries
  /// were tried that are gone.
  func leftovers() -> [String] {
    var found = names(in: "", where: Self.isTemporary).map { path + "/" + $0 }.filter { file in
      var status = stat()
      return lstat(file, &status) == 0 && status.st_mtim.tv_sec < time(nil) - 3600
    }
    for folder in [""] + queues().flatMap(folders) {
      let names = names(in: folder)
      let entries = Set(names.filter(SpoolPlace.isName))
      for name in names
      where name.hasSuffix(SpoolPlace.attemptsSuffix) && !name.hasPrefix(".")
        && !entries.contains(String(name.dropLast(SpoolPlace.attemptsSuffix.count)))
      {
        found.append(path + "/" + (folder.isEmpty ? name : folder + "/" + name))
      }
    }
    return found
  }

  /// All paths that are to be this user's alone.
  func paths() -> [String] {
    var paths: [String] = []
    for queue in queues() { paths.append(path + "/" + queue) }
    for folder in queues().flatMap(folders) { paths.append(path + "/" + folder) }
    forEachPlace { paths.append(path + "/" + $0.path) }
    return paths
  }
}
