import InternetMessage
import MailPipeline
import Tracking

/// What somebody who sets the program up wants.
struct SetupAnswers {
  /// An organization that the profile does not have yet.
  struct NewOrganization: Equatable {
    var name: String
    var url: String
    var colleagues: [String]
    var isConnected = true
    /// How this side signs in to one behind a web API.
    var access = OrganizationAccess()
  }

  /// What an organization that the profile has is to be.
  struct PresentOrganization: Equatable {
    var name: String
    var colleagues: [String]
    var isConnected: Bool
  }

  /// Which mail is tracked for the owner without a rule.
  enum Filter: Equatable {
    /// What holds now.
    case unchanged
    /// What the organization says, now and later.
    case organizations
    /// The owner's own choice.
    case own(FilterMethod)

    /// The user's own choice from now on.
    func method(insteadOf present: FilterMethod?) -> FilterMethod? {
      switch self {
      case .unchanged: present
      case .organizations: nil
      case .own(let method): method
      }
    }
  }

  /// The addresses of the first mailbox; the first is its owner's.
  var addresses: [AddrSpec]
  /// The organizations to add.
  var organizations: [NewOrganization] = []
  /// What becomes of the one that receives mail, where the profile has it; `nil` for no change.
  var present: PresentOrganization?
  /// The one that receives mail; `nil` for none.
  var synchronizing: String?
  /// A file of records for that one.
  var records: String?
  /// What is kept from it; `nil` for what is by default.
  var exclude: [Exclusion]?
  /// Which mail is tracked without a rule.
  var filter = Filter.unchanged
  /// To whom what the owner sends is tracked.
  var sentTo: [String] = []
}

/// What is proposed to somebody who sets the program up, and done where nobody is asked.
struct SetupDefaults {
  /// The profile that is there; `nil` for none.
  let profile: Profile?

  /// The addresses of the first mailbox: those of the profile, else that of the environment.
  func addresses(in environment: HostEnvironment) -> [AddrSpec] {
    if let mailbox = profile?.mailboxes.first { return mailbox.addresses }
    return environment["EMAIL"].flatMap { AddrSpec($0) }.map { [$0] } ?? []
  }

  /// A name for a first organization: the longest label of the address's domain but the last.
  static func organizationName(for address: AddrSpec) -> String {
    let domain = address.domainKey
    guard !PublicMailDomains.contains(domain) else { return "crm" }
    let labels = domain.split(separator: ".").dropLast()
    let name = labels.max { $0.utf8.count < $1.utf8.count }.map(String.init) ?? "crm"
    return OrganizationEntry.isName(name) ? name : "crm"
  }

  /// Whose mail is colleagues' mail: everybody's in the domain of the address, unless anybody can
  /// have an address there.
  static func colleagues(of address: AddrSpec) -> [String] {
    PublicMailDomains.contains(address.domainKey) ? [] : ["@" + address.domain]
  }

  /// What is done where nobody is asked: what is missing is added, and nothing else changed.
  func answers(_ addresses: [AddrSpec]) -> SetupAnswers {
    var answers = SetupAnswers(addresses: addresses)
    answers.synchronizing = profile?.synchronizing
    if profile?.isExcludeDefault == false { answers.exclude = profile?.exclude }
    if let first = profile?.organizations.first {
      answers.synchronizing = answers.synchronizing ?? first.name
    } else if let address = addresses.first {
      let name = Self.organizationName(for: address)
      answers.organizations = [
        .init(name: name, url: "sqlite:\(name).sqlite", colleagues: Self.colleagues(of: address))
      ]
      answers.synchronizing = name
    }
    return answers
  }

  /// An organization, or one in memory that stands for it until it is made.
  ///
  /// - Parameters:
  ///   - name: Which.
  ///   - answers: What was answered until now.
  ///   - opener: Makes what opens the organizations of a profile.
  /// - Returns: The organization.
  /// - Throws: What opening throws.
  func temporary(
    _ name: String, _ answers: SetupAnswers, opener: (Profile) -> OrganizationOpener
  ) throws -> OpenOrganization {
    let new = answers.organizations.first { $0.name == name }
    let entry =
      try profile?.organization(named: name)
      ?? OrganizationEntry(
        name: name, url: OrganizationURL(new?.url ?? ""), colleagues: AddressMatcher([]),
        isConnected: true)
    let mailbox = ProfileMailbox(
      owner: profile?.mailboxes.first?.owner ?? answers.addresses[0],
      addresses: answers.addresses)
    let profile = Profile(synchronizing: name, mailboxes: [mailbox], organizations: [entry])
    return try opener(profile).opened(entry, for: .explain)
  }

  /// What will be tracked then.
  ///
  /// - Parameters:
  ///   - answers: What was answered.
  ///   - new: The profile as it will be.
  ///   - opener: Makes what opens the organizations of a profile.
  /// - Returns: What to say of it.
  /// - Throws: What opening and reading throw.
  func forecast(
    _ answers: SetupAnswers, _ new: Profile, opener: (Profile) -> OrganizationOpener
  ) throws -> TrackingForecast {
    guard let name = answers.synchronizing else {
      return TrackingForecast(
        profile: new, user: nil, policy: OrganizationPolicy(), recordTypes: [], hasCopies: false)
    }
    let opened = try temporary(name, answers, opener: opener)
    let owner = new.mailboxes.first?.owner
    let user = try owner.flatMap { try opened.members.user($0) }.map { user in
      OrganizationUser(
        id: user.id, address: user.address, addresses: user.addresses, kind: user.kind,
        role: user.role, filter: answers.filter.method(insteadOf: user.filter),
        isEnabled: user.isEnabled, login: user.login)
    }
    var types: Set<String> = []
    if !opened.entry.isElsewhere, let administration = opened.organization.administration {
      for type in [nil, "lead", "contact", "account"] {
        types.formUnion(
          try administration.records(type: type, limit: 1).map { $0.record.type })
      }
    }
    if let file = answers.records {
      var file = try RecordFile(file)
      while types.count < 4, let item = try file.next() {
        if case .record(let draft) = item.content { types.insert(draft.type) }
      }
    }
    return TrackingForecast(
      profile: new, user: user, policy: try opened.members.policy(), recordTypes: types,
      hasCopies: try opened.organization.archive?.countOfCopies() ?? 1 > 0)
  }
}
