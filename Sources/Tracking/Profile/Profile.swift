import InternetMessage

/// This side of tracking: whose mailboxes these are, which organizations are known, and the rules.
///
/// Written by people in TOML, see crm-mailfilter.toml(5).
public struct Profile: Sendable {
  /// The name of the organization that receives mail; `nil` for none.
  public let synchronizing: String?
  /// The mailboxes, at least one; the first is taken where nothing tells.
  public let mailboxes: [ProfileMailbox]
  /// The organizations, in the order of the file.
  public let organizations: [OrganizationEntry]
  /// What is kept from the organization unless a rule says otherwise.
  public let exclude: [Exclusion]
  /// Whether the `exclude` key was absent.
  public let isExcludeDefault: Bool
  /// The rules, top down.
  public let rules: [Rule]
  /// The hosts whose Authentication-Results are believed, lower-cased.
  public let trustedAuthservIDs: [String]
  /// The largest message that is stored whole, in bytes.
  public let maxSize: Int

  /// What is excluded where the key is absent: safe by default.
  public static let defaultExclude: [Exclusion] = [.private, .automatic, .bulk, .internal, .spam]

  /// 50 MB.
  public static let defaultMaxSize = 50 << 20

  /// Makes a profile.
  public init(
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
  /// - Throws: `ProfileError`.
  public init(toml: [UInt8], path: String) throws(ProfileError) {
    self = try ProfileReader.read(toml, path: path)
  }

  /// The organization of a name.
  public func organization(named name: String) -> OrganizationEntry? {
    organizations.first { $0.name == name }
  }

  /// The organization that receives mail.
  public var synchronizingOrganization: OrganizationEntry? {
    synchronizing.flatMap(organization(named:))
  }

  /// A name for a new rule: this one, or with a number where a rule has it.
  public func unusedRuleName(like name: String) -> String {
    let taken = Set(rules.map(\.name))
    guard taken.contains(name) else { return name }
    var number = 2
    while taken.contains("\(name) (\(number))") { number += 1 }
    return "\(name) (\(number))"
  }

  /// Whether an address is a colleague's or one of these mailboxes'.
  public func isOurs(_ address: AddrSpec) -> Bool {
    mailboxes.contains { $0.addresses.contains(address) }
      || (synchronizingOrganization?.colleagues.matches(address) ?? false)
  }
}
