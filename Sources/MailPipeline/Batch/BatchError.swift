/// Why a batch could not begin.
public enum BatchError: Error, Sendable, Hashable, CustomStringConvertible {
  /// No folder bears these names; the names that there are.
  case noFolder([String], of: [String])

  /// None of the paths could be read; why the first could not.
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
