import ArgumentParser
import Tracking

extension RulesCommand {
  /// `rules check`.
  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "check",
      abstract: "Checks the profile; status 78 and the line where it is not valid.")

    @OptionGroup var profile: ProfileOptions

    func run() throws {
      let loaded = try profile.load()
      func count(_ number: Int, _ one: String, _ many: String) -> String {
        "\(number) \(number == 1 ? one : many)"
      }
      print(
        "valid: " + count(loaded.mailboxes.count, "mailbox", "mailboxes") + ", "
          + count(loaded.organizations.count, "organization", "organizations") + ", "
          + count(loaded.rules.count, "rule", "rules"))
    }
  }
}
