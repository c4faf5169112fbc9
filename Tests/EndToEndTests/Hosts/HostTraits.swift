import Glibc
import Testing

extension Trait where Self == ConditionTrait {
  /// For tests of a host: they are skipped where it is not installed.
  ///
  /// - Parameters:
  ///   - programs: What is needed.
  ///   - runsForRoot: Whether it also delivers to root, where root can make no other user.
  /// - Returns: The condition.
  static func host(_ programs: String..., runsForRoot: Bool = false) -> Self {
    let isThere = programs.allSatisfy { access($0, X_OK) == 0 }
    let canRun = runsForRoot || geteuid() != 0 || HostUser.canIsolate
    return .enabled(
      if: isThere && canRun, "\(programs.joined(separator: ", ")): not here, or not for root")
  }

  /// For tests of what only root can do.
  static var asRoot: Self {
    .enabled(if: HostUser.canIsolate, "only root can do this")
  }
}
