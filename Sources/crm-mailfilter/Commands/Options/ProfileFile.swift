import CSystem
import Glibc
import MailPipeline
import System
import Tracking

/// The profile on disk, to change it in place.
struct ProfileFile {
  let path: String

  /// How long another change is waited for, in milliseconds.
  private static let patience = 5_000

  /// Changes the profile; the file is the old one or the new one at any moment, with the owner,
  /// group and mode that it had.
  ///
  /// Two changes at once come one after the other.
  ///
  /// - Throws: `CommandError` where somebody else changed it meanwhile, or where its owner, group
  ///   or mode could not be kept; `FileError`, `ProfileError`.
  func edit(_ change: (inout ProfileEditor) throws -> Void) throws {
    // A profile that is a link, into a repository of dot files perhaps, stays one.
    let target = try resolved()
    let (folder, name) = (FilePath.folder(of: target), FilePath.name(of: target))
    try Self.whileLocked(folder) {
      let before = try ProfileContents.read(path)
      var editor = ProfileEditor(before, path: path)
      try change(&editor)
      guard editor.text != before else { return }
      // What would not be read again is not written.
      _ = try Profile(toml: editor.text, path: path)
      var status = stat()
      guard stat(target, &status) == 0 else { throw FileError(path: path, code: errno) }
      // An editor takes no lock.
      guard try ProfileContents.read(path) == before else {
        throw CommandError(.temporaryFailure, "the profile changed meanwhile; try again")
      }
      do {
        try AtomicFile.write(name, in: folder, like: status, replaces: true) { write in
          try editor.text.withUnsafeBytes(write)
        }
      } catch is AtomicFile.NotAlike {
        throw CommandError(
          .noPermission,
          "\(path) belongs to user \(status.st_uid) and group \(status.st_gid), mode "
            + "\(String(status.st_mode & 0o7777, radix: 8)), which your change could not keep; "
            + "it is left as it was; make the change as that user or as root")
      }
      guard try ProfileContents.read(path) == editor.text else {
        throw CommandError(.temporaryFailure, "the profile changed meanwhile; try again")
      }
    }
  }

  /// Makes the profile, 0600, with the folders above it.
  ///
  /// - Throws: `FileError`, EEXIST where there is one now; `ProfileError`.
  func create(_ text: [UInt8]) throws {
    _ = try Profile(toml: text, path: path)
    let (folder, name) = (FilePath.folder(of: path), FilePath.name(of: path))
    try AtomicFile.makeFolder(folder)
    try AtomicFile.write(name, in: folder) { write in try text.withUnsafeBytes(write) }
  }

  /// The file itself is replaced, so its folder is what can be locked.
  private static func whileLocked(_ folder: String, _ body: () throws -> Void) throws {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError(path: folder, code: errno) }
    defer { close(descriptor) }
    let deadline = Deadline(milliseconds: patience)
    let result = csystem_lock_until(descriptor, deadline.monotonicNanoseconds)
    guard result != ETIMEDOUT else {
      throw CommandError(
        .temporaryFailure, "another command is changing the profile; try again")
    }
    guard result == 0 else { throw FileError(path: folder, code: result) }
    try body()
  }

  private func resolved() throws -> String {
    guard let resolved = FilePath.withCString(path, { realpath($0, nil) }) else {
      throw FileError(path: path, code: errno)
    }
    defer { free(resolved) }
    return FilePath.text(of: resolved)
  }
}
