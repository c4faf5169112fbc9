import ArgumentParser
import Tracking
import TrackingStore

extension UserCommand {
  /// `user add`.
  struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "add", abstract: "Adds a user, or a shared mailbox.")

    @Argument(help: "The address by which the user is known.")
    var address: String

    @Option(parsing: .unconditionalSingleValue, help: "Another address; may be given again.")
    var alias: [String] = []

    @Option(help: "administrator, member or reader.")
    var role = UserRole.member

    @Option(help: "all, replies, contacts, records or none; the organization's where absent.")
    var filter: FilterMethod?

    @Option(help: "The Unix login that may act as the user.")
    var login: String?

    @Flag(help: "A shared mailbox instead of a person.")
    var queue = false

    @OptionGroup var organization: OrganizationOptions

    func run() throws {
      let store = try organization.open(.administer, for: .track).store
      guard try filter != .all || store.policy().allowsAll else {
        throw CommandError.allFilterForbidden
      }
      try store.addUser(
        parseAddress(address), addresses: alias.map(parseAddress), kind: queue ? .queue : .user,
        role: role, filter: filter, login: try login.map(UserCommand.login), now: TextOutput.now)
    }
  }
}
