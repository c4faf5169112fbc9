/// Which mail a user wants tracked without being asked (Dynamics `IncomingEmailFilteringMethod`).
public enum FilterMethod: String, Sendable, CaseIterable {
  /// All mail (0).
  case all
  /// Only what answers tracked mail (1); the default.
  case replies
  /// Mail with leads, contacts and accounts (2).
  case contacts
  /// Mail with any record that has an address (3).
  case records
  /// None (4); tracking by hand and by rule still works.
  case none

  /// Dynamics' value of the option.
  public var code: Int {
    switch self {
    case .all: 0
    case .replies: 1
    case .contacts: 2
    case .records: 3
    case .none: 4
    }
  }
}
