import ArgumentParser
import Glibc
import TrackingStore

extension OrgCommand {
  /// `org set`.
  struct Set: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "set", abstract: "Changes a setting of an organization.")

    @Argument(help: "The organization.")
    var name: String

    @Argument(help: "The setting, see 'org show'.")
    var setting: String

    @Argument(help: "Its value.")
    var value: String

    @OptionGroup var profile: ProfileOptions

    func run() throws {
      let opener = try profile.opener()
      let entry = try OrganizationOptions.entry(name, in: opener.profile)
      try OrganizationOptions.open(entry, of: opener, .administer).store.setPolicy(
        setting, to: value)
    }
  }
}
