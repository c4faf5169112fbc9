import CSystem
import Glibc
import System
import TrackingStore

/// Looks at files and folders: whether they are what they should be, and whose.
package enum PlaceExamination {
  /// Looks at a profile.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - report: Told of each finding.
  package static func profile(_ path: String, _ report: (Finding) throws -> Void) rethrows {
    var link = stat()
    guard lstat(path, &link) == 0 else {
      try report(
        Finding(
          .profile, "\(path): \(String(cString: strerror(errno)))",
          remedy: "write one, see crm-mailfilter.toml(5)"))
      return
    }
    var status = stat()
    if stat(path, &status) != 0 { status = link }
    let distrust =
      Distrust.isTrusted(link.st_uid) ? Distrust.ofProfile(status) : .foreignOwner
    if let distrust { try report(finding(distrust, path, status)) }
    try folder(of: path, report)
  }

  /// Looks at a store's file, its companions and its folder.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - command: Where the store was used before, what makes a new one in its place.
  ///   - report: Told of each finding.
  /// - Returns: Whether the file can be opened to be examined.
  package static func store(
    _ path: String, madeAnewBy command: String? = nil, _ report: (Finding) throws -> Void
  ) rethrows -> Bool {
    var status = stat()
    let isThere = lstat(path, &status) == 0
    if let command, !isThere || status.st_mode & S_IFMT == S_IFREG && status.st_size == 0 {
      try report(
        Finding(
          .store, "\(path): it was used before, and is \(isThere ? "empty" : "not there") now",
          remedy:
            "mount its disk, or restore a backup; to begin anew, without what it knew of refused and withdrawn mail: \(command)"
        ))
      return false
    }
    guard isThere else {
      try report(
        Finding(
          .store, "\(path): \(String(cString: strerror(errno)))",
          remedy: "restore a backup; 'org add' or the first tracked message makes a new one"))
      return false
    }
    let distrust = Distrust.ofStoreFile(path, status)
    if let distrust { try report(finding(distrust, path, status)) }
    guard distrust != .symbolicLink, distrust != .notRegular else { return false }
    if status.st_nlink > 1 {
      try report(
        Finding(
          .store, "\(path) has \(status.st_nlink) names; by another one its log is not found",
          remedy: "remove the others: find / -xdev -samefile \(quoted(path))"))
    }
    let isShared = Distrust.isForGroup(path, status)
    try isPrivate(path, but: isShared ? 0o660 : 0o600, report)
    // SQLite gives what it puts beside a store the owner and permissions of the store.
    var canBeOpened = distrust == nil
    for name in Distrust.companions.map({ path + $0 }) {
      let distrust = Distrust.ofCompanion(name, of: path, status)
      if let distrust, distrust != .writableByAll {
        try report(
          Finding(
            .permission, "\(name): \(distrust)",
            remedy: "move \(quoted(name)) away: it may hold what somebody else wrote"))
        canBeOpened = false
      } else {
        try isPrivate(name, but: isShared ? 0o660 : 0o600, report)
      }
    }
    if isShared { try isForGroup(path + ".lock", report) }
    if Distrust.ofStoreFolder(path, status) != nil {
      try folder(of: path, isStores: true, report)
    }
    return canBeOpened
  }

  /// Looks at a spool: its folder, and all that lies in it.
  package static func spool(_ spool: Spool, _ report: (Finding) throws -> Void) rethrows {
    var status = stat()
    guard lstat(spool.path, &status) == 0 else { return }
    if let distrust = Distrust.ofSpool(status) {
      try report(finding(distrust, spool.path, status))
      return
    }
    try isPrivate(spool.path, but: 0o700, report)
    spool.recount()
    for place in spool.allContents().damaged {
      try report(
        Finding(
          .spool, "\(place.name) cannot be read",
          remedy: "look at \(quoted(spool.path + "/" + place.path)), "
            + "then 'failures discard \(place.name)'"))
    }
    let left = spool.entries().count { $0.attempts >= Spool.maxAutomaticAttempts }
    if left > 0 {
      try report(
        Finding(
          .spool,
          "\(left) \(left == 1 ? "message is" : "messages are") not tried again without a person",
          remedy: "see 'failures', then 'failures retry' or 'failures discard'"))
    }
    for path in spool.leftovers() {
      try report(
        Finding(
          .spool, "\(path) is left of a run that was killed", remedy: "rm \(quoted(path))",
          repair: .removal(path: path)))
    }
    for path in spool.paths() { try isPrivate(path, but: 0o600, report) }
  }

  /// Repairs what can be repaired outside of stores.
  ///
  /// - Throws: `FileError`.
  package static func apply(_ repair: Repair) throws(FileError) {
    switch repair {
    case .permissions(let path, let mode):
      // What was looked at, and nothing that took its place.
      let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
      guard descriptor >= 0 else { throw FileError(path: path, code: errno) }
      defer { close(descriptor) }
      guard fchmod(descriptor, mode) == 0 else { throw FileError(path: path, code: errno) }
    case .removal(let path):
      guard unlink(path) == 0 || errno == ENOENT else { throw FileError(path: path, code: errno) }
    case .migration, .reindexing, .orphans, .emptyConversations, .attachments, .calendars: return
    }
  }

  // MARK: Permissions

  private static func quoted(_ path: String) -> String { Distrust.quoted(path) }

  private static func finding(_ distrust: Distrust, _ path: String, _ status: stat) -> Finding {
    let isMode = distrust == .writableByAll || distrust == .writableByGroup
    let repair = Repair.permissions(path: path, mode: status.st_mode & 0o7755)
    return Finding(
      .permission, "\(path): \(distrust)", remedy: distrust.remedy(path),
      repair: isMode && status.st_uid == geteuid() ? repair : nil)
  }

  /// Whether nobody has permissions who should not.
  private static func isPrivate(
    _ path: String, but mode: mode_t, _ report: (Finding) throws -> Void
  ) rethrows {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFREG || status.st_mode & S_IFMT == S_IFDIR else {
      try report(
        Finding(
          .permission, "\(path): not a regular file", remedy: "move \(quoted(path)) away"))
      return
    }
    let present = status.st_mode & 0o777
    let wanted = present & (mode | 0o700)
    guard present != wanted else { return }
    try report(
      Finding(
        .permission, "\(path): others may read or write it (\(String(present, radix: 8)))",
        remedy: "chmod \(String(wanted, radix: 8)) \(quoted(path))",
        repair: status.st_uid == geteuid() ? .permissions(path: path, mode: wanted) : nil))
  }

  /// Whether all members of a group may use the lock of their store.
  private static func isForGroup(
    _ path: String, _ report: (Finding) throws -> Void
  ) rethrows {
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & 0o060 != 0o060 else { return }
    try report(
      Finding(
        .permission, "\(path): the group may not use it", remedy: "chmod 660 \(quoted(path))",
        repair: status.st_uid == geteuid() ? .permissions(path: path, mode: 0o660) : nil))
  }

  /// Whether nobody else may put another file in the place of one, or, where it is that of a store,
  /// beside it.
  private static func folder(
    of path: String, isStores: Bool = false, _ report: (Finding) throws -> Void
  ) rethrows {
    let folder = FilePath.folder(of: path)
    var status = stat()
    guard stat(folder, &status) == 0 else { return }
    let isSticky = status.st_mode & S_ISVTX != 0 && !isStores
    let isOfGroup = status.st_mode & S_ISGID != 0 && !isStores
    let isOpen = status.st_mode & (isOfGroup ? 0o002 : 0o022) != 0 && !isSticky
    if isOpen || !Distrust.isTrusted(status.st_uid) && !isOfGroup {
      try report(
        Finding(
          .permission, "\(folder): others may replace what lies in it",
          remedy: isOpen ? "chmod go-w \(quoted(folder))" : "chown \(geteuid()) \(quoted(folder))",
          repair: isOpen && status.st_uid == geteuid()
            ? .permissions(path: folder, mode: status.st_mode & (isOfGroup ? 0o7775 : 0o7755)) : nil
        ))
    }
  }
}
