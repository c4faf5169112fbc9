import ArgumentParser
import MailPipeline
import Tracking
import TrackingStore

/// Which profile and organization a command is about.
struct ProfileOptions: ParsableArguments {
  @Option(name: .long, help: "The profile instead of the usual one.")
  var profile: String?

  /// The path of the profile.
  ///
  /// - Throws: `CommandError` where there is none.
  func path() throws -> String {
    switch ProfileLocation.find(option: profile, in: .process) {
    case .named(let path), .found(let path): return path
    case .none(let usual):
      throw CommandError(
        .configuration,
        """
        no profile; make one with 'crm-mailfilter setup', or write \(usual ?? "one for --profile"), \
        see crm-mailfilter.toml(5)
        """)
    }
  }

  /// Reads the profile.
  ///
  /// - Throws: `CommandError`, `FileError`, `UnsafeFile`, `ProfileError`.
  func load() throws -> Profile {
    let path = try path()
    return try Profile(toml: ProfileContents.read(path), path: path)
  }

  /// Reads the profile and gives what opens its organizations.
  ///
  /// - Parameter patience: How long to wait for others, in milliseconds.
  /// - Returns: The opener.
  /// - Throws: `CommandError`, `FileError`, `ProfileError`.
  func opener(patience: Int = FilterRun.patience) throws -> OrganizationOpener {
    var opener = OrganizationOpener(
      profile: try load(), dataFolder: HostEnvironment.process.dataFolder,
      deadline: Deadline(milliseconds: patience), now: TextOutput.now)
    opener.usedStores = HostEnvironment.process.usedStores
    return opener
  }
}
