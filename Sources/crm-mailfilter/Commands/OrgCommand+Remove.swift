import ArgumentParser
import Glibc
import MailPipeline
import Tracking
import TrackingStore

extension OrgCommand {
  /// `org remove`.
  struct Remove: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "remove",
      abstract: "Takes an organization out of the profile; its store stays.")

    @Argument(help: "The organization.")
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
    }
  }
}
