import ArgumentParser

extension OrgCommand {
  /// `org connect`.
  struct Connect: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "connect", abstract: "Lets mail be brought to an organization again.")

    @OptionGroup var organization: NamedOrganization

    func run() throws {
      let name = try organization.setConnected(true)
      print("\(name) is connected; 'crm-mailfilter retry' brings in what waits.")
    }
  }
}
