import ArgumentParser
import Glibc
import Tracking
import TrackingStore

extension OrgCommand {
  /// `org show`.
  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Shows an organization's settings.")

    @Argument(help: "Its name; the synchronizing one where it is absent.")
    var name: String?

    @OptionGroup var profile: ProfileOptions

    func run() throws {
      let opener = try profile.opener()
      let entry = try OrganizationOptions.entry(name, in: opener.profile)
      let policy = try opener.open(entry, for: .read).store.policy()
      print(
        TextOutput.table(
          PolicySetting.all.map { [$0.name, $0.value(in: policy), $0.summary] }), terminator: "")
    }
  }
}
