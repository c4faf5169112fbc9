import Glibc
import InternetMessage
import MailPipeline
import Tracking

/// Does what was answered: stores, profile, filter and records, in this order.
struct SetupApplication {
  /// Where the profile is, or will be.
  let path: String
  /// The profile as it was read; `nil` where there is none.
  let present: (profile: Profile, text: [UInt8])?
  /// Makes what opens the organizations of a profile.
  let opener: (Profile) -> OrganizationOpener

  /// A profile that setup makes begins so.
  private static let heading =
    "# Made by 'crm-mailfilter setup'; every key is explained in crm-mailfilter.toml(5).\n\n"

  /// The profile as it will be.
  ///
  /// - Throws: `ProfileError` where the present one cannot be changed so.
  func text(_ answers: SetupAnswers) throws -> [UInt8] {
    var editor = ProfileEditor(present?.text ?? Array(Self.heading.utf8), path: path)
    try edit(&editor, answers)
    return editor.text
  }

  private func edit(_ editor: inout ProfileEditor, _ answers: SetupAnswers) throws {
    let profile = present?.profile
    if answers.synchronizing != profile?.synchronizing {
      try editor.setSynchronizing(answers.synchronizing)
    }
    let exclude = profile.flatMap { $0.isExcludeDefault ? nil : $0.exclude }
    if answers.exclude != exclude { try editor.setExclude(answers.exclude) }
    let addresses = answers.addresses.map(\.description)
    if let mailbox = profile?.mailboxes.first {
      if mailbox.addresses != answers.addresses { try editor.setAddresses(addresses) }
    } else {
      try editor.addMailbox(owner: addresses[0], addresses: addresses)
    }
    if let change = answers.present, let entry = profile?.organization(named: change.name) {
      if entry.colleagues.patterns != change.colleagues {
        try editor.setColleagues(change.colleagues, organization: change.name)
      }
      if entry.isConnected != change.isConnected {
        try editor.setConnected(change.isConnected, organization: change.name)
      }
    }
    for new in answers.organizations {
      try editor.addOrganization(
        name: new.name, url: new.url, colleagues: new.colleagues, isConnected: new.isConnected,
        access: new.access)
    }
    if !answers.sentTo.isEmpty {
      let name = "Mail sent to known records"
      try editor.addSentRule(
        name: profile?.unusedRuleName(like: name) ?? name, recipients: answers.sentTo)
    }
  }

  /// Does it.
  ///
  /// - Parameters:
  ///   - answers: What is wanted.
  ///   - say: Told what was done, line by line.
  /// - Throws: `FileError`, `ProfileError`, `StoreError`, `CommandError`.
  func run(_ answers: SetupAnswers, say: (String) -> Void) throws {
    // All or nothing: who presses Ctrl-C now is too late.
    for number in [SIGINT, SIGTERM, SIGHUP] { signal(number, SIG_IGN) }
    let text = try text(answers)
    let profile = try Profile(toml: text, path: path)
    let opener = opener(profile)
    for new in answers.organizations {
      // The store first: an organization that cannot be opened is not written down.
      guard let entry = profile.organization(named: new.name) else { continue }
      var making = opener
      making.makesGoneAnew = true
      _ = try making.open(entry, for: .track)
      say(
        "\(new.name): "
          + (entry.url.scheme == OrganizationURL.sqlite
            ? "its store is \(try opener.storePath(of: entry))" : "it is at \(entry.url)"))
    }
    // What is not allowed is not begun.
    let receiving = profile.synchronizingOrganization
    // One elsewhere has users, filters and records of its own.
    let kept = try (receiving?.isElsewhere == false ? receiving : nil).map { entry in
      let (opened, user) = try OrganizationOptions.open(entry, of: opener, .readOwn, for: .track)
      // Mail to a new address of the mailbox is the same user's.
      let missing = answers.addresses.filter { !user.addresses.contains($0) }
      if !missing.isEmpty || answers.records != nil {
        try OrganizationOptions.require(.administer, of: user, in: opened.members)
      }
      return (opened: opened, user: user, missing: missing)
    }
    if let present {
      if text != present.text {
        try ProfileFile(path: path).edit { editor in
          if editor.text == present.text { try edit(&editor, answers) }
        }
        guard try ProfileContents.read(path) == text else {
          throw CommandError(.temporaryFailure, "the profile changed meanwhile; run setup again")
        }
        say("the profile \(path) is changed")
      } else {
        say("the profile \(path) stays as it is")
      }
    } else {
      try ProfileFile(path: path).create(text)
      say("the profile is \(path)")
    }
    if let (opened, user, missing) = kept {
      try setUser(user, adding: missing, opened, answers, say: say)
      if let file = answers.records {
        let summary = try RecordImport(
          path: file, administration: opened.administration(), state: opened.localState
        ).run()
        say("records: \(summary.text)")
      }
    }
    say(
      receiving.map { OrgCommand.Synchronize.receives($0.name, isConnected: $0.isConnected) }
        ?? OrgCommand.Synchronize.none)
  }

  /// Gives the owner the addresses and the filter that were wanted, and says which filter holds.
  private func setUser(
    _ user: OrganizationUser, adding addresses: [AddrSpec], _ opened: OpenOrganization,
    _ answers: SetupAnswers, say: (String) -> Void
  ) throws {
    let filter = answers.filter.method(insteadOf: user.filter)
    if !addresses.isEmpty || filter != user.filter {
      try opened.administration().changeUser(
        OrganizationUser(
          id: user.id, address: user.address, addresses: user.addresses + addresses,
          kind: user.kind, role: user.role, filter: filter, isEnabled: user.isEnabled,
          login: user.login))
    }
    let holding = try Decider.effectiveFilter(
      of: OrganizationUser(id: user.id, address: user.address, filter: filter),
      policy: opened.members.policy()
    ).rawValue
    say(
      filter == nil
        ? "your filter is the organization's, '\(holding)'" : "your filter is '\(holding)'")
  }
}
