import Glibc
import System
import Tracking

/// Where the profile is looked for.
package enum ProfileLocation: Hashable, Sendable {
  /// Somebody named it: it must be there.
  case named(String)
  /// It was found in one of the usual places.
  case found(String)
  /// There is none; where the user's would be, if that is known.
  case none(usual: String?)

  /// The file; `nil` where there is none.
  package var path: String? {
    switch self {
    case .named(let path), .found(let path): path
    case .none: nil
    }
  }

  /// The name of a profile in its folder.
  package static let fileName = "crm-mailfilter.toml"

  /// The system's profile.
  package static let systemPath = "/etc/crm-mailfilter/" + fileName

  /// Looks for the profile: the option, `$CRM_MAILFILTER_PROFILE`, the user's configuration, the
  /// system's.
  package static func find(option: String?, in environment: HostEnvironment) -> ProfileLocation {
    if let path = option ?? environment.path("CRM_MAILFILTER_PROFILE") {
      return .named(absolute(path))
    }
    let usual = environment.folder("XDG_CONFIG_HOME", default: ".config")
      .map { $0 + "/" + fileName }
    for path in [usual, systemPath].compactMap({ $0 }) {
      // A profile that is there and may not be read is found: it must not be passed over.
      if access(path, F_OK) == 0 || errno != ENOENT && errno != ENOTDIR { return .found(path) }
    }
    return .none(usual: usual)
  }

  /// A path that holds from any folder: a message may wait for a run that starts elsewhere.
  private static func absolute(_ path: String) -> String {
    guard !path.hasPrefix("/"), let folder = getcwd(nil, 0) else { return path }
    defer { free(folder) }
    return FilePath.text(of: folder) + "/" + path
  }
}

/// Reads profiles, but none that somebody else could have written: a profile says where mail goes.
package enum ProfileContents {
  /// The bytes of a profile.
  ///
  /// A symbolic link is followed where it is this user's or root's own.
  ///
  /// - Throws: `FileError`; `UnsafeFile`.
  package static func read(_ path: String) throws -> [UInt8] {
    // A FIFO that nobody writes must not hold us up.
    let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK
    var descriptor = open(path, flags | O_NOFOLLOW)
    if descriptor < 0, errno == ELOOP {
      var link = stat()
      guard lstat(path, &link) == 0 else { throw FileError(path: path, code: errno) }
      guard Distrust.isTrusted(link.st_uid) else {
        throw UnsafeFile(path: path, distrust: .foreignOwner)
      }
      descriptor = open(path, flags)
    }
    guard descriptor >= 0 else { throw FileError(path: path, code: errno) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw FileError(path: path, code: errno) }
    if let distrust = Distrust.ofProfile(status) {
      throw UnsafeFile(path: path, distrust: distrust)
    }
    return try FileContents.read(descriptor, path: path)
  }
}
