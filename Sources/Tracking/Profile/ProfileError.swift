/// What is wrong with a profile, and where.
public struct ProfileError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file, as it was named.
  public let path: String
  /// The line, from 1; `nil` where the whole file is meant.
  public let line: Int?
  /// What is wrong, and what to do.
  public let problem: String

  /// Makes an error.
  public init(path: String, line: Int?, problem: String) {
    self.path = path
    self.line = line
    self.problem = problem
  }

  /// `file:line: problem`.
  public var description: String {
    path + (line.map { ":\($0)" } ?? "") + ": " + problem
  }
}
