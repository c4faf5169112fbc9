import ArgumentParser
import Glibc
import MailPipeline
import System
import Tracking

/// `org`.
struct OrgCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "org", abstract: "The organizations that mail is brought to.",
    subcommands: [
      Add.self, List.self, Show.self, Set.self, Synchronize.self, Connect.self, Disconnect.self,
      Remove.self, Log.self, Init.self, Host.self, Copy.self, Discover.self,
    ])
}

extension OrgCommand {
  /// `org list`.
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "Lists the organizations of the profile.")

    @OptionGroup var profile: ProfileOptions

    func run() throws {
      let opener = try profile.opener()
      let rows = opener.profile.organizations.map { entry in
        [
          entry.name, entry.url.description,
          entry.name == opener.profile.synchronizing ? "synchronizing" : "-",
          entry.isConnected ? "connected" : "disconnected", state(entry, opener),
        ]
      }
      print(Self.layout.text(rows, on: .standardOutput()), terminator: "")
    }

    private static let layout = ColumnLayout(columns: [
      ColumnLayout.Column(minimum: 8, readiness: 1), ColumnLayout.Column(minimum: 16, readiness: 3),
      ColumnLayout.Column(), ColumnLayout.Column(),
      ColumnLayout.Column(minimum: 16, readiness: 2, isBroken: true),
    ])

    /// How much it holds, or why it cannot be opened.
    private func state(_ entry: OrganizationEntry, _ opener: OrganizationOpener) -> String {
      do {
        let count = try opener.opened(entry, for: .read).archive().countOfCopies()
        return "\(count) \(count == 1 ? "message" : "messages")"
      } catch let error as StoreError where error.kind == .missing {
        return "no store yet"
      } catch {
        return CommandError(error)?.line ?? "cannot be opened"
      }
    }
  }
}

extension OrgCommand {
  /// `org show`.
  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Shows an organization's settings.")

    @Argument(
      help: "Its name; the synchronizing one where it is absent.",
      completion: ShellCompletions.organizations)
    var name: String?

    @OptionGroup var pager: PagerOptions

    @OptionGroup var spool: SpoolOptions

    @OptionGroup var profile: ProfileOptions

    func run() throws {
      let opener = try profile.opener()
      let entry = try OrganizationOptions.entry(name, in: opener.profile)
      let opened = try opener.opened(entry, for: .read)
      let terminal = Terminal.standardOutput()
      if let state = try opened.organization.remoteState() {
        let waiting = try spool.open().entries().count { $0.organization == entry.name }
        let rows = RemoteStateText(
          state: state, waiting: waiting, place: entry.url.description, now: TextOutput.now
        ).rows
        var text = Self.remoteLayout.text(rows, on: terminal)
        if opened.organization.administration != nil {
          text += "\n"
          // As they were when it was synced last; before that nothing is known of them here.
          if let policy = try state.syncedAt != nil
            ? opened.members.policy() : try? opened.directory.policy()
          {
            text += settings(policy, on: terminal)
          } else {
            text += "Its settings are known here after the first 'crm-mailfilter sync'.\n"
          }
        }
        pager.show(text)
        return
      }
      pager.show(settings(try opened.members.policy(), on: terminal))
    }

    private func settings(_ policy: OrganizationPolicy, on terminal: Terminal) -> String {
      let rows = PolicySetting.all.map { setting in
        // A list is broken between its items.
        let value = setting.value(in: policy)
        return [
          setting.name, terminal.width == nil ? value : value.replacing(",", with: ", "),
          setting.summary,
        ]
      }
      return Self.layout.text(rows, on: terminal)
    }

    private static let remoteLayout = ColumnLayout(columns: [
      ColumnLayout.Column(style: .cyan),
      ColumnLayout.Column(minimum: 24, isBroken: true),
    ])

    private static let layout = ColumnLayout(columns: [
      ColumnLayout.Column(style: .cyan),
      ColumnLayout.Column(minimum: 18, readiness: 2, isBroken: true),
      ColumnLayout.Column(minimum: 24, isBroken: true),
    ])
  }
}

extension OrgCommand {
  /// `org set`.
  struct Set: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "set", abstract: "Changes a setting of an organization.")

    @Argument(help: "The organization.", completion: ShellCompletions.organizations)
    var name: String

    @Argument(
      help: "The setting, see 'org show'.", completion: .list(PolicySetting.all.map(\.name)))
    var setting: String

    @Argument(help: "Its value.", completion: ShellCompletions.settingValues)
    var value: String

    @OptionGroup var profile: ProfileOptions

    func run() throws {
      let opener = try profile.opener()
      let entry = try OrganizationOptions.entry(name, in: opener.profile)
      let administration = try self.administration(of: entry, opener)
      let before = try shown(administration.policy())
      try administration.setPolicy(setting, to: value)
      let after = try shown(administration.policy())
      print(
        SafeText.neutralised(
          "\(name): \(setting) is '\(after)' \(before == after ? "already" : "now")"
            + (try others(administration, after))))
    }

    /// Whoever keeps the settings: of an organization elsewhere whose settings are not changed from here,
    /// this side keeps the one that is about what is kept here.
    private func administration(
      of entry: OrganizationEntry, _ opener: OrganizationOpener
    ) throws -> any OrganizationAdministration {
      if entry.isElsewhere, setting == PolicySetting.refusals {
        // Where it was not used yet there is no store.
        let opened = try opener.opened(entry, for: .track)
        if opened.organization.administration == nil, let mirror = opened.organization.mirror {
          _ = try OrganizationOptions.open(entry, of: opener, .administer)
          return mirror
        }
      }
      return try OrganizationOptions.openDirectory(entry, of: opener, .administer)
        .organization.administration()
    }

    /// The setting as `org show` writes it.
    private func shown(_ policy: OrganizationPolicy) -> String {
      PolicySetting.all.first { $0.name == setting }?.value(in: policy) ?? value
    }

    /// Whom a filter for all does not reach: those who chose one of their own.
    private func others(
      _ administration: any OrganizationAdministration, _ value: String
    ) throws -> String {
      guard setting == "filter" else { return "" }
      let policy = try administration.policy()
      if let forced = policy.forcedFilter {
        return "; 'forced-filter' is '\(forced.rawValue)', and holds for all"
      }
      if policy.filter == .all, !policy.allowsAll {
        return "; while 'allow-all' is 'no', users are given 'replies' instead"
      }
      let count = try administration.users().count { user in
        user.filter != nil && user.filter?.rawValue != value
      }
      guard count > 0 else { return "" }
      return "; \(count) \(count == 1 ? "user" : "users") chose another: 'user list'"
    }
  }
}

extension OrgCommand {
  /// `org synchronize`.
  struct Synchronize: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "synchronize",
      abstract: "Says which organization receives mail, from the next message on.")

    @Argument(help: "The organization.", completion: ShellCompletions.organizations)
    var name: String?

    @Flag(help: "No organization receives mail.")
    var none = false

    @OptionGroup var confirmation: ConfirmationOptions

    @OptionGroup var profile: ProfileOptions

    @OptionGroup var spool: SpoolOptions

    func validate() throws {
      guard (name == nil) == none else {
        throw ValidationError("Name an organization, or give --none")
      }
    }

    /// What is said where none receives mail.
    static let none = "No organization receives mail."

    /// What a change means that is to be confirmed.
    static func change(from old: String, to new: String?) -> String {
      new.map { "Mail goes to \($0) instead of \(old) from now on." }
        ?? "Mail goes to \(old) no more."
    }

    /// What is said of what waits for the one that receives mail no more.
    static func left(_ count: Int, for name: String) -> String {
      guard count > 0 else { return "" }
      return
        " \(BulkOptions.messages(count)) \(count == 1 ? "waits" : "wait") for \(name) until it receives "
        + "mail again; 'retry' and 'sync' bring in before the change what can be."
    }

    /// What is said of the one that receives mail.
    static func receives(_ name: String, isConnected: Bool, isSo: Bool = false) -> String {
      guard isConnected else {
        return
          "\(name) is disconnected: mail for it waits until 'crm-mailfilter org connect \(name)'."
      }
      return isSo
        ? "\(name) receives mail already." : "\(name) receives mail from the next message on."
    }

    func run() throws {
      let present = try profile.load()
      let entry = try name.map { try OrganizationOptions.entry($0, in: present) }
      if name == present.synchronizing {
        print(
          entry.map { Self.receives($0.name, isConnected: $0.isConnected, isSo: true) }
            ?? Self.none)
        return
      }
      if let from = present.synchronizing {
        let waiting = spool.path.map { path in
          Spool(path: path).entries().count { $0.organization == from }
        }
        try confirmation.confirm(
          Self.change(from: from, to: name) + Self.left(waiting ?? 0, for: from))
      }
      try ProfileFile(path: profile.path()).edit { try $0.setSynchronizing(name) }
      print(entry.map { Self.receives($0.name, isConnected: $0.isConnected) } ?? Self.none)
    }
  }
}

extension OrgCommand {
  /// `org connect`.
  struct Connect: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "connect",
      abstract: "Lets mail be brought to an organization again, and signs in to one elsewhere.",
      discussion: """
        Of one elsewhere it says who this is there and what cannot be done. At a terminal what is \
        secret is asked for, and saved after a yes.
        """)

    @Argument(
      help: "The organization; the synchronizing one where absent.",
      completion: ShellCompletions.organizations)
    var name: String?

    @OptionGroup var profile: ProfileOptions

    func run() throws {
      let opener = try profile.opener()
      let entry = try OrganizationOptions.entry(name, in: opener.profile)
      if !entry.isConnected {
        try ProfileFile(path: profile.path()).edit {
          try $0.setConnected(true, organization: entry.name)
        }
      }
      print(
        entry.name
          + (entry.isConnected
            ? " is connected already."
            : " is connected; 'crm-mailfilter \(entry.isElsewhere ? "sync" : "retry")' "
              + "brings in what waits."))
      StandardOutput.shared.flush()
      guard entry.isElsewhere else { return }
      let opened = try opener.opened(entry, for: .track)
      if let identity = try opened.organization.remoteIdentity() {
        for line in [identity.words] + identity.remarks { print(SafeText.neutralised(line)) }
      }
    }
  }
}

extension OrgCommand {
  /// `org disconnect`.
  struct Disconnect: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "disconnect",
      abstract: "Keeps mail for an organization waiting in the spool, and passing through.")

    @OptionGroup var organization: NamedOrganization

    func run() throws {
      let isNew = try organization.setConnected(false)
      print(
        "\(organization.name) is disconnected\(isNew ? "" : " already"); "
          + "mail for it waits in the spool.")
    }
  }
}

extension OrgCommand {
  /// `org remove`.
  struct Remove: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "remove",
      abstract: "Takes an organization out of the profile; its store stays.")

    @Argument(help: "The organization.", completion: ShellCompletions.organizations)
    var name: String

    @OptionGroup var profile: ProfileOptions

    @OptionGroup var spool: SpoolOptions

    func run() throws {
      let present = try profile.load()
      _ = try OrganizationOptions.entry(name, in: present)
      guard present.synchronizing != name else {
        throw CommandError(
          .usage, "\(name) receives mail; see 'org synchronize' for another or none first")
      }
      let waiting = try spool.open().entries().count { $0.organization == name }
      guard waiting == 0 else {
        throw CommandError(
          .usage,
          "\(waiting) \(waiting == 1 ? "message waits" : "messages wait") for \(name); "
            + "see 'failures'")
      }
      try ProfileFile(path: profile.path()).edit { try $0.removeOrganization(name: name) }
      print("\(name) is no longer in the profile; its store stays")
    }
  }
}
