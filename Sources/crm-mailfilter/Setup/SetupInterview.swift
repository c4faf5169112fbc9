import Glibc
import InternetMessage
import MailPipeline
import System
import Tracking

/// Asks a person what they want; writes nothing.
struct SetupInterview {
  let console: Console
  let defaults: SetupDefaults
  /// Makes what opens the organizations of a profile that is not written yet.
  let opener: (Profile) -> OrganizationOpener
  /// Signs in to organizations behind a web API, once for each way of doing it.
  let trial: SignInTrial
  /// The file of records to propose.
  let records: String?
  /// Whether a file is not taken of which something would be left out.
  let isStrict: Bool

  /// A rule that names more addresses is no longer one that people read.
  private static let maxNamed = 200

  /// Asks.
  ///
  /// - Parameter proposed: The addresses to propose.
  /// - Returns: The answers.
  /// - Throws: `CommandError` where the person stops.
  func answers(proposed: [AddrSpec]) throws -> SetupAnswers {
    trial.begin()
    console.say(PrivacyNotice.text + "\n")
    console.say(
      "An empty line takes what stands in brackets, '\(Console.back)' goes back a question.")
    guard try console.confirm("Go on?", default: true) else { throw CommandError.nothingChanged }
    var answers = SetupAnswers(addresses: try addresses(proposed))
    answers.organizations = try organizations(of: answers.addresses[0])
    answers.synchronizing = try synchronizing(answers)
    answers.present = try present(answers.synchronizing, of: answers.addresses[0])
    let opened = try answers.synchronizing.map {
      try defaults.temporary($0, answers, opener: opener)
    }
    // What is kept elsewhere has its records and filters there.
    let administration = opened.flatMap {
      $0.entry.isElsewhere ? nil : $0.organization.administration
    }
    if let opened, let administration {
      answers.records = try records(administration, opened.localState)
    }
    answers.exclude = try exclude()
    if let administration { try chooseFilter(&answers, administration) }
    return answers
  }

  private func addresses(_ proposed: [AddrSpec]) throws -> [AddrSpec] {
    console.say("\nThe addresses of your mailbox, your own first, with blanks between them.")
    return try console.ask(
      "Addresses",
      default: proposed.isEmpty ? nil : proposed.map(\.description).joined(separator: " ")
    ) { text in
      let addresses = try text.split { $0 == " " || $0 == "," }.map { try parseAddress("\($0)") }
      guard !addresses.isEmpty else { throw CommandError(.usage, "at least one, please") }
      return addresses
    }
  }

  // MARK: Organizations

  /// What is typed where somebody does not know the address.
  private static let discovery = "discover"

  private static let kinds = """
    It is in a file here (sqlite:FILE), in a database (postgresql://...), in Dynamics
    365 (any address of its pages; 'discover' lists yours), or what a program says it
    is (exec:/PROGRAM).
    """

  private func organizations(of address: AddrSpec) throws -> [SetupAnswers.NewOrganization] {
    let known = defaults.profile?.organizations ?? []
    var added: [SetupAnswers.NewOrganization] = []
    if known.isEmpty {
      console.say("\nAn organization is where tracked mail goes. Let's add the first one.")
    } else {
      console.say(
        "\nOrganizations: " + known.map { "\($0.name) (\($0.url))" }.joined(separator: ", "))
    }
    var isWanted = try known.isEmpty || console.confirm("Add an organization?", default: false)
    while isWanted {
      let taken = known.map(\.name) + added.map(\.name)
      let proposed = taken.isEmpty ? SetupDefaults.organizationName(for: address) : nil
      let name = try console.ask("Its name", default: proposed) { text in
        guard OrganizationEntry.isName(text) else {
          throw CommandError(.usage, "a name of letters, digits, '.', '_' and '-', please")
        }
        guard !taken.contains(text) else { throw CommandError(.usage, "there is one of that name") }
        return text
      }
      var new = SetupAnswers.NewOrganization(name: name, url: "", colleagues: [])
      console.say(Self.kinds)
      let typed = try console.ask("Where it is", default: "sqlite:\(name).sqlite") { text in
        if text == Self.discovery { return DataverseDiscovery.usual }
        if DataverseDiscovery.isService(text) {
          _ = try DataverseDiscovery(text)
          return text
        }
        let url = TypedPath.url(text)
        try connect(url)
        return url
      }
      let interview = SignInInterview(console: console, trial: trial)
      if DataverseDiscovery.isService(typed) {
        (new.url, new.access) = try interview.discovered(by: DataverseDiscovery(typed), named: name)
      } else if let place = try OrganizationURL(typed).dataverse {
        new.url = place.description
        new.access = try interview.access(to: place, named: name)
      } else {
        new.url = typed
      }
      new.colleagues = try colleagues(SetupDefaults.colleagues(of: address))
      new.isConnected = try connected(true)
      added.append(new)
      isWanted = try console.confirm("Add another organization?", default: false)
    }
    return added
  }

  /// What becomes of an organization that the profile has and that is to receive mail.
  private func present(
    _ name: String?, of address: AddrSpec
  ) throws -> SetupAnswers.PresentOrganization? {
    guard let name, let entry = defaults.profile?.organization(named: name) else { return nil }
    console.say("\n\(name) is at \(entry.url).")
    return SetupAnswers.PresentOrganization(
      name: name, colleagues: try colleagues(entry.colleagues.patterns),
      isConnected: try connected(entry.isConnected))
  }

  private func colleagues(_ present: [String]) throws -> [String] {
    let words = present.isEmpty ? "nobody's" : present.joined(separator: " ")
    return try console.ask("Whose mail is colleagues' mail", default: words) { text in
      // An expression may hold blanks.
      text == words ? present : try patterns(text)
    }
  }

  private func connected(_ isConnected: Bool) throws -> Bool {
    try console.confirm(
      "Connect it? Mail for an organization that is not connected waits.", default: isConnected)
  }

  private func patterns(_ text: String) throws -> [String] {
    if text == "nobody's" { return [] }
    let patterns = text.split { $0 == " " || $0 == "," }.map(String.init)
    for pattern in patterns {
      guard case .failure(let error) = AddressPattern.parse(pattern) else { continue }
      throw CommandError(.usage, "'\(pattern)': \(error)")
    }
    return patterns
  }

  /// Tries whether an organization can be reached, or made, at a URL.
  private func connect(_ url: String) throws {
    let place = try OrganizationURL(url)
    // Signed in to when it is known how.
    guard place.dataverse == nil else { return }
    let entry = OrganizationEntry(
      name: "new", url: place, colleagues: AddressMatcher([]), isConnected: true)
    let opener = opener(Profile(synchronizing: nil, mailboxes: [], organizations: []))
    if entry.isElsewhere {
      let organization = try opener.opened(entry, for: .explain).organization
      guard let identity = try organization.remoteIdentity() else { return }
      for line in [identity.words] + identity.warnings {
        console.say("  " + SafeText.neutralised(line))
      }
      return
    }
    do {
      _ = try opener.opened(entry, for: .read).archive().countOfCopies()
    } catch let error as StoreError where error.kind == .missing {
      var folder = try opener.storePath(of: entry)
      repeat {
        folder = folder.lastIndex(of: "/").map { String(folder[..<$0]) } ?? ""
        if folder.isEmpty { folder = "/" }
      } while access(folder, F_OK) != 0 && folder != "/"
      guard access(folder, W_OK | X_OK) == 0 else {
        throw CommandError(.noPermission, "\(folder): \(String(cString: strerror(errno)))")
      }
    }
  }

  private func synchronizing(_ answers: SetupAnswers) throws -> String? {
    let names =
      (defaults.profile?.organizations.map(\.name) ?? []) + answers.organizations.map(\.name)
    let choices = names + ["none"]
    let now = defaults.profile?.synchronizing
    while true {
      console.say("\nOne organization, or none, receives mail:")
      for (number, name) in choices.enumerated() { console.say("  \(number + 1) \(name)") }
      let choice = try console.choose(
        "Which", among: choices, default: now.flatMap(names.firstIndex) ?? 0)
      let name = choice < names.count ? names[choice] : nil
      guard let now, now != name else { return name }
      let change = OrgCommand.Synchronize.change(from: now, to: name)
      if try console.confirm(change + " Go on?", default: false) { return name }
    }
  }

  // MARK: Records

  private func records(
    _ administration: any OrganizationAdministration, _ state: any LocalState
  ) throws -> String? {
    console.say(
      "\nRecords are the organization's accounts, contacts and leads, known by their addresses.")
    while true {
      let (path, refused) = try console.ask(
        "A CSV or vCard file to import", default: records ?? "none"
      ) { text -> (String?, Int) in
        guard text != "none" else { return (nil, 0) }
        let path = text == records ? text : TypedPath.path(text)
        let summary = try RecordImport(path: path, administration: administration, state: state)
          .check { console.say("  " + $0) }
        console.say("  would be: " + summary.text)
        if let error = summary.refusal(isStrict: isStrict) { throw error }
        return (path, summary.refused)
      }
      if refused == 0 { return path }
      let what = refused == 1 ? "the one that is" : "the \(BatchText.grouped(refused)) that are"
      if try console.confirm("Import it without \(what) refused?", default: false) { return path }
    }
  }

  /// How rules name the records that there are and those to come; `nil` where they are too many.
  private func named(_ administration: any OrganizationAdministration, _ file: String?) throws
    -> [String]?
  {
    var entries = try administration.records(type: nil, limit: Self.maxNamed + 1)
    if let file {
      var file = try RecordFile(file)
      while entries.count <= Self.maxNamed, let item = try file.next() {
        guard case .record(let draft) = item.content else { continue }
        entries.append(
          RecordEntry(
            record: RecordReference(type: draft.type, id: draft.id ?? ""),
            addresses: draft.addresses, domains: draft.domains))
      }
    }
    var seen: Set<String> = []
    let names = entries.flatMap { $0.addresses.map(\.description) + $0.domains.map { "@" + $0 } }
      .filter { seen.insert($0).inserted }
    return names.count <= Self.maxNamed ? names : nil
  }

  // MARK: What is tracked

  private func exclude() throws -> [Exclusion]? {
    let present = defaults.profile?.exclude ?? Profile.defaultExclude
    let words = Exclusion.allCases.map { "\($0.rawValue) (\($0.words))" }
    console.say(
      "\nThe organization is not asked about some mail, unless a rule says otherwise:\n  "
        + words.joined(separator: ",\n  ") + ".")
    let chosen = try console.ask(
      "Leave out",
      default: present.isEmpty ? "nothing" : present.map(\.rawValue).joined(separator: " ")
    ) { text in
      if text == "nothing" { return [Exclusion]() }
      return try text.split { $0 == " " || $0 == "," }.map { word in
        guard let exclusion = Exclusion(rawValue: word.lowercased()) else {
          throw CommandError(.usage, "'\(word)' is none of them; 'nothing' for none")
        }
        return exclusion
      }
    }
    return chosen == Profile.defaultExclude ? nil : chosen
  }

  private func chooseFilter(
    _ answers: inout SetupAnswers, _ administration: any OrganizationAdministration
  ) throws {
    let named = try named(administration, answers.records)
    let hasRecords = named.map { !$0.isEmpty } ?? true
    let owner = defaults.profile?.mailboxes.first?.owner ?? answers.addresses[0]
    let present = try administration.user(owner)?.filter
    let policy = try administration.policy()
    let usual = Decider.effectiveFilter(
      of: OrganizationUser(id: UserID(0), address: owner), policy: policy)
    var choices: [(name: String, filter: SetupAnswers.Filter, text: String)] = [
      (
        "replies", .own(.replies),
        """
        what answers tracked mail. Alone, it misses the first message of every
                     customer, and every message that you write first: a conversation is
                     tracked from the moment on that a rule or you track one message of it
        """
      ),
      (
        "contacts", .own(.contacts),
        """
        what comes from, or what you send to, a lead, contact or account of
                     the organization's records, and nothing else
        """
      ),
      ("none", .own(.none), "nothing; rules and you still track"),
      (
        "default", .organizations,
        """
        what 'org set filter' says for all who choose nothing: '\(usual.rawValue)'
                     now
        """
      ),
    ]
    if present == .records || present == .all {
      let text = present == .all ? "all mail" : "what comes from, or what you send to, any record"
      if let present { choices.append((present.rawValue, .own(present), text)) }
    }
    if let named, !named.isEmpty {
      choices.append(
        (
          "sent", .own(.replies),
          """
          'replies', and a rule that tracks what you send to the \
          \(named.count == 1 ? "one address" : "\(named.count) addresses")
                       and domains of the records: then their answers are tracked, too
          """
        ))
    }
    console.say("\nWhich mail is tracked without a rule of yours:")
    for (number, choice) in choices.enumerated() {
      console.say(
        "  \(number + 1) \(choice.name)"
          + String(repeating: " ", count: 9 - choice.name.utf8.count) + choice.text)
    }
    let proposed = present?.rawValue ?? (hasRecords && usual == .replies ? "contacts" : "default")
    let choice = try console.choose(
      "Which", among: choices.map(\.name),
      default: choices.firstIndex { $0.name == proposed } ?? 0)
    answers.filter = choices[choice].filter
    if choices[choice].name == "sent" { answers.sentTo = named ?? [] }
  }
}
