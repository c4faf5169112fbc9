import ArgumentParser
import Tracking
import TrackingStore

extension UserCommand {
  /// `user list`.
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "Lists users with role, filter, login and addresses.")

    @OptionGroup var organization: OrganizationOptions

    func run() throws {
      let store = try organization.open(.readOrganization).store
      let policy = try store.policy()
      let rows = try store.users().map { user in
        [
          user.address.description, user.kind.rawValue, user.role.rawValue,
          "filter " + Decider.effectiveFilter(of: user, policy: policy).rawValue
            + (user.filter == nil ? " (default)" : ""),
          user.isEnabled ? "enabled" : "disabled", user.login.map { "login \($0)" } ?? "no login",
          user.addresses.dropFirst().map(\.description).joined(separator: ", "),
        ]
      }
      print(TextOutput.table(rows), terminator: "")
    }
  }
}
