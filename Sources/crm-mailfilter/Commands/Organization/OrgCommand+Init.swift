import ArgumentParser
import MailPipeline
import PostgreSQL
import System
import Tracking

extension OrgCommand {
  /// `org init`.
  struct Init: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "init",
      abstract: "Makes an organization in a PostgreSQL database, or brings one to this version.",
      discussion: """
        For the owner of the database, who may make roles, once: tables, functions and roles, and who \
        administers them. Done again it changes nothing, but for the administrator whom it names. The \
        password comes from where libpq looks for one (~/.pgpass, a service file, PGPASSWORD), never \
        from the URL.
        """)

    @Argument(help: "The database: postgresql://LOGIN@HOST/DATABASE.")
    var url: String

    @Option(help: "The address of a user who is to administer it.")
    var administrator: String?

    @Option(help: "The login by which the administrator acts; where absent, that of the URL.")
    var login: String?

    func validate() throws {
      guard login == nil || administrator != nil else {
        throw ValidationError("--login goes with --administrator")
      }
    }

    func run() throws {
      let administrator = try administrator.map {
        PostgreSQLFoundation.Administrator(address: try parseAddress($0), login: login)
      }
      let connection = try PostgreSQLConnection(to: url, password: nil)
      let report = try PostgreSQLFoundation(connection).lay(administrator: administrator)
      for line in report.lines { print(SafeText.neutralised(line)) }
    }
  }
}
