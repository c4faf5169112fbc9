import InternetMessage
import Tracking

/// A record as people name it: type, id, owner, addresses and domains.
public struct RecordEntry: Hashable, Sendable {
  /// Type and id in the CRM.
  public var record: RecordReference
  /// An address of the user who owns it.
  public var owner: AddrSpec?
  /// The record's addresses.
  public var addresses: [AddrSpec]
  /// The record's domains, lower-cased.
  public var domains: [String]
  /// Whether addresses and domains come to those that the record has, and its owner stays.
  public var isAddition = false

  /// Makes an entry.
  public init(
    record: RecordReference, owner: AddrSpec? = nil, addresses: [AddrSpec] = [],
    domains: [String] = []
  ) {
    self.record = record
    self.owner = owner
    self.addresses = addresses
    self.domains = domains
  }
}
