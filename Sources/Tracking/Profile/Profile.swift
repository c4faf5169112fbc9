import InternetMessage

/// This side of tracking: whose mailboxes these are, which organizations are known, and the rules.
///
/// Written by people in TOML, see crm-mailfilter.toml(5).
package struct Profile: Sendable {
  /// The name of the organization that receives mail; `nil` for none.
  package let synchronizing: String?
  /// The mailboxes, at least one; the first is taken where nothing tells.
  package let mailboxes: [ProfileMailbox]
  /// The organizations, in the order of the file.
  package let organizations: [OrganizationEntry]
  /// What is kept from the organization unless a rule says otherwise.
  package let exclude: [Exclusion]
  /// Whether the `exclude` key was absent.
  package let isExcludeDefault: Bool
  /// The rules, top down.
  package let rules: [Rule]
  /// The hosts whose Authentication-Results are believed, lower-cased.
  package let trustedAuthservIDs: [String]
  /// The largest message that is stored whole, in bytes.
  package let maxSize: Int
  /// What begins a note in an address of ours, as in dana+note@: one of these characters; empty for
  /// none.
  package var plusAddressing = "+"
  /// Who wrote mail that is not from whom From names.
  package var authorship = AuthorshipPolicy()

  /// What is excluded where the key is absent: safe by default.
  package static let defaultExclude: [Exclusion] = [.private, .automatic, .bulk, .internal, .spam]

  /// 50 MB.
  package static let defaultMaxSize = 50 << 20

  /// Makes a profile.
  package init(
    synchronizing: String?, mailboxes: [ProfileMailbox], organizations: [OrganizationEntry],
    exclude: [Exclusion]? = nil, rules: [Rule] = [], trustedAuthservIDs: [String] = [],
    maxSize: Int = defaultMaxSize
  ) {
    self.synchronizing = synchronizing
    self.mailboxes = mailboxes
    self.organizations = organizations
    self.exclude = exclude ?? Self.defaultExclude
    self.isExcludeDefault = exclude == nil
    self.rules = rules
    self.trustedAuthservIDs = trustedAuthservIDs
    self.maxSize = maxSize
  }

  /// Reads a profile.
  ///
  /// - Parameters:
  ///   - toml: The bytes of the file.
  ///   - path: The file's name, for errors.
  ///   - schemes: The kinds of organizations that there are.
  /// - Throws: `ProfileError`.
  package init(
    toml: [UInt8], path: String, schemes: Set<String> = OrganizationURL.schemes
  ) throws(ProfileError) {
    self = try ProfileReader.read(toml, path: path, schemes: schemes)
  }

  /// The organization of a name.
  package func organization(named name: String) -> OrganizationEntry? {
    organizations.first { $0.name == name }
  }

  /// The organization that receives mail.
  package var synchronizingOrganization: OrganizationEntry? {
    synchronizing.flatMap(organization(named:))
  }

  /// A name for a new rule: this one, or with a number where a rule has it.
  package func unusedRuleName(like name: String) -> String {
    let taken = Set(rules.map(\.name))
    guard taken.contains(name) else { return name }
    var number = 2
    while taken.contains("\(name) (\(number))") { number += 1 }
    return "\(name) (\(number))"
  }

  /// Whether an address is a colleague's or one of these mailboxes', with a note in it or without.
  package func isOurs(_ address: AddrSpec) -> Bool {
    let bare = withoutNote(address)
    if mailboxes.contains(where: { $0.addresses.contains(address) }) { return true }
    if let bare, mailboxes.contains(where: { $0.addresses.contains(bare) }) { return true }
    // By its place: an organization is much to copy for each address.
    guard let synchronizing,
      let place = organizations.firstIndex(where: { $0.name == synchronizing })
    else { return false }
    return organizations[place].colleagues.matches(address)
      || (bare.map { organizations[place].colleagues.matches($0) } ?? false)
  }

  /// The mailbox that has an address, with a note in it or without.
  package func mailbox(of address: AddrSpec) -> ProfileMailbox? {
    if let mailbox = mailboxes.first(where: { $0.addresses.contains(address) }) { return mailbox }
    guard let bare = withoutNote(address) else { return nil }
    return mailboxes.first { $0.addresses.contains(bare) }
  }

  /// An address without the note that follows the first separator; `nil` where there is none.
  package func withoutNote(_ address: AddrSpec) -> AddrSpec? {
    let name = address.localPart
    // In ASCII each byte is a character; no separator is a line end, which alone are two in one.
    if name.utf8.allSatisfy({ $0 < 0x80 }),
      !name.utf8.contains(where: { plusAddressing.utf8.contains($0) })
    {
      return nil
    }
    guard let separator = name.firstIndex(where: { plusAddressing.contains($0) }),
      separator > name.startIndex
    else { return nil }
    return AddrSpec(localPart: String(name[..<separator]), domain: address.domain)
  }

  /// The address of a mailbox that a host means by an envelope recipient: Postfix gives a program `_`
  /// for what a shell might take for more than a letter (local(8), command_expansion_filter).
  ///
  /// - Returns: The address itself where it is a mailbox's, or no mailbox has one that looks so.
  package func recipient(_ address: AddrSpec) -> AddrSpec {
    guard address.localPart.contains("_"), mailbox(of: address) == nil else { return address }
    let bare = withoutNote(address) ?? address
    for one in mailboxes.lazy.flatMap(\.addresses) where one.domainKey == bare.domainKey {
      let shown = String(one.localPart.map { Self.passesPostfix($0) ? $0 : "_" })
      guard shown != one.localPart, shown.lowercased() == bare.localPart.lowercased() else {
        continue
      }
      return one
    }
    return address
  }

  private static func passesPostfix(_ character: Character) -> Bool {
    character.isASCII
      && (character.isLetter || character.isNumber
        || "!@%-_=+:,./".contains(character))
  }
}

/// An organization as a profile names it.
package struct OrganizationEntry: Sendable {
  /// The name.
  package let name: String
  /// Where it is: `sqlite:contoso.sqlite`.
  package let url: OrganizationURL
  /// The addresses of colleagues.
  package let colleagues: AddressMatcher
  /// Whether mail may be brought to it.
  package let isConnected: Bool
  /// How this side signs in to one elsewhere.
  package var access = OrganizationAccess()
  /// Of one elsewhere, which copies that others handed over are listed here.
  package var mirror = Mirror.own

  /// Which copies that others handed over this machine lists; whatever it is, it knows enough of all of
  /// them to find what answers them.
  package enum Mirror: String, Sendable, CaseIterable {
    /// Those of the user as whom it acts.
    case own
    /// All that it may read.
    case visible
    /// None: the organization is asked each time.
    case nothing = "none"
  }

  /// As what the text of an e-mail is written in Dynamics 365.
  package var text = TextForm.plain

  /// As what the text of an e-mail is written.
  package enum TextForm: String, Sendable, CaseIterable {
    /// Text without form, whatever the message has.
    case plain
    /// A page that is safe to show, where the text of the message is one.
    case html
  }

  /// Whether it is not on this machine, and takes its time to answer.
  package var isElsewhere: Bool { url.isElsewhere }

  /// Whether a text may name an organization: it becomes part of file names and output.
  package static func isName(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 64 && text.first != "." && text.first != "-"
      && text.unicodeScalars.allSatisfy {
        $0.properties.isAlphabetic || ("0"..."9").contains($0) || "._-".unicodeScalars.contains($0)
      }
  }

  /// Makes an entry.
  package init(name: String, url: OrganizationURL, colleagues: AddressMatcher, isConnected: Bool) {
    self.name = name
    self.url = url
    self.colleagues = colleagues
    self.isConnected = isConnected
  }
}

/// A mailbox of the profile: who owns it and under which addresses it receives and sends.
package struct ProfileMailbox: Hashable, Sendable {
  /// The user to whom tracked copies of this mailbox belong, named by an address.
  package let owner: AddrSpec

  /// All addresses of the mailbox; the owner's is among them.
  package let addresses: [AddrSpec]

  /// Makes a mailbox; the owner's address is added where it is missing.
  package init(owner: AddrSpec, addresses: [AddrSpec]) {
    self.owner = owner
    self.addresses = addresses.contains(owner) ? addresses : [owner] + addresses
  }
}

extension Profile {
  /// All that rules and `exclude` say, in words: where it is another text, they have changed.
  package var rulesInWords: String {
    let lines = rules.map { rule in
      ([rule.name, rule.action.rawValue, rule.regarding?.description ?? ""]
        + (rule.even.map { [Rule.evenLine($0)] } ?? []) + rule.conditions.map(\.description))
        .joined(separator: "\u{1F}")
    }
    return ([exclude.map(\.rawValue).joined(separator: " ")] + lines).joined(separator: "\u{1E}")
  }

  /// The rules that track less than they did in version 0.1, and do not say that it is meant so.
  package var narrowedRules: [NarrowedRule] {
    rules.enumerated().compactMap { index, rule in
      let kinds = rule.silentlyLeftOut(of: exclude)
      return kinds.isEmpty ? nil : NarrowedRule(number: index + 1, name: rule.name, kinds: kinds)
    }
  }
}

extension RuleSet {
  /// Takes the rules of a profile.
  package init(_ profile: Profile) {
    self.init(
      profile.rules, exclude: profile.exclude, trustedAuthservIDs: profile.trustedAuthservIDs)
  }
}
