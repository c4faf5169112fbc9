import ArgumentParser
import TrackingStore

extension OrgCommand {
  /// `org disconnect`.
  struct Disconnect: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "disconnect",
      abstract: "Keeps mail for an organization waiting in the spool, and passing through.")

    @OptionGroup var organization: NamedOrganization

    func run() throws {
      let name = try organization.setConnected(false)
      print("\(name) is disconnected; mail for it waits in the spool.")
    }
  }
}
