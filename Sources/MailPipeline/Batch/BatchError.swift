/// Why a batch could not begin.
public enum BatchError: Error, Sendable, Hashable, CustomStringConvertible {
  /// No folder bears these names; the names that there are.
  case noFolder([String], of: [String])

  /// In none of the paths is a mailbox that can be read; why not in the first.
  case noMailbox(String)

  /// What failed and what to do, in one line.
  public var description: String {
    switch self {
    case .noMailbox(let reason): reason
    case .noFolder(let names, let present):
      "no folder '\(names.joined(separator: "', '"))'"
        + (present.isEmpty
          ? "; the paths hold no folder"
          : "; there are \(present.sorted().joined(separator: ", "))")
    }
  }
}
