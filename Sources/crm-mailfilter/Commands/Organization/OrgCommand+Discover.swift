import ArgumentParser
import MailPipeline
import System
import Tracking

extension OrgCommand {
  /// `org discover`.
  struct Discover: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "discover",
      abstract: "Lists the organizations in Dynamics 365 that a user has.",
      discussion: """
        Online the global discovery service is asked, which lists them for people and not for \
        applications: --client-id with --device-code. A server of one's own is named with --url, and \
        asked with --user or --integrated. Nothing is saved.
        """)

    @Option(
      help: "Another service than the commercial cloud's, or a server of one's own.")
    var url = DataverseDiscovery.usual

    @Flag(help: "One JSON object a line instead of text.")
    var json = false

    @OptionGroup var pager: PagerOptions

    @OptionGroup var signIn: SignInOptions

    func run() throws {
      let access = signIn.access
      if let problem = access.problem {
        throw CommandError(.usage, problem.text)
      }
      let instances = try DataverseDiscovery(url).instances(
        access, prompt: TerminalPrompt.present)
      if json {
        for instance in instances { print(try JSONOutput.line(InstanceObject(instance))) }
        return
      }
      let rows = instances.map { instance in
        [
          instance.uniqueName, instance.url, instance.version,
          instance.isEnabled ? instance.friendlyName : "\(instance.friendlyName) (disabled)",
        ]
      }
      pager.show(Self.layout.text(rows, on: .standardOutput()))
    }

    private static let layout = ColumnLayout(columns: [
      ColumnLayout.Column(style: .cyan), ColumnLayout.Column(), ColumnLayout.Column(),
      ColumnLayout.Column(minimum: 12, isBroken: true),
    ])
  }
}

/// An organization that was discovered, as JSON.
struct InstanceObject: Encodable {
  var schema = JSONOutput.schema
  var name: String
  var title: String
  var url: String
  var version: String
  var enabled: Bool

  init(_ instance: DataverseDiscovery.Instance) {
    name = instance.uniqueName
    title = instance.friendlyName
    url = instance.url
    version = instance.version
    enabled = instance.isEnabled
  }
}
