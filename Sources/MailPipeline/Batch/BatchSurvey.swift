import Mailboxes
import TrackingStore

/// Lists the messages that a batch is to decide about.
struct BatchSurvey {
  /// What a digest is of.
  static let fileKind = UInt8(ascii: "f")
  private static let folderKind = UInt8(ascii: "d")
  /// A folder that `--folder` names: more of it is taken.
  private static let namedFolderKind = UInt8(ascii: "n")

  /// The messages, in order of arrival.
  private(set) var list = MessageList()
  /// Makes the store's digests.
  private(set) var digester: FileDigester

  private let options: BatchOptions
  private let store: Store
  private let now: Int64
  /// What was listed, by the number of its place.
  private var listings: [Int: MessageList.Listing] = [:]
  /// The places of which not all was listed.
  private var partial: Set<Int> = []

  init(options: BatchOptions, store: Store, now: Int64) throws {
    self.now = now
    self.options = options
    self.store = store
    digester = try store.fileDigester()
  }

  /// Lists.
  ///
  /// - Parameter summary: Takes what was counted on the way.
  /// - Throws: `StoreError`, `BatchError`.
  mutating func run(_ summary: inout BatchSummary) throws {
    let selection = FolderSelection(options.folders)
    var survey = MailboxSurvey(selection: selection)
    for path in options.paths { survey.add(path) }
    let unused = selection.unused(among: survey.folderNames)
    guard unused.isEmpty else { throw BatchError.noFolder(unused, of: survey.folderNames) }
    let sources = survey.allSources
    if sources.isEmpty, let problem = survey.problems.first {
      throw BatchError.noMailbox(problem.description)
    }
    for problem in survey.problems { summary.failures.append(failure(problem)) }
    let knownFolders = options.isAgain ? [:] : try store.knownFolders()
    var knownFiles: Set<FileDigest>?
    for source in sources {
      if let stamp = knownFolders[folderDigest(source)],
        stamp == FileStamp(source.path)?.description
      {
        summary.unchangedFolders += 1
        continue
      }
      // A folder may hold some hundred thousand names; none of them is looked up where nothing
      // changed.
      let known = try knownFiles ?? (options.isAgain ? [] : store.knownFiles())
      knownFiles = known
      let number = list.sources.count
      do {
        let digester = digester
        let listing = try list.add(source) { name in
          !known.isEmpty && known.contains(digester.digest(Self.fileKind, name))
        }
        listings[number] = listing
        summary.folders += 1
        summary.known += listing.knownCount
        summary.flagged += listing.flaggedCount
      } catch let error as MailboxError {
        summary.failures.append(failure(error))
      }
    }
    select()
  }

  /// What need not be listed again: all of it was decided about, and a later change will show.
  ///
  /// - Parameter incomplete: The numbers of places of which that does not hold.
  /// - Returns: Their digests, each with the stamp to compare.
  func finishedFolders(without incomplete: Set<Int>) -> [FileDigest: String] {
    var folders: [FileDigest: String] = [:]
    for (number, listing) in listings {
      let source = list.sources[number]
      guard source.kind != .file, !incomplete.contains(number), !partial.contains(number),
        listing.stamp.isSettled(at: listing.readAt)
      else { continue }
      folders[folderDigest(source)] = listing.stamp.description
    }
    return folders
  }

  /// Leaves out what is not asked for, in order of arrival.
  private mutating func select() {
    let (since, until) = (options.since, options.until)
    var left: Set<Int> = []
    list.filter { item in
      let arrivedAt = item.arrivedAt / 1_000_000
      let isTaken = arrivedAt >= since ?? .min && arrivedAt < until ?? .max
      if !isTaken { left.insert(item.source) }
      return isTaken
    }
    list.sort()
    if let limit = options.limit {
      for item in list.items.dropFirst(limit) { left.insert(item.source) }
      list.keepFirst(limit)
    }
    partial = left
  }

  private func folderDigest(_ source: MailSource) -> FileDigest {
    digester.digest(source.isNamed ? Self.namedFolderKind : Self.folderKind, source.path.bytes)
  }

  private func failure(_ error: MailboxError) -> BatchFailure {
    BatchFailure(path: error.path.description, reason: error.reason, failedAt: now)
  }
}
