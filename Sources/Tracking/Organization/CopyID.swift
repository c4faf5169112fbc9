/// The key of a tracked copy within its organization.
public struct CopyID: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The key; positive.
  public let rawValue: Int64

  /// Makes a key.
  public init(_ rawValue: Int64) {
    self.rawValue = rawValue
  }

  /// Older copies have lower keys.
  public static func < (left: CopyID, right: CopyID) -> Bool { left.rawValue < right.rawValue }

  /// The number.
  public var description: String { "\(rawValue)" }
}
