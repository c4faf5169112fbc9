import ArgumentParser
import MailPipeline
import System
import Tracking

/// Which profile and organization a command is about.
struct ProfileOptions: ParsableArguments {
  @Option(
    name: .long, help: "The profile instead of the usual one.",
    completion: .file(extensions: ["toml"]))
  var profile: String?

  /// Where it is looked for.
  func location(in environment: HostEnvironment) -> ProfileLocation {
    ProfileLocation.find(option: profile.map(ArgumentBytes.path), in: environment)
  }

  /// The path of the profile.
  ///
  /// - Throws: `CommandError` where there is none.
  func path() throws -> String {
    switch location(in: .process) {
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
  /// - Parameter patience: How long each turn waits for others, in milliseconds.
  /// - Returns: The opener.
  /// - Throws: `CommandError`, `FileError`, `ProfileError`.
  func opener(patience: Int = FilterRun.patience) throws -> OrganizationOpener {
    var opener = OrganizationOpener(
      profile: try load(), dataFolder: HostEnvironment.process.dataFolder,
      deadline: Deadline(millisecondsOfEachTurn: patience), now: TextOutput.now)
    opener.usedStores = HostEnvironment.process.usedStores
    opener.profileFolder = FilePath.folder(of: try path())
    opener.asking.prompt = TerminalPrompt.present
    return opener
  }
}

/// Which spool a command is about.
struct SpoolOptions: ParsableArguments {
  @Option(help: "The spool's folder instead of the usual one.", completion: .directory)
  var spool: String?

  /// Where it is; `nil` where there is no place for it.
  var path: String? { spool.map(ArgumentBytes.path) ?? HostEnvironment.process.spoolFolder }

  /// The spool.
  ///
  /// - Throws: `SpoolError` where there is no place for it, or it is not safe; `FileError`.
  func open() throws -> Spool {
    guard let path else { throw SpoolError.noPlace }
    let spool = Spool(path: path)
    try spool.check()
    return spool
  }
}

/// An organization of the profile whose entry there is changed.
struct NamedOrganization: ParsableArguments {
  @Argument(help: "The organization.", completion: ShellCompletions.organizations)
  var name: String

  @OptionGroup var profile: ProfileOptions

  /// Says in the profile whether mail may be brought to it.
  ///
  /// - Returns: Whether that is new.
  /// - Throws: `CommandError` where there is none of the name; what reading and writing throw.
  func setConnected(_ isConnected: Bool) throws -> Bool {
    let entry = try OrganizationOptions.entry(name, in: profile.load())
    guard entry.isConnected != isConnected else { return false }
    try ProfileFile(path: profile.path()).edit {
      try $0.setConnected(isConnected, organization: name)
    }
    return true
  }
}
