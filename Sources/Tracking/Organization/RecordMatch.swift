/// A record that an address belongs to.
public struct RecordMatch: Hashable, Sendable {
  /// How the record was found.
  public enum Basis: String, Sendable {
    /// The address is one of the record's.
    case address
    /// The address's domain is one of the record's.
    case domain
  }

  /// The key within the organization; lower is older.
  public let id: Int64
  /// Type and id in the CRM.
  public let record: RecordReference
  /// The user who owns the record.
  public let owner: Int64?
  /// How it was found.
  public let basis: Basis

  /// Makes a match.
  public init(id: Int64, record: RecordReference, owner: Int64?, basis: Basis) {
    self.id = id
    self.record = record
    self.owner = owner
    self.basis = basis
  }
}
