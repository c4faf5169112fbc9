import Archive
import Glibc
import MailPipeline
import System
import Tracking

/// One run of `archive`: what is asked for, compared with what is there.
struct ArchiveRun {
  /// What happened.
  struct Outcome {
    var messages = 0
    var written = 0
    var removed = 0
    /// How many messages have their text elsewhere.
    var elsewhere = 0
  }

  /// Which mail, with who may read it.
  let query: CopyQuery
  /// What all pages say of themselves.
  let site: ArchiveSite
  /// What the archive is of: with another it is made anew.
  let access: ArchiveDigest
  /// A text that is this archive's alone, for its feeds.
  let identity: String
  /// Whether what is known of records may be told beside their mail.
  let readsRecords: Bool
  /// Whether it is an organization elsewhere.
  let isElsewhere: Bool
  /// Opens the organization's mail once more, for another thread.
  let open: () throws -> any MailArchive

  /// So often a message may be withdrawn while its page is made before the next run is left to mend it.
  private static let tries = 3

  /// Brings a folder to what there is now.
  ///
  /// - Parameters:
  ///   - folder: The folder, which this process has claimed.
  ///   - archive: The organization's mail.
  /// - Returns: What happened.
  /// - Throws: `CommandError`, `StoreError`, `FileError`, `UnsafeFile`.
  func run(in folder: FolderTree, _ archive: any MailArchive) throws -> Outcome {
    var state = ArchiveState()
    if let bytes = try folder.read(ArchiveState.name, limit: ArchiveState.limit) {
      guard let known = ArchiveState(bytes) else {
        throw CommandError(
          .data,
          "\(folder.path): \(ArchiveState.name), which says what is in it, is damaged; "
            + "delete the folder and run this again")
      }
      state = known
    }
    if state.access != access {
      // Another may read other mail: nothing stays, not for a moment. Whatever ends this run before all is
      // gone, the next one goes on: no access is nobody's, nor was anything written for it.
      state.access = .none
      state.mark = ""
      try state.write(to: folder, slot: 0)
      var obstacle = Obstacle()
      for key in state.files.keys { obstacle.pass { try ArchiveWriter.remove(key, from: folder) } }
      try obstacle.end()
      state = ArchiveState()
      state.access = access
    }
    var outcome = Outcome()
    for _ in 0..<Self.tries {
      let mark = try archive.changeMark().map { $0 + " " + surroundings }
      guard mark == nil || mark != state.mark else { break }
      let writer = try writer(for: archive, in: folder, state)
      state = try writer.run(mark: mark)
      outcome.written += writer.written
      outcome.removed += writer.removed
      guard writer.isBehind else { break }
    }
    outcome.messages = state.messages
    outcome.elsewhere = state.elsewhere
    return outcome
  }

  private func writer(
    for archive: any MailArchive, in folder: FolderTree, _ state: ArchiveState
  ) throws -> ArchiveWriter {
    let catalog = try ArchiveCatalog(
      query, in: archive, readsRecords: readsRecords, isElsewhere: isElsewhere)
    let plan = ArchivePlan(
      catalog: catalog, agenda: try ArchiveAgenda(query, in: archive, catalog), site: site,
      identity: identity, seed: seed)
    return ArchiveWriter(
      plan, in: folder, state: state, archive: archive,
      threads: max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))), open: open)
  }

  /// What pages depend on beside the mail.
  private var seed: ArchiveDigest {
    var hash = ArchiveHash()
    hash.add(programVersion)
    hash.add(site.organization)
    hash.add(site.reader)
    hash.add(site.query)
    hash.add(identity)
    hash.add(Self.zone)
    for file in ArchiveAssets.files { hash.add(String(decoding: file.bytes, as: UTF8.self)) }
    return hash.digest
  }

  /// What is not of the mail and changes what pages say: the day, the time zone, the program, the query.
  private var surroundings: String {
    let today = CivilClock.local.day(TextOutput.now)
    var hash = ArchiveHash()
    hash.add(seed)
    hash.add("\(query)")
    return "\(today.year)-\(today.month)-\(today.day) \(hash.digest.id()?.text ?? "")"
  }

  /// The time zone of this machine: when its clocks show what.
  private static let zone: String = {
    let clock = CivilClock.local
    return (1980...2040).flatMap { year in [1, 4, 7, 10].map { (Int64(year), Int64($0)) } }.map {
      let moment = CivilClock.utc.moment(CivilClock.Day($0.0, $0.1, 1), 0)
      let day = clock.day(moment)
      return "\(moment - clock.moment(day, 0))"
    }.joined(separator: " ")
  }()
}
