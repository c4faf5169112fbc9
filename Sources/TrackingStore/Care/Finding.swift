/// Something that is not as it should be, found by `verify`.
public struct Finding: Hashable, Sendable {
  /// Where.
  public enum Area: String, Sendable, CaseIterable {
    /// The profile.
    case profile
    /// Who may read or write a file or folder.
    case permission
    /// The store as a database.
    case store
    /// The bytes of a message.
    case copy
    /// How copies are joined.
    case conversation
    /// What is left of something that is gone.
    case orphan
    /// What waits.
    case spool
  }

  /// Where.
  public let area: Area
  /// What is wrong, in one line.
  public let problem: String
  /// What to do about it, in one line.
  public let remedy: String
  /// How it is mended without loss; `nil` where it takes a person.
  public let mend: Mend?

  /// Makes a finding.
  public init(_ area: Area, _ problem: String, remedy: String, mend: Mend? = nil) {
    self.area = area
    self.problem = problem
    self.remedy = remedy
    self.mend = mend
  }
}
