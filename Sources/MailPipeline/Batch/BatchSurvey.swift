import Mailboxes
import Tracking

/// Lists the messages that a batch is to decide about.
struct BatchSurvey {
  /// What a digest is of.
  static let fileKind = UInt8(ascii: "f")
  private static let folderKind = UInt8(ascii: "d")
  /// A folder that `--folder` names: more of it is taken.
  private static let namedFolderKind = UInt8(ascii: "n")
  /// The rules by which all was decided; they stand among the folders.
  private static let rulesKind = UInt8(ascii: "r")

  /// The messages, in order of arrival.
  private(set) var list: MessageList
  /// Makes the store's digests.
  private(set) var digester: FileDigester

  private let options: BatchOptions
  private let state: any LocalState
  private let now: Int64
  /// What was listed, by the number of its place.
  private var listings: [Int: MessageList.Listing] = [:]
  /// The places of which not all was listed.
  private var partial: Set<Int> = []
  /// In which place a place was found: that one's stamp stands for both.
  private var holders: [MailPath: MailPath] = [:]
  /// The places in which another was found that could not be listed.
  private var unlisted: Set<MailPath> = []

  /// The rules of now, as they are remembered.
  private let rules: (place: FileDigest, stamp: String)
  /// Whether these rules are to be remembered as those by which all was decided.
  private var keepsRules = false

  init(
    options: BatchOptions, profile: Profile, state: any LocalState, now: Int64,
    temporaryFolders: [String]
  ) throws {
    list = MessageList(temporaryFolders: temporaryFolders)
    self.now = now
    self.options = options
    self.state = state
    digester = try state.fileDigester()
    rules = (
      digester.digest(Self.rulesKind, []),
      digester.digest(Self.rulesKind, profile.rulesInWords.utf8).hexadecimal
    )
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
    let unread = survey.problems + survey.unrecognised
    if sources.isEmpty, !survey.hasRecognised, let first = unread.first {
      throw BatchError.noMailbox(
        first.description + (unread.count > 1 ? ", and \(unread.count - 1) more" : ""))
    }
    summary.leftOut = survey.leftOut
    for problem in survey.unrecognised { summary.unrecognised.append(failure(problem)) }
    for problem in survey.problems { summary.failures.append(failure(problem)) }
    let remembered = try state.knownFolders()
    let isSame = remembered[rules.place].map { $0 == rules.stamp }
    // Where nothing was remembered, it begins now.
    keepsRules = isSame == nil || options.isAgain && options.isWhole
    let knownFolders = options.isAgain ? [:] : remembered
    var knownFiles: Set<FileDigest>?
    var queue = sources
    var position = 0
    var paths = Set(sources.map(\.path))
    while position < queue.count {
      let source = queue[position]
      position += 1
      if let stamp = knownFolders[folderDigest(source)],
        stamp == FileStamp(source.path)?.description
      {
        summary.unchangedFolders += 1
        continue
      }
      // A folder may hold some hundred thousand names; none of them is looked up where nothing
      // changed.
      let known = try knownFiles ?? (options.isAgain ? [] : state.knownFiles())
      knownFiles = known
      let number = list.sources.count
      do {
        let digester = digester
        let isKnown = { (name: [UInt8]) in known.contains(digester.digest(Self.fileKind, name)) }
        let listing = try list.add(source, isKnown: known.isEmpty ? nil : isKnown)
        listings[number] = listing
        for mbox in listing.mboxes where paths.insert(mbox.path).inserted {
          queue.append(mbox)
          holders[mbox.path] = source.path
        }
        summary.folders += 1
        summary.known += listing.knownCount
        summary.flagged += listing.flaggedCount
      } catch let error as MailboxError {
        summary.failures.append(failure(error))
        if let holder = holders[source.path] { unlisted.insert(holder) }
      }
    }
    summary.hasOtherRules = isSame == false && summary.known + summary.unchangedFolders > 0
    select()
  }

  /// What need not be listed again: all of it was decided about, and a later change will show.
  ///
  /// - Parameter incomplete: The numbers of places of which that does not hold.
  /// - Returns: Their digests, each with the stamp to compare.
  func finishedFolders(without incomplete: Set<Int>) -> [FileDigest: String] {
    var folders: [FileDigest: String] = [:]
    let unfinished = incomplete.union(partial)
    let unready = Set(unfinished.compactMap { holders[list.sources[$0].path] }).union(unlisted)
    for (number, listing) in listings {
      let source = list.sources[number]
      guard source.kind != .file, !unfinished.contains(number), !unready.contains(source.path),
        listing.stamp.isSettled(at: listing.readAt)
      else { continue }
      folders[folderDigest(source)] = listing.stamp.description
    }
    if keepsRules { folders[rules.place] = rules.stamp }
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
