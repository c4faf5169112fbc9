import Glibc

/// What tells whether a file or folder has changed since it was looked at.
package struct FileStamp: Sendable, Hashable, CustomStringConvertible {
  private let inode: UInt64
  /// The length of a file, in bytes; 0 of a folder.
  let size: Int64
  private let modified: Int64
  /// When its content changed last, in nanoseconds since 1970; of what lies beyond the year 2262 or
  /// before 1678, the nearest.
  package var modifiedAt: Int64 { modified }

  init(_ status: stat) {
    inode = UInt64(status.st_ino)
    // Of a folder the length means nothing.
    size = status.st_mode & S_IFMT == S_IFDIR ? 0 : Int64(status.st_size)
    // Anybody can set any time of a file.
    let seconds = Int64(status.st_mtim.tv_sec)
    let (whole, isBeyond) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, isBeyondToo) = whole.addingReportingOverflow(Int64(status.st_mtim.tv_nsec))
    modified = isBeyond || isBeyondToo ? (seconds < 0 ? .min : .max) : sum
  }

  /// The stamp of what lies at a path; `nil` where nothing does.
  package init?(_ path: MailPath) {
    var status = stat()
    guard path.withCString({ stat($0, &status) }) == 0 else { return nil }
    self.init(status)
  }

  /// Whether a change after a look at some time would have changed the stamp.
  ///
  /// Some file systems keep whole seconds, some of them every other: what changed so shortly before
  /// the look may have changed again after it.
  ///
  /// - Parameter time: When the look began, in nanoseconds since 1970.
  /// - Returns: Whether the stamp can be trusted.
  package func isSettled(at time: Int64) -> Bool { modified < time - 2_000_000_000 }

  /// As text, to be compared.
  package var description: String { "\(inode) \(size) \(modified)" }
}
