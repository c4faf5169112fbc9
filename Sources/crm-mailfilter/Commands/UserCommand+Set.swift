import ArgumentParser
import Tracking
import TrackingStore

extension UserCommand {
  /// `user set`.
  struct Set: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "set", abstract: "Changes a user.")

    @Argument(help: "One of the user's addresses.")
    var address: String

    @Option(help: "administrator, member or reader.")
    var role: UserRole?

    @Option(help: "all, replies, contacts, records, none, or default for the organization's.")
    var filter: String?

    @Option(parsing: .unconditionalSingleValue, help: "An address to add; may be given again.")
    var addAlias: [String] = []

    @Option(parsing: .unconditionalSingleValue, help: "An address to take away.")
    var removeAlias: [String] = []

    @Option(help: "The Unix login that may act as the user, or none.")
    var login: String?

    @Flag(help: "Mail is tracked for the user again.")
    var enable = false

    @Flag(help: "No more mail is tracked for the user; what there is stays.")
    var disable = false

    @OptionGroup var organization: OrganizationOptions

    func validate() throws {
      guard !enable || !disable else {
        throw ValidationError("--enable and --disable exclude each other")
      }
    }

    func run() throws {
      let (store, acting) = try organization.open(.readOwn)
      guard let user = try store.user(parseAddress(address)) else {
        throw DirectoryError.noUser(address)
      }
      // Which mail is tracked for them is everybody's own choice.
      let isOwnChoice =
        user.id == acting.id && role == nil && addAlias.isEmpty && removeAlias.isEmpty && !enable
        && !disable && login == nil
      if !isOwnChoice { try OrganizationOptions.require(.administer, of: acting, in: store) }
      let removed = try removeAlias.map(parseAddress)
      guard !removed.contains(user.address) else {
        throw CommandError(.usage, "\(user.address) is the user's name and stays")
      }
      let addresses =
        try user.addresses.filter { !removed.contains($0) }
        + addAlias.map(parseAddress).filter { !user.addresses.contains($0) }
      let policy = try store.policy()
      let changed = OrganizationUser(
        id: user.id, address: user.address, addresses: addresses, kind: user.kind,
        role: role ?? user.role, filter: try newFilter(of: user, policy),
        isEnabled: enable || (user.isEnabled && !disable), login: try newLogin(of: user))
      try store.changeUser(changed)
    }

    private func newLogin(of user: OrganizationUser) throws -> String? {
      guard let login else { return user.login }
      return login == "none" ? nil : try UserCommand.login(login)
    }

    private func newFilter(
      of user: OrganizationUser, _ policy: OrganizationPolicy
    ) throws -> FilterMethod? {
      guard let filter else { return user.filter }
      if filter == "default" { return nil }
      guard let method = FilterMethod(rawValue: filter) else {
        throw CommandError(
          .usage,
          "'\(filter)' is no filter; it takes default, "
            + FilterMethod.allCases.map(\.rawValue).joined(separator: ", "))
      }
      guard method != .all || policy.allowsAll else {
        throw CommandError.allFilterForbidden
      }
      return method
    }
  }
}
