import Glibc
import System
import Tracking

/// That this process is the one that goes on asking an organization; it lasts as long as the process.
package final class SyncClaim {
  private let descriptor: Int32

  /// Claims an organization.
  ///
  /// - Parameters:
  ///   - entry: The organization.
  ///   - opener: Where the store is that this side keeps of it.
  /// - Throws: `TrackingFailure` where another process has it; `FileError`.
  package init(_ entry: OrganizationEntry, of opener: OrganizationOpener) throws {
    let path = try opener.storePath(of: entry) + ".follow"
    try AtomicFile.makeFolder(FilePath.folder(of: path))
    descriptor = System.open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw FileError(path: path, code: errno) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw TrackingFailure(
        word: "busy", "another 'sync --follow' brings mail to it", organization: entry.name)
    }
  }

  deinit { close(descriptor) }
}
