import ArgumentParser
import Glibc
import MailPipeline
import Tracking
import TrackingStore

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
          entry.name, entry.url,
          entry.name == opener.profile.synchronizing ? "synchronizing" : "-",
          entry.isConnected ? "connected" : "disconnected", state(entry, opener),
        ]
      }
      print(TextOutput.table(rows), terminator: "")
    }

    /// How much it holds, or why it cannot be opened.
    private func state(_ entry: OrganizationEntry, _ opener: OrganizationOpener) -> String {
      do {
        let count = try opener.open(entry, for: .read).store.countOfCopies()
        return "\(count) \(count == 1 ? "message" : "messages")"
      } catch let error as StoreError where error.kind == .missing {
        return "no store yet"
      } catch {
        return CommandError(error)?.line ?? "cannot be opened"
      }
    }
  }
}
