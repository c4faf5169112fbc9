import Glibc

/// Where the profile is looked for.
public enum ProfileLocation: Hashable, Sendable {
  /// Somebody named it: it must be there.
  case named(String)
  /// It was found in one of the usual places.
  case found(String)
  /// There is none; where the user's would be, if that is known.
  case none(usual: String?)

  /// The file; `nil` where there is none.
  public var path: String? {
    switch self {
    case .named(let path), .found(let path): path
    case .none: nil
    }
  }

  /// The name of a profile in its folder.
  public static let fileName = "crm-mailfilter.toml"

  /// The system's profile.
  public static let systemPath = "/etc/crm-mailfilter/" + fileName

  /// Looks for the profile: the option, `$CRM_MAILFILTER_PROFILE`, the user's configuration, the
  /// system's.
  public static func find(option: String?, in environment: HostEnvironment) -> ProfileLocation {
    if let path = option ?? environment["CRM_MAILFILTER_PROFILE"] { return .named(absolute(path)) }
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
    return String(cString: folder) + "/" + path
  }
}
