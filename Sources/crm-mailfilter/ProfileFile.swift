import Glibc
import MailPipeline
import Tracking

/// The profile on disk, to change it in place.
struct ProfileFile {
  let path: String

  /// Changes the profile; the file is the old one or the new one at any moment.
  ///
  /// - Throws: `CommandError` where somebody else changed it meanwhile; `FileError`, `ProfileError`.
  func edit(_ change: (inout ProfileEditor) -> Void) throws {
    let before = try FileContents.read(path)
    var editor = ProfileEditor(before)
    change(&editor)
    guard editor.text != before else { return }
    // What would not be read again is not written.
    _ = try Profile(toml: editor.text, path: path)
    // A profile that is a link, into a repository of dot files perhaps, stays one.
    let target = try resolved()
    var status = stat()
    guard stat(target, &status) == 0 else { throw FileError(path: path, code: errno) }
    let slash = target.lastIndex(of: "/")
    let folder = slash.map { $0 == target.startIndex ? "/" : String(target[..<$0]) } ?? "."
    let name = slash.map { String(target[target.index(after: $0)...]) } ?? target
    guard try FileContents.read(path) == before else {
      throw CommandError(.temporaryFailure, "the profile changed meanwhile; try again")
    }
    try AtomicFile.write(name, in: folder, mode: status.st_mode & 0o7777, replaces: true) { write in
      try editor.text.withUnsafeBytes(write)
    }
  }

  private func resolved() throws -> String {
    guard let resolved = realpath(path, nil) else { throw FileError(path: path, code: errno) }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
