/// The key of a tracked copy within its organization.
package struct CopyID: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The key; positive.
  package let rawValue: Int64

  /// Makes a key.
  package init(_ rawValue: Int64) {
    self.rawValue = rawValue
  }

  /// Older copies have lower keys.
  package static func < (left: CopyID, right: CopyID) -> Bool { left.rawValue < right.rawValue }

  /// The number.
  package var description: String { "\(rawValue)" }
}
