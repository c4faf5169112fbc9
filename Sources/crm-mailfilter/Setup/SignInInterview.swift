import InternetMessage
import MailPipeline
import System
import Tracking

/// Asks a person how to sign in to an organization behind a web API, and tries it.
struct SignInInterview {
  let console: Console
  let trial: SignInTrial

  private static let ways: [(name: String, words: String)] = [
    ("application", "an application, by its secret"),
    ("person", "yourself, by a code in a browser"),
    ("user", "a user of your own servers, by a password"),
    ("ticket", "the Kerberos ticket of this session"),
  ]

  /// Asks until somebody is let in.
  ///
  /// - Throws: `CommandError` where the person stops.
  func access(to place: DataverseAddress, named name: String) throws -> OrganizationAccess {
    console.say("\nWho signs in to \(place):")
    for (number, way) in Self.ways.enumerated() { console.say("  \(number + 1) \(way.words)") }
    while true {
      let access = try asked(default: place.isOnline ? 0 : 2, asksOwn: !place.isOnline)
      if try isLetIn(to: place, named: name, access) { return access }
    }
  }

  /// Lists the organizations of who signs in to a service that knows them, and asks for one.
  ///
  /// - Returns: Its address, and how to sign in to it.
  /// - Throws: `CommandError` where the person stops.
  func discovered(
    by service: DataverseDiscovery, named name: String
  ) throws -> (url: String, access: OrganizationAccess) {
    console.say("\nWho signs in to \(service.origin), which lists organizations for people:")
    for (number, way) in Self.ways.enumerated() { console.say("  \(number + 1) \(way.words)") }
    while true {
      let access = try asked(
        default: service.isGlobal ? 1 : 2, asksOwn: !service.isGlobal)
      StandardOutput.shared.flush()
      let found: [DataverseDiscovery.Instance]
      switch trial.instances(of: service, access, isRepeated: console.isRepeating) {
      case .success(let instances): found = instances.filter { $0.isEnabled }
      case .failure(let problem):
        console.say("  " + problem.line)
        continue
      }
      guard !found.isEmpty else {
        console.say("  there is none")
        continue
      }
      console.say("\nOrganizations of who signed in:")
      for (number, instance) in found.enumerated() {
        console.say("  \(number + 1) \(instance.friendlyName), \(instance.url)")
      }
      let choice = try console.choose("Which", among: found.map(\.uniqueName), default: 0)
      guard let place = try OrganizationURL(found[choice].url).dataverse else { continue }
      // Tokens are for one organization: whoever signs in by a code does so once more.
      if try isLetIn(to: place, named: name, access) { return (place.description, access) }
      return (place.description, try self.access(to: place, named: name))
    }
  }

  /// Asks who signs in.
  private func asked(default fallback: Int, asksOwn: Bool) throws -> OrganizationAccess {
    let choice = try console.choose("Which", among: Self.ways.map(\.name), default: fallback)
    var access = OrganizationAccess()
    switch choice {
    case 2: access.user = try console.ask(#"The user, as DOMAIN\NAME"#, default: nil, read: line)
    case 3: access.signIn = .integrated
    default:
      if choice == 1 { access.signIn = .deviceCode }
      access.clientID = try console.ask("The application's client id", default: nil) { text in
        guard OrganizationAccess.isName(text) else {
          throw CommandError(.usage, "an id of letters, digits, '.' and '-', please")
        }
        return text
      }
    }
    if asksOwn { try askOwn(&access) }
    return access
  }

  /// Signs in, and says who that is, or why not.
  private func isLetIn(
    to place: DataverseAddress, named name: String, _ access: OrganizationAccess
  ) throws -> Bool {
    // Who is asked for a secret sees what was said before.
    StandardOutput.shared.flush()
    switch try trial.signIn(to: place, named: name, access, isRepeated: console.isRepeating) {
    case .success(let words):
      console.say(words.map { "  " + $0 }.joined(separator: "\n"))
      return true
    case .failure(let problem):
      console.say("  " + problem.line)
      return false
    }
  }

  /// Asks what one's own servers have of their own.
  private func askOwn(_ access: inout OrganizationAccess) throws {
    let system = "the system's"
    let authorities = try console.ask("Its certificate authorities, a file", default: system) {
      text -> String? in
      guard text != system else { return nil }
      let path = TypedPath.path(text)
      guard path.hasPrefix("/") else {
        throw CommandError(.usage, "an absolute path, please, as /etc/ssl/contoso.pem")
      }
      return path
    }
    access.certificateAuthorities = authorities
    guard access.clientID != nil else { return }
    let own = "Microsoft's own"
    access.authority = try console.ask("Where sign-ins are made, such as AD FS", default: own) {
      text -> String? in
      guard text != own else { return nil }
      guard SignInAuthority(text) != nil else {
        throw CommandError(.usage, "an https address, please")
      }
      return text
    }
  }

  private func line(_ text: String) throws -> String {
    guard !text.isEmpty, SafeText.neutralised(text) == text else {
      throw CommandError(.usage, "a name, please")
    }
    return text
  }
}

/// Signs in to organizations that no profile has yet; whoever goes back a question is not asked again
/// for what is secret.
final class SignInTrial {
  private let opener: (Profile) -> OrganizationOpener
  /// What was tried, in its order.
  private var tried:
    [(place: String, access: OrganizationAccess, outcome: Result<[String], CommandError>)] = []
  private var discovered:
    [(
      origin: String, access: OrganizationAccess,
      outcome: Result<[DataverseDiscovery.Instance], CommandError>
    )] = []
  /// How many of these were tried again since the interview began.
  private var repeated = 0

  init(opener: @escaping (Profile) -> OrganizationOpener) { self.opener = opener }

  /// Begins the interview, or begins it again, in which the same is tried after the same answers.
  func begin() { repeated = 0 }

  /// Lists the organizations of who signs in to a service, which is asked once for each way of doing it.
  ///
  /// - Parameters:
  ///   - service: The service.
  ///   - access: How.
  ///   - isRepeated: Whether the answers that follow are there already.
  /// - Returns: They; or why there is no list, for a person.
  func instances(
    of service: DataverseDiscovery, _ access: OrganizationAccess, isRepeated: Bool
  ) -> Result<[DataverseDiscovery.Instance], CommandError> {
    if let known = discovered.first(where: { $0.origin == service.origin && $0.access == access }),
      isRepeated || (try? known.outcome.get()) != nil
    {
      return known.outcome
    }
    let outcome: Result<[DataverseDiscovery.Instance], CommandError>
    do {
      outcome = .success(try service.instances(access, prompt: TerminalPrompt.present))
    } catch {
      outcome = .failure(CommandError(error) ?? CommandError(.temporaryFailure, error.description))
    }
    discovered.removeAll { $0.origin == service.origin && $0.access == access }
    discovered.append((service.origin, access, outcome))
    return outcome
  }

  /// Signs in.
  ///
  /// - Parameters:
  ///   - place: The organization.
  ///   - name: What it is to be called.
  ///   - access: How.
  ///   - isRepeated: Whether the answers that follow are there already, so that it was tried before.
  /// - Returns: Who this is there, in lines; or why it is not let in, for a person.
  /// - Throws: What is no trouble of signing in.
  func signIn(
    to place: DataverseAddress, named name: String, _ access: OrganizationAccess, isRepeated: Bool
  ) throws -> Result<[String], CommandError> {
    if repeated < tried.count {
      let known = tried[repeated]
      if known.place == place.description, known.access == access {
        // Whoever is there now may have mended why it failed.
        if isRepeated || (try? known.outcome.get()) != nil {
          repeated += 1
          return known.outcome
        }
      }
      tried.removeSubrange(repeated...)
    }
    let outcome = try signIn(to: place, named: name, access)
    tried.append((place.description, access, outcome))
    repeated = tried.count
    return outcome
  }

  private func signIn(
    to place: DataverseAddress, named name: String, _ access: OrganizationAccess
  ) throws -> Result<[String], CommandError> {
    var entry = OrganizationEntry(
      name: name, url: try OrganizationURL(place.description), colleagues: AddressMatcher([]),
      isConnected: true)
    entry.access = access
    let profile = Profile(synchronizing: nil, mailboxes: [], organizations: [entry])
    do {
      let organization = try opener(profile).open(entry, for: .explain)
      guard let identity = try organization.remoteIdentity() else { return .success([]) }
      return .success(([identity.words] + identity.remarks).map(SafeText.neutralised))
    } catch {
      guard let problem = CommandError(error) else { throw error }
      return .failure(problem)
    }
  }
}
