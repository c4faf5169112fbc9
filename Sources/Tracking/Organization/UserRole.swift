/// What a user may do in an organization.
public enum UserRole: String, Sendable, CaseIterable {
  /// Everything, the organization's settings included.
  case administrator
  /// Tracks, reads and sets regarding.
  case member
  /// Reads; no mail is tracked for them.
  case reader

  /// Whether copies may belong to a user of this role.
  public var mayTrack: Bool { self != .reader }
}
