import Testing

extension Trait where Self == ConditionTrait {
  /// For tests of a host: they are skipped where it is not installed.
  static func host(_ programs: String...) -> Self {
    .enabled(if: HostUser.canRun(programs), "\(programs.joined(separator: ", ")): not here")
  }

  /// For tests of what only root can do.
  static var asRoot: Self {
    .enabled(if: HostUser.canIsolate, "only root can do this")
  }
}
