/// Something that a role allows in an organization.
public enum Privilege: String, Sendable, CaseIterable, Comparable {
  /// Reads the mail that belongs to the user or came through the user's mailbox.
  case readOwn = "read-own"
  /// Reads all of the organization's mail.
  case readOrganization = "read-organization"
  /// Tracks and untracks by hand.
  case track
  /// Says what record mail belongs to.
  case setRegarding = "set-regarding"
  /// Carries data out in bulk.
  case export
  /// Changes settings, users and records; forgets and prunes.
  case administer

  /// In the order of the table in the manual page.
  public static func < (left: Privilege, right: Privilege) -> Bool {
    left.position < right.position
  }

  private var position: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
