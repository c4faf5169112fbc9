import Foundation

/// A reader of foreign bytes that is fed mutated inputs, and what must hold of all that it reads.
///
/// Each has a file of its own in `Modes`, and stands in `all`.
struct FuzzMode: Sendable {
  /// By what it is chosen.
  let name: String
  /// What it makes its inputs of; given the folder of the seeds.
  let seeds: @Sendable (URL) throws -> [[UInt8]]
  /// What its grammar gives a meaning; put in where it does not belong.
  let fragments: [String]
  /// What an input may begin with instead of its seed's beginning.
  var beginnings: [String] = []
  /// The first thing that does not hold for an input, in words.
  let broken: @Sendable ([UInt8]) -> String?

  static let all: [FuzzMode] = [
    .message, .mbox, .maildir, .csv, .vCard, .ldif, .heading, .search, .expression,
    .postgresql, .reply, .spool, .profile, .webAPI, .signIn, .secrets, .calendar, .page, .safePage,
  ]

  /// What makes its inputs.
  func mutator(_ folder: URL) throws -> Mutator {
    Mutator(
      seeds: try seeds(folder), fragments: fragments.map { Array($0.utf8) },
      beginnings: beginnings.map { Array($0.utf8) })
  }
}

/// Gives a reader of files the bytes of an input as a file that has no place on a disk.
///
/// - Parameters:
///   - bytes: The input.
///   - body: Takes its path.
/// - Returns: What the body returns.
/// - Throws: `POSIXError`; what the body throws.
func withFile<Result>(_ bytes: [UInt8], _ body: (String) throws -> Result) throws -> Result {
  guard let file = tmpfile() else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
  defer { fclose(file) }
  let descriptor = fileno(file)
  var written = 0
  while written < bytes.count {
    let count = bytes[written...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    guard count > 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
    written += count
  }
  return try body("/proc/self/fd/\(descriptor)")
}
