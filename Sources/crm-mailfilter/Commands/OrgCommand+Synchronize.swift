import ArgumentParser
import Tracking

extension OrgCommand {
  /// `org synchronize`.
  struct Synchronize: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "synchronize",
      abstract: "Says which organization receives mail, from the next message on.")

    @Argument(help: "The organization.")
    var name: String?

    @Flag(help: "No organization receives mail.")
    var none = false

    @OptionGroup var confirmation: ConfirmationOptions

    @OptionGroup var profile: ProfileOptions

    func validate() throws {
      guard (name == nil) == none else {
        throw ValidationError("Name an organization, or give --none")
      }
    }

    func run() throws {
      let present = try profile.load()
      if let name { _ = try OrganizationOptions.entry(name, in: present) }
      if name == present.synchronizing {
        print(name.map { "\($0) receives mail already." } ?? "No organization receives mail.")
        return
      }
      if let from = present.synchronizing {
        try confirmation.confirm(
          name.map { "Mail goes to \($0) instead of \(from) from now on." }
            ?? "Mail goes to \(from) no more.")
      }
      try ProfileFile(path: profile.path()).edit { try $0.setSynchronizing(name) }
      print(
        name.map { "\($0) receives mail from the next message on." }
          ?? "No organization receives mail.")
    }
  }
}
