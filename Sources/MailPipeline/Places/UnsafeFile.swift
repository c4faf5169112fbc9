import TrackingStore

/// A file that is not read, because somebody else could have written it.
public struct UnsafeFile: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file.
  public let path: String
  /// What speaks against it.
  public let distrust: Distrust

  /// What is wrong and what mends it, in one line.
  public var description: String { "\(path): \(distrust); \(distrust.remedy(path))" }
}
