/// A file that a batch could not read.
public struct BatchFailure: Sendable, Hashable {
  /// The file; what is no UTF-8 in its name is replaced.
  public let path: String
  /// What failed, in one line.
  public let reason: String
  /// Seconds since 1970.
  public let failedAt: Int64

  /// Makes a failure.
  public init(path: String, reason: String, failedAt: Int64) {
    self.path = path
    self.reason = reason
    self.failedAt = failedAt
  }
}
