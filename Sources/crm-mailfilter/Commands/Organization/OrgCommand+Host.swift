import ArgumentParser
import MailPipeline
import System
import Tracking

extension OrgCommand {
  /// `org host`.
  struct Host: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "host",
      abstract:
        "The mail hosts of an organization in a database: they bring mail in for all users.",
      subcommands: [Add.self, List.self, Remove.self])

    /// Opens an organization to look at or change its mail hosts.
    fileprivate static func open(
      _ name: String?, _ profile: ProfileOptions, for purpose: OpeningPurpose
    ) throws -> any MailHostAdministration {
      let opener = try profile.opener()
      let entry = try OrganizationOptions.entry(name, in: opener.profile)
      let opened = try OrganizationOptions.openDirectory(
        entry, of: opener, .administer, for: purpose
      ).organization
      guard let hosts = opened.organization.administration as? any MailHostAdministration else {
        throw CommandError(
          .usage, "\(entry.name) is no organization in a database; its mail hosts need no login")
      }
      return hosts
    }
  }
}

extension OrgCommand.Host {
  /// `org host add`.
  struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "add",
      abstract: "Lets a login ask and deliver for all users; it reads nothing.",
      discussion: """
        Where the server has no such login and yours may make one, it is made, without a password.
        """)

    @Argument(help: "The organization.", completion: ShellCompletions.organizations)
    var name: String

    @Argument(help: "The login of the mail host at the organization's server.")
    var login: String

    @OptionGroup var profile: ProfileOptions

    func run() throws {
      let isNew = try OrgCommand.Host.open(name, profile, for: .track).setMailHost(login, true)
      print(
        SafeText.neutralised("\(login) is a mail host of \(name) \(isNew ? "now" : "already")"))
    }
  }

  /// `org host list`.
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "Lists the logins of the mail hosts.")

    @Argument(
      help: "The organization; the synchronizing one where absent.",
      completion: ShellCompletions.organizations)
    var name: String?

    @OptionGroup var profile: ProfileOptions

    func run() throws {
      for login in try OrgCommand.Host.open(name, profile, for: .read).mailHosts() {
        print(SafeText.neutralised(login))
      }
    }
  }

  /// `org host remove`.
  struct Remove: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "remove",
      abstract: "Lets a login bring nothing in any more; what it brought stays.")

    @Argument(help: "The organization.", completion: ShellCompletions.organizations)
    var name: String

    @Argument(help: "The login of the mail host.")
    var login: String

    @OptionGroup var profile: ProfileOptions

    func run() throws {
      guard try OrgCommand.Host.open(name, profile, for: .track).setMailHost(login, false) else {
        throw CommandError(.noInput, "\(login) is no mail host of \(name); see 'org host list'")
      }
      print(SafeText.neutralised("\(login) is no mail host of \(name) any more"))
    }
  }
}
