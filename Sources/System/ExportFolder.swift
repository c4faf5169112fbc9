import CSystem
import Glibc

/// A folder of files that is there whole or not at all.
///
/// It is filled under another name in the same folder, and gets its own at the end.
package final class ExportFolder {
  private let path: String
  private let temporary: String
  /// What was made, to be taken away again.
  private var files: [String] = []
  private var folders: [String] = []

  /// Makes the folder under its other name.
  ///
  /// - Parameters:
  ///   - path: What it is to be called; nothing of the name may be there.
  ///   - subfolders: Folders in it.
  /// - Throws: `FileError`.
  package init(_ path: String, subfolders: [String] = []) throws(FileError) {
    var name = path
    while name.count > 1, name.hasSuffix("/") { name.removeLast() }
    self.path = name
    var status = stat()
    guard lstat(name, &status) != 0 else { throw FileError(path: path, code: EEXIST) }
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    let last = parts.last.map(String.init) ?? ""
    temporary =
      (parts.dropLast() + [".tmp-\(getpid())-\(last)"]).joined(separator: "/")
    for folder in [temporary] + subfolders.map({ temporary + "/" + $0 }) {
      guard mkdir(folder, 0o700) == 0 else {
        let code = errno
        discard()
        throw FileError(path: path, code: code)
      }
      folders.append(folder)
    }
  }

  /// Writes a file, 0600.
  ///
  /// - Parameters:
  ///   - name: Its name, or its path in the folder.
  ///   - write: Writes the content with the function it is given.
  /// - Throws: `FileError`; what `write` throws.
  package func add(
    _ name: String, _ write: ((UnsafeRawBufferPointer) throws(FileError) -> Void) throws -> Void
  ) throws {
    let file = temporary + "/" + name
    let descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw FileError(path: path, code: errno) }
    files.append(file)
    var isOpen = true
    defer { if isOpen { close(descriptor) } }
    try write { bytes throws(FileError) in
      let code = Descriptor.writeAll(bytes, to: descriptor)
      guard code == 0 else { throw FileError(path: self.path, code: code) }
    }
    isOpen = false
    guard close(descriptor) == 0 || errno == EINTR else {
      throw FileError(path: path, code: errno)
    }
  }

  /// Gives the folder its name once all of it survives a power cut.
  ///
  /// - Throws: `FileError`.
  package func finish() throws(FileError) {
    let descriptor = open(temporary, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError(path: path, code: errno) }
    let result = csystem_sync_filesystem(descriptor)
    close(descriptor)
    guard result == 0 else { throw FileError(path: path, code: result) }
    let renamed = renameNew(temporary, path)
    guard renamed == 0 else { throw FileError(path: path, code: renamed) }
    try AtomicFile.syncFolder(FilePath.folder(of: path))
  }

  /// Takes away what was made of it.
  package func discard() {
    for file in files { unlink(file) }
    for folder in folders.reversed() { rmdir(folder) }
  }
}
