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
        password comes from where libpq looks for one (~/.pgpass, a service file, PGPASSWORD), or is \
        asked for on a terminal.
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
      let place = try OrganizationURL(url)
      guard place.scheme == OrganizationURL.postgresql else {
        throw CommandError(
          .usage, "an organization is made in a database: postgresql://LOGIN@HOST/DATABASE")
      }
      let connection = try connection(to: place.location)
      let report = try PostgreSQLFoundation(connection).lay(administrator: administrator)
      for line in report.lines { print(SafeText.neutralised(line)) }
    }

    /// Connects, with a password that is typed where the server wants one that is nowhere.
    private func connection(to url: String) throws -> PostgreSQLConnection {
      let failure: PostgreSQLError
      do throws(PostgreSQLError) {
        return try PostgreSQLConnection(to: url, password: nil)
      } catch {
        failure = error
      }
      guard Self.wantsPassword(failure), let prompt = TerminalPrompt.present,
        let password = try prompt.secret("Password for \(url)")
      else { throw failure }
      return try PostgreSQLConnection(to: url, password: password.text)
    }

    private static func wantsPassword(_ error: PostgreSQLError) -> Bool {
      guard case .notConnected(let state, let text) = error else { return false }
      // The library itself has no code for it.
      return state == "28P01" || state == nil && text.contains("no password supplied")
    }
  }
}
