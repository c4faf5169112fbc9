import InternetMessage
import MailPipeline
import Tracking

/// Brings a file of records into an organization.
///
/// The file is read twice: all of it is checked before anything is written. A part of it is held in
/// memory at a time, and written in transactions so short that a filter at work beside it does not
/// wait long.
struct RecordImport {
  /// What an import did, or would do.
  struct Summary {
    var added = 0
    var replaced = 0
    var refused = 0
  }

  /// Beyond so many lines that are refused the rest is only counted.
  static let maxReported = 100
  private static let batch = 5_000

  let path: String
  /// The owner of records that name none.
  var owner: AddrSpec?
  let administration: any OrganizationAdministration
  let progress = ProgressLine()

  /// Reads all of the file, and writes nothing.
  ///
  /// - Parameter report: Called with the line and the reason of what is refused.
  /// - Returns: What an import would do.
  /// - Throws: `FileError`, `StoreError`; `CommandError` where the rest cannot be read.
  func check(report: (String) -> Void) throws -> Summary {
    defer { progress.clear() }
    var summary = Summary()
    try forEachBatch { entries, refused in
      let new = try administration.countOfNew(entries)
      summary.added += new
      summary.replaced += entries.count { !$0.isAddition } - new
      for (line, error) in refused {
        summary.refused += 1
        if summary.refused <= Self.maxReported {
          progress.clear()
          report("\(path):\(line): \(error.line)")
        }
      }
      progress.show("\(BatchText.grouped(summary.added + summary.replaced)) checked")
    }
    if summary.refused > Self.maxReported {
      report("\(path): and \(summary.refused - Self.maxReported) more")
    }
    return summary
  }

  /// Writes all that is not refused.
  ///
  /// - Returns: What was done.
  /// - Throws: `FileError`, `StoreError`, `CommandError`.
  func run() throws -> Summary {
    defer { progress.clear() }
    var summary = Summary()
    try forEachBatch { entries, refused in
      let added = try administration.setRecords(entries, now: TextOutput.now)
      summary.added += added
      summary.replaced += entries.count { !$0.isAddition } - added
      summary.refused += refused.count
      progress.show("\(BatchText.grouped(summary.added + summary.replaced)) written")
    }
    return summary
  }

  private func forEachBatch(
    _ body: ([RecordEntry], [(line: Int, error: CommandError)]) throws -> Void
  ) throws {
    var file = try RecordFile(path, owner: owner)
    var entries: [RecordEntry] = []
    var refused: [(line: Int, error: CommandError)] = []
    var isUser: [AddrSpec: Bool] = [:]
    // By their hashes: an import may name millions.
    var seen: Set<Int> = []
    while let item = try file.next() {
      switch item.entry {
      case .failure(let error): refused.append((item.line, error))
      case .success(var entry):
        if let owner = entry.owner {
          let known = try isUser[owner] ?? (administration.user(owner) != nil)
          isUser[owner] = known
          guard known else {
            refused.append(
              (item.line, CommandError(.data, DirectoryError.noUser("\(owner)").description)))
            continue
          }
        }
        // Several rows of one record add up.
        entry.isAddition = !seen.insert(entry.record.hashValue).inserted
        entries.append(entry)
      }
      if entries.count + refused.count >= Self.batch {
        try body(entries, refused)
        (entries, refused) = ([], [])
      }
    }
    try body(entries, refused)
  }
}
