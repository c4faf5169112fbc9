/// A number by which an organization knows something of its own; positive, and lower for what is
/// older.
///
/// A type for each kind: a user's number is no copy's.
package protocol OrganizationKey: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The number.
  var rawValue: Int64 { get }

  /// The key of a number.
  init(_ rawValue: Int64)
}

extension OrganizationKey {
  /// Older ones have lower keys.
  package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

  /// The number.
  package var description: String { "\(rawValue)" }
}

/// The key of a tracked copy within its organization.
package struct CopyID: OrganizationKey {
  package let rawValue: Int64

  package init(_ rawValue: Int64) { self.rawValue = rawValue }
}

/// The key of a user or queue within its organization.
package struct UserID: OrganizationKey {
  package let rawValue: Int64

  package init(_ rawValue: Int64) { self.rawValue = rawValue }
}

/// The key of a conversation of tracked copies within its organization.
package struct ConversationID: OrganizationKey {
  package let rawValue: Int64

  package init(_ rawValue: Int64) { self.rawValue = rawValue }
}

/// The key of a record within its organization; the CRM's own id is `RecordReference.id`.
package struct RecordID: OrganizationKey {
  package let rawValue: Int64

  package init(_ rawValue: Int64) { self.rawValue = rawValue }
}
