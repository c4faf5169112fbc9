import ArgumentParser
import System
import Tracking

/// `user`.
struct UserCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "user", abstract: "The users, for whom mail is tracked.",
    subcommands: [Add.self, List.self, Set.self, Remove.self])

  /// A login that the system knows; of an organization elsewhere one of its server, which knows it.
  ///
  /// - Throws: `CommandError` where it does not.
  static func login(_ text: String, of entry: OrganizationEntry) throws -> String {
    if entry.isElsewhere {
      guard !text.isEmpty, text != "none" else {
        throw CommandError(.usage, "'\(text)' is no name of a login")
      }
      return text
    }
    guard UnixLogin.number(of: text) != nil else {
      throw CommandError(.usage, "this system has no login '\(text)'; a number may be given, too")
    }
    return text
  }
}

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

    @Option(
      help: "The login that may act as the user: of this system, or of the organization's server.")
    var login: String?

    @Flag(help: "A shared mailbox instead of a person.")
    var queue = false

    @OptionGroup var organization: OrganizationOptions

    func run() throws {
      let opened = try organization.openDirectory(.administer, for: .track).organization
      let administration = try opened.administration()
      guard try filter != .all || administration.policy().allowsAll else {
        throw CommandError.allFilterForbidden
      }
      let name = try parseAddress(address)
      let aliases = try alias.map(parseAddress)
      let login = try login.map { try UserCommand.login($0, of: opened.entry) }
      if let present = try administration.user(name) {
        let wanted = OrganizationUser(
          id: present.id, address: name, addresses: [name] + aliases.filter { $0 != name },
          kind: queue ? .queue : .user, role: role, filter: filter, login: login)
        guard wanted == present else {
          throw CommandError(
            .data,
            name == present.address
              ? "\(name) is a user already; 'user set \(name)' changes it"
              : "\(name) is an address of the user \(present.address) already; take it from that "
                + "user first: 'user set \(present.address) --remove-alias \(name)'")
        }
        print("\(name) is a user already")
        return
      }
      try administration.addUser(
        name, addresses: aliases, kind: queue ? .queue : .user, role: role, filter: filter,
        login: login, now: TextOutput.now)
      print("\(name) is \(queue ? "a queue" : "a user") now, \(role.rawValue)")
    }
  }
}

extension UserCommand {
  /// `user list`.
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "Lists users with role, filter, login and addresses.")

    @OptionGroup var pager: PagerOptions

    @OptionGroup var organization: OrganizationOptions

    private static let layout = ColumnLayout(columns: [
      ColumnLayout.Column(minimum: 16, readiness: 2, style: .cyan), ColumnLayout.Column(),
      ColumnLayout.Column(), ColumnLayout.Column(minimum: 14, readiness: 4),
      ColumnLayout.Column(), ColumnLayout.Column(minimum: 8, readiness: 3),
      ColumnLayout.Column(minimum: 6, readiness: 3),
    ])

    func run() throws {
      let opened = try organization.openDirectory(.readOrganization).organization
      let members = opened.directory
      let policy = try members.policy()
      // Filters are those of the side that decides.
      let hasFilters = !opened.entry.isElsewhere || opened.organization.administration != nil
      let rows = try members.users().map { user in
        [
          user.address.description, user.kind.rawValue, user.role.rawValue,
          hasFilters
            ? "filter " + Decider.effectiveFilter(of: user, policy: policy).rawValue
              + (user.filter == nil ? " (default)" : "")
            : "filter unknown here",
          user.isEnabled ? "enabled" : "disabled", user.login.map { "login \($0)" } ?? "no login",
          user.addresses.dropFirst().map(\.description).joined(separator: ", "),
        ]
      }
      pager.show(Self.layout.text(rows, on: .standardOutput()))
    }
  }
}

extension UserCommand {
  /// `user set`.
  struct Set: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "set", abstract: "Changes a user.")

    @Argument(help: "One of the user's addresses.", completion: ShellCompletions.users)
    var address: String

    @Option(help: "administrator, member or reader.")
    var role: UserRole?

    @Option(
      help: "all, replies, contacts, records, none, or default for the organization's.",
      completion: .list(FilterMethod.allCases.map(\.rawValue) + ["default"]))
    var filter: String?

    @Option(parsing: .unconditionalSingleValue, help: "An address to add; may be given again.")
    var addAlias: [String] = []

    @Option(parsing: .unconditionalSingleValue, help: "An address to take away.")
    var removeAlias: [String] = []

    @Option(
      help:
        "The login that may act as the user, of this system or of the organization's server, or none."
    )
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
      let (opened, acting) = try organization.openDirectory(.readOwn)
      guard let user = try opened.directory.user(parseAddress(address)) else {
        throw CommandError(.noInput, DirectoryError.noUser(address).description)
      }
      // Which mail is tracked for them is everybody's own choice.
      let isOwnChoice =
        user.id == acting.id && role == nil && addAlias.isEmpty && removeAlias.isEmpty && !enable
        && !disable && login == nil
      if !isOwnChoice {
        try OrganizationOptions.require(.administer, of: acting, in: opened.directory)
      }
      let removed = try removeAlias.map(parseAddress)
      guard !removed.contains(user.address) else {
        throw CommandError(.usage, "\(user.address) is the user's name and stays")
      }
      let addresses =
        try user.addresses.filter { !removed.contains($0) }
        + addAlias.map(parseAddress).filter { !user.addresses.contains($0) }
      let policy = try opened.directory.policy()
      let changed = OrganizationUser(
        id: user.id, address: user.address, addresses: addresses, kind: user.kind,
        role: role ?? user.role, filter: try newFilter(of: user, policy),
        isEnabled: enable || (user.isEnabled && !disable),
        login: try newLogin(of: user, opened.entry))
      guard changed != user else {
        print("\(user.address) is so already")
        return
      }
      try opened.administration().changeUser(changed)
      let what = Self.difference(user, changed).joined(separator: ", ")
      print(SafeText.neutralised("\(user.address) is changed: \(what)"))
    }

    /// What is other than before, in words.
    private static func difference(_ old: OrganizationUser, _ new: OrganizationUser) -> [String] {
      var words: [String] = []
      if new.role != old.role { words.append("role \(new.role.rawValue)") }
      if new.filter != old.filter {
        words.append(new.filter.map { "filter \($0.rawValue)" } ?? "the organization's filter")
      }
      if new.isEnabled != old.isEnabled { words.append(new.isEnabled ? "enabled" : "disabled") }
      if new.login != old.login { words.append(new.login.map { "login \($0)" } ?? "no login") }
      words += new.addresses.filter { !old.addresses.contains($0) }.map { "also \($0)" }
      words += old.addresses.filter { !new.addresses.contains($0) }.map { "without \($0)" }
      return words
    }

    private func newLogin(
      of user: OrganizationUser, _ entry: OrganizationEntry
    ) throws -> String? {
      guard let login else { return user.login }
      return login == "none" ? nil : try UserCommand.login(login, of: entry)
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

extension UserCommand {
  /// `user remove`.
  struct Remove: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "remove", abstract: "Removes a user who owns no tracked mail.")

    @Argument(help: "One of the user's addresses.", completion: ShellCompletions.users)
    var address: String

    @OptionGroup var organization: OrganizationOptions

    func run() throws {
      let administration = try organization.openDirectory(.administer, for: .track).organization
        .administration()
      guard let user = try administration.user(parseAddress(address)) else {
        throw CommandError(.noInput, DirectoryError.noUser(address).description)
      }
      let records = try administration.removeUser(user)
      var line = "\(user.address) is removed"
      if records > 0 {
        let those = records == 1 ? "1 record has" : "\(BatchText.grouped(records)) records have"
        line += "; \(those) no owner now"
      }
      print(SafeText.neutralised(line))
    }
  }
}
