import Glibc
import System
import Tracking

/// The file of secrets beside the profile: this user's alone, or not read.
package struct CredentialFile: Sendable {
  /// Where it is.
  package let path: String

  /// What it is called.
  package static let name = "credentials.toml"

  /// The most bytes that it may have.
  private static let longest = 1 << 20

  /// How long another change is waited for, in milliseconds.
  private static let patience = 5_000

  /// The file in a folder.
  package init(folder: String) { path = folder + "/" + Self.name }

  /// What it holds; nothing where there is none.
  ///
  /// - Throws: `CredentialError`.
  package func read() throws(CredentialError) -> CredentialTable {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW)
    if descriptor < 0, errno == ENOENT || errno == ENOTDIR { return CredentialTable() }
    guard descriptor >= 0 else {
      throw .file(
        errno == ELOOP
          ? UnsafeFile(path: path, distrust: .symbolicLink).description
          : FileError(path: path, code: errno).description)
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw .file(FileError(path: path, code: errno).description)
    }
    if let distrust = Distrust.ofSecret(status) {
      throw .file(UnsafeFile(path: path, distrust: distrust).description)
    }
    do {
      return try CredentialTable(
        toml: FileContents.read(descriptor, path: path, limit: Self.longest), path: path)
    } catch {
      throw .file("\(error)")
    }
  }

  /// Changes it; it is the old one or the new one at any moment.
  ///
  /// - Throws: `CredentialError`.
  package func edit(_ change: (inout CredentialTable) -> Void) throws(CredentialError) {
    let folder = FilePath.folder(of: path)
    let deadline = Deadline(milliseconds: Self.patience)
    while true {
      do {
        try AtomicFile.makeFolder(folder)
        // Of two changes at once one waits: the file that is not whole yet is locked.
        try AtomicFile.write(Self.name, in: folder, replaces: true) { write in
          var table = try read()
          change(&table)
          try table.toml.withUnsafeBytes(write)
        }
        return
      } catch let error as FileError where error.code == EEXIST && !deadline.hasPassed {
        usleep(20_000)
      } catch let error as CredentialError {
        throw error
      } catch {
        throw .file("cannot be saved: \(error)")
      }
    }
  }
}
