import Glibc
import System

/// What the process was given by those who started it: environment variables and the user's home.
package struct HostEnvironment: Sendable {
  private let variables: @Sendable (String) -> String?
  /// The same for those that hold paths, which need not be UTF-8 (`FilePath`).
  private let paths: @Sendable (String) -> String?
  private let passwordHome: @Sendable () -> String?

  /// The kinds of organizations that there are.
  package var providers = OrganizationProviders.all

  /// Whether what is opened stays open until the process ends: closing a store costs more than its use, and
  /// the end of a process closes it without that.
  ///
  /// Not where a process goes on for long and opens the same again and again.
  package var keepsStoresOpen = false

  /// Makes an environment of given variables.
  ///
  /// - Parameters:
  ///   - variables: The variables.
  ///   - home: The home folder of the user database.
  package init(variables: [String: String], home: String? = nil) {
    self.variables = { variables[$0] }
    paths = { variables[$0] }
    passwordHome = { home }
  }

  private init() {
    variables = { name in getenv(name).map { String(cString: $0) } }
    paths = { name in getenv(name).map { FilePath.text(of: $0) } }
    passwordHome = {
      guard let user = getpwuid(geteuid()), let folder = user.pointee.pw_dir else { return nil }
      return FilePath.text(of: folder)
    }
    keepsStoresOpen = true
  }

  /// The environment of this process.
  package static let process = HostEnvironment()

  /// A variable; an empty one is none, as the XDG specification has it.
  package subscript(_ name: String) -> String? { variables(name).flatMap { $0.isEmpty ? nil : $0 } }

  /// A variable that holds a path, as `FilePath.text(of:)` has it; an empty one is none.
  package func path(_ name: String) -> String? { paths(name).flatMap { $0.isEmpty ? nil : $0 } }

  /// A variable as it is, empty or not.
  package func value(of name: String) -> String? { variables(name) }

  /// The home folder; mail hosts may give no HOME.
  package var home: String? { path("HOME") ?? passwordHome() }

  /// A folder of the XDG base directory specification with this program's name added.
  ///
  /// A relative value counts as none, as the specification has it.
  func folder(_ variable: String, default fallback: String) -> String? {
    if let base = path(variable), base.hasPrefix("/") { return base + "/crm-mailfilter" }
    return home.flatMap { $0.hasPrefix("/") ? $0 + "/" + fallback + "/crm-mailfilter" : nil }
  }

  /// Where stores lie that the profile names by a relative path.
  package var dataFolder: String? { folder("XDG_DATA_HOME", default: ".local/share") }

  /// Where the spool lies unless it is named.
  package var spoolFolder: String? {
    folder("XDG_STATE_HOME", default: ".local/state").map { $0 + "/spool" }
  }

  /// What remembers the stores that were used: a file beside the usual spool.
  package var usedStores: UsedStores? {
    folder("XDG_STATE_HOME", default: ".local/state").map { UsedStores(path: $0 + "/stores") }
  }

  /// Where temporary files may lie.
  package var temporaryFolders: [String] {
    (path("TMPDIR").map { [$0] } ?? []) + ["/tmp", "/var/tmp"]
  }
}
