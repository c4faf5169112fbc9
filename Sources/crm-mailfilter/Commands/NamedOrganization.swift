import ArgumentParser
import Tracking

/// An organization of the profile whose entry there is changed.
struct NamedOrganization: ParsableArguments {
  @Argument(help: "The organization.")
  var name: String

  @OptionGroup var profile: ProfileOptions

  /// Says in the profile whether mail may be brought to it.
  ///
  /// - Returns: Its name.
  /// - Throws: `CommandError` where there is none of the name; what reading and writing throw.
  func setConnected(_ isConnected: Bool) throws -> String {
    _ = try OrganizationOptions.entry(name, in: profile.load())
    try ProfileFile(path: profile.path()).edit {
      try $0.setConnected(isConnected, organization: name)
    }
    return name
  }
}
