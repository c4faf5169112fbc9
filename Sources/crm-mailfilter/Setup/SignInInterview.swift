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
      let choice = try console.choose(
        "Which", among: Self.ways.map(\.name), default: place.isOnline ? 0 : 2)
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
      if !place.isOnline { try askOwn(&access) }
      // Who is asked for a secret sees what was said before.
      StandardOutput.shared.flush()
      switch try trial.signIn(
        to: place, named: name, access, isRepeated: console.isRepeating)
      {
      case .success(let words):
        console.say(words.map { "  " + $0 }.joined(separator: "\n"))
        return access
      case .failure(let problem): console.say("  " + problem.line)
      }
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
  /// How many of these were tried again since the interview began.
  private var repeated = 0

  init(opener: @escaping (Profile) -> OrganizationOpener) { self.opener = opener }

  /// Begins the interview, or begins it again, in which the same is tried after the same answers.
  func begin() { repeated = 0 }

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
