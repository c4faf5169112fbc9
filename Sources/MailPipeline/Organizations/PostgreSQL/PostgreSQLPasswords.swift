import Tracking

/// The password of an organization in PostgreSQL, in the order in which it is looked for: what the profile
/// and systemd have of it, what libpq finds by itself, and somebody at a terminal.
struct PostgreSQLPasswords {
  private let silent: Credentials
  private let asking: Credentials
  private let question: String

  /// Makes what looks for it; nothing is looked for yet.
  init(of entry: OrganizationEntry, with opener: OrganizationOpener) {
    var quiet = opener
    quiet.asking.prompt = nil
    silent = quiet.credentials(of: entry)
    asking = opener.credentials(of: entry)
    question = "Password for \(entry.name)"
  }

  /// What somebody put where it is looked for.
  ///
  /// - Throws: `CredentialError`.
  func given() throws(CredentialError) -> Secret? {
    try silent.secret(.password, question: question)
  }

  /// What somebody at a terminal says; `nil` where nobody is there.
  ///
  /// - Throws: `CredentialError`.
  func typed() throws(CredentialError) -> Secret? {
    try asking.secret(.password, question: question)
  }

  /// Saves what was typed, if somebody says yes.
  ///
  /// - Throws: `CredentialError`.
  func offerToSave() throws(CredentialError) { try asking.offerToSave() }
}
