import System
import Tracking

/// Opens the organizations of a profile.
package struct OrganizationOpener: Sendable {
  /// The profile: the owners of its mailboxes are the first users of a new store.
  package let profile: Profile
  /// Where relative paths begin.
  package let dataFolder: String?
  /// By when all waiting must be over.
  package let deadline: Deadline
  /// When it is, in seconds since 1970.
  package let now: Int64

  /// What remembers the stores that were used before; `nil` where there is no place for it.
  package var usedStores: UsedStores?

  /// Whether a store that was used before, and is not there, is made anew.
  package var makesGoneAnew = false

  /// The Unix group for which stores are made; `nil` for this user alone.
  package var group: UInt32?

  /// The Unix login that is tied to the administrator of a store that is made; `nil` for none.
  package var login: String?

  /// Whether a large store of an older version is brought to this one.
  package var migratesLarge = true

  /// The kinds of organizations that there are.
  package var providers = OrganizationProviders.all

  /// Whether organizations elsewhere may be asked: not while somebody waits for a message.
  package var asksElsewhere = true

  /// How they are asked.
  package var asking = RemoteAsking()

  /// Whether stores stay open until the process ends (`HostEnvironment.keepsStoresOpen`).
  package var keepsStoresOpen = true

  /// The folder of the profile, beside which secrets may be; `nil` for none.
  package var profileFolder: String?

  /// Makes an opener.
  package init(profile: Profile, dataFolder: String?, deadline: Deadline, now: Int64) {
    self.profile = profile
    self.dataFolder = dataFolder
    self.deadline = deadline
    self.now = now
  }

  /// Opens an organization.
  ///
  /// - Throws: `OrganizationURL.ParseError` where there is no such kind; `StoreError`,
  ///   `TrackingFailure`.
  package func open(
    _ entry: OrganizationEntry, for purpose: OpeningPurpose
  ) throws -> any Organization {
    guard let provider = providers.first(where: { $0.scheme == entry.url.scheme }) else {
      throw OrganizationURL.ParseError.unknownScheme(entry.url.scheme)
    }
    return try provider.open(entry, for: purpose, with: self)
  }
}

/// How organizations elsewhere are asked.
package struct RemoteAsking: Sendable {
  /// How long each answer may take, in milliseconds.
  package var timeLimit = 60_000
  /// Whether what a program writes to its standard error is shown.
  package var showsErrors = false
  /// How long another process that asks is waited for, in milliseconds.
  package var patience = FilterRun.patience
  /// Who can be asked for what is secret; `nil` where nobody is there.
  package var prompt: (any CredentialPrompt)?

  /// The usual.
  package init() {}
}

/// A kind of organization.
package protocol OrganizationProvider: Sendable {
  /// What the URLs of its organizations begin with, in lower case.
  var scheme: String { get }

  /// Opens an organization.
  ///
  /// - Parameters:
  ///   - entry: The organization, whose URL has the provider's scheme.
  ///   - purpose: What it is opened for.
  ///   - opener: How it is to be opened: whose profile it is in, and how long may be waited.
  /// - Returns: The organization; open until the process ends, where stores are kept open.
  /// - Throws: `StoreError`, `TrackingFailure`.
  func open(
    _ entry: OrganizationEntry, for purpose: OpeningPurpose, with opener: OrganizationOpener
  ) throws -> any Organization
}

/// The kinds of organizations that this version knows: a new one is a line here, and its scheme one
/// of `OrganizationURL.schemes`.
package enum OrganizationProviders {
  /// All of them.
  package static let all: [any OrganizationProvider] = [
    EmbeddedOrganizationProvider(), PostgreSQLOrganizationProvider(),
    DataverseOrganizationProvider(), ProgramOrganizationProvider(),
  ]
}
