import Glibc
import System
import Tracking

/// What is secret of an organization elsewhere: found where its owner put it, or asked for.
///
/// In this order, the first that is there: `password_command` of the profile, a credential of systemd's,
/// the file credentials.toml beside the profile, and somebody at a terminal. What is typed is kept for
/// this process, and saved only after a yes.
package final class Credentials {
  /// What kind of secret.
  package enum Kind: String, Sendable, CaseIterable {
    /// A user's password.
    case password
    /// An application's secret.
    case clientSecret = "client_secret"
    /// What a person's sign-in left, by which the next token is had (RFC 6749 section 6).
    case refreshToken = "refresh_token"

    /// It in words.
    var words: String {
      switch self {
      case .password: "password"
      case .clientSecret: "client secret"
      case .refreshToken: "saved sign-in"
      }
    }

    /// Whether it is written by people: what signing in leaves is in the file alone.
    fileprivate var isGivenByPeople: Bool { self != .refreshToken }
  }

  private let organization: String
  /// Whether a profile has the organization: else nothing can be written into its entry, nor can it be
  /// connected.
  private let isInProfile: Bool
  private let command: [String]
  private let file: CredentialFile?
  private let environment: HostEnvironment
  /// Who can be asked; `nil` where nobody is there.
  package let prompt: (any CredentialPrompt)?
  private var held: [Kind: Secret] = [:]
  /// What was typed and not saved yet.
  private var typed: Kind?

  /// How long `password_command` may take, in milliseconds: somebody may have to unlock a key ring.
  package static let commandLimit = 30_000

  /// The most bytes of a credential of systemd's.
  private static let longest = 64 << 10

  /// Makes what looks for them; nothing is looked for yet.
  ///
  /// - Parameters:
  ///   - organization: The organization's name.
  ///   - command: `password_command`; empty for none.
  ///   - folder: The folder of the profile, for the file; `nil` for none.
  ///   - environment: That of this process.
  ///   - prompt: Who can be asked.
  ///   - isInProfile: Whether a profile has the organization.
  package init(
    organization: String, command: [String], folder: String?, environment: HostEnvironment,
    prompt: (any CredentialPrompt)?, isInProfile: Bool = true
  ) {
    self.organization = organization
    self.isInProfile = isInProfile
    self.command = command
    self.environment = environment
    self.prompt = prompt
    file = folder.map { CredentialFile(folder: $0) }
  }

  /// A secret.
  ///
  /// - Parameters:
  ///   - kind: Which.
  ///   - question: What somebody at a terminal is asked, such as "Password of dana at contoso".
  /// - Returns: It; `nil` where there is none anywhere.
  /// - Throws: `CredentialError` where it is somewhere and cannot be had: nothing else is tried then.
  package func secret(_ kind: Kind, question: String) throws(CredentialError) -> Secret? {
    if let held = held[kind] { return held }
    let found = try given(kind)
    if let found {
      held[kind] = found
      return found
    }
    guard kind.isGivenByPeople, let prompt else { return nil }
    guard let answer = try prompt.secret(question) else { return nil }
    held[kind] = answer
    typed = kind
    return answer
  }

  /// A secret that was put somewhere.
  private func given(_ kind: Kind) throws(CredentialError) -> Secret? {
    if kind.isGivenByPeople {
      if !command.isEmpty {
        return try CredentialCommand.run(command, within: Self.commandLimit)
      }
      if let secret = try systemCredential() { return secret }
    }
    guard let file, let text = try file.read()[organization, kind.rawValue] else { return nil }
    guard let secret = Secret(text.utf8) else {
      throw .file("\(file.path): the \(kind.words) of \(organization) is no text of one line")
    }
    return secret
  }

  /// What systemd gives a service under the organization's name (systemd.exec(5), LoadCredential).
  private func systemCredential() throws(CredentialError) -> Secret? {
    guard let folder = environment.path("CREDENTIALS_DIRECTORY") else { return nil }
    let path = folder + "/crm-mailfilter." + organization
    let bytes: [UInt8]
    do {
      bytes = try FileContents.read(path, limit: Self.longest)
    } catch {
      if error.code == ENOENT { return nil }
      throw .file(error.description)
    }
    var line = bytes.prefix { $0 != UInt8(ascii: "\n") }
    if line.last == UInt8(ascii: "\r") { line.removeLast() }
    guard let secret = Secret(line) else {
      throw .file("\(path): no secret in its first line")
    }
    return secret
  }

  /// Saves what was typed, if somebody says yes; called when it proved to be right.
  ///
  /// - Throws: `CredentialError`.
  package func offerToSave() throws(CredentialError) {
    guard let kind = typed, let secret = held[kind], let file, let prompt else { return }
    typed = nil
    guard prompt.confirm("Save the \(kind.words) in \(file.path)?") else { return }
    try save(secret, as: kind)
  }

  /// What is asked before something is saved; `nil` where it cannot be.
  package var fileForSaving: String? { file?.path }

  /// Whether a secret of a kind is saved: what replaces it needs no other yes.
  ///
  /// - Throws: `CredentialError`.
  package func isSaved(_ kind: Kind) throws(CredentialError) -> Bool {
    try file?.read()[organization, kind.rawValue] != nil
  }

  /// Saves a secret.
  ///
  /// - Throws: `CredentialError`.
  package func save(_ secret: Secret, as kind: Kind) throws(CredentialError) {
    guard let file else { throw .file("there is no folder of a profile to save it in") }
    try file.edit { $0[organization, kind.rawValue] = secret.text }
    held[kind] = secret
  }

  /// Keeps a secret for this process alone.
  package func hold(_ secret: Secret, as kind: Kind) { held[kind] = secret }

  /// Takes away what was saved, and forgets what is held.
  ///
  /// - Throws: `CredentialError`.
  package func forget(_ kind: Kind) throws(CredentialError) {
    held[kind] = nil
    if typed == kind { typed = nil }
    guard let file, try isSaved(kind) else { return }
    try file.edit { $0[organization, kind.rawValue] = nil }
  }

  /// What to do where there is no secret of a kind, in words.
  package func advice(_ kind: Kind) -> String {
    "there is no \(kind.words) of '\(organization)'; give "
      + (isInProfile
        ? "the profile a password_command, or systemd the credential crm-mailfilter."
          + organization + ", or" : "--password-command, or") + " \(atTerminal)"
  }

  /// What has somebody asked who is there, in words.
  package var atTerminal: String {
    isInProfile
      ? "run 'crm-mailfilter org connect \(organization)' at a terminal"
      : "run this at a terminal"
  }
}

/// Somebody at a terminal who can be asked.
package protocol CredentialPrompt: Sendable {
  /// Asks for something secret, which is not shown while it is typed.
  ///
  /// - Returns: It; `nil` where nobody answers.
  /// - Throws: `CredentialError.interrupted` where somebody wants to stop.
  func secret(_ question: String) throws(CredentialError) -> Secret?

  /// Asks for a yes; anything else is a no.
  func confirm(_ question: String) -> Bool

  /// Shows a line.
  func say(_ line: String)
}

/// Why a secret cannot be had or kept; no text holds anything of it.
package enum CredentialError: Error, Hashable, Sendable, CustomStringConvertible {
  /// `password_command` failed.
  case command(String)
  /// A file cannot be read or written, or others could read it.
  case file(String)
  /// Who was asked wants to stop.
  case interrupted

  /// What is wrong and what to do, in one line.
  package var description: String {
    switch self {
    case .command(let text), .file(let text): text
    case .interrupted: "nothing was changed"
    }
  }
}

extension OrganizationOpener {
  /// What is secret of an organization of the profile.
  package func credentials(of entry: OrganizationEntry) -> Credentials {
    Credentials(
      organization: entry.name, command: entry.access.passwordCommand, folder: profileFolder,
      environment: .process, prompt: asking.prompt,
      isInProfile: profile.organization(named: entry.name) != nil)
  }
}
