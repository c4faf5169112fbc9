import ArgumentParser
import InternetMessage
import MailPipeline
import System
import Tracking

/// `forget`.
struct ForgetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "forget",
    abstract: "Takes away all that is kept of a person: mail, waiting mail, log, record.",
    discussion: """
      Whoever owns it, in all organizations of the profile unless --org names one. Tombstones keep \
      the mail from coming back; mail that only mentions the address in its text stays. Web pages \
      that 'archive' wrote keep it until its next run. What could not be reached is said, and the \
      status is not 0: 75 where another program reads the store and so keeps the deleted bytes in \
      its log, and one may run it again.
      """)

  @Argument(help: "The person's address.")
  var address: String

  @Flag(help: "Only say what would go.")
  var dryRun = false

  @Flag(help: "Add a rule, before all others, that ignores mail with the address.")
  var ignore = false

  @OptionGroup var confirmation: ConfirmationOptions

  @OptionGroup var organization: OrganizationOptions

  @OptionGroup var spool: SpoolOptions

  private typealias Unreached = CommandError.Unreached

  func run() throws {
    let address = try parseAddress(address)
    let profile = try organization.profile.load()
    var unreached: [Unreached] = []
    let stores = try open(&unreached)
    var waiting: [SpoolEntry] = []
    let folder = try reach("the spool", &unreached) { try spool.open() }
    var seen: Set<String> = []
    for name in names(in: profile) {
      let entries = try reach("the spool", &unreached) {
        try folder?.entries(naming: address, organization: name) ?? []
      }
      waiting += (entries ?? []).filter { seen.insert($0.name).inserted }
    }
    for file in folder?.unreadableFiles() ?? [] {
      unreached.append(
        Unreached(
          place: "the spool", error: CommandError(.data, "\(file) cannot be read; see 'verify'")))
    }
    var found: [(name: String, keeping: any MailKeeping, withdrawal: Withdrawal)] = []
    for (name, keeping) in stores {
      do {
        let withdrawal = try keeping.forget(address, isDryRun: true, now: TextOutput.now)
        found.append((name, keeping, withdrawal))
        if withdrawal.unreadHeaders > 0 {
          unreached.append(
            Unreached(
              place: name,
              error: CommandError(
                .data, "\(withdrawal.unreadHeaders) headers are longer than is read; see 'search'")
            ))
        }
      } catch let error as StoreError {
        if let error = CommandError(error) {
          unreached.append(Unreached(place: name, error: error))
        }
      }
    }
    // Where nothing was reached there is nothing to tell but how much is left.
    if found.isEmpty, let first = unreached.first {
      let isAll = unreached.count == 1 && first.count == 1 && waiting.isEmpty
      throw isAll
        ? first.error : CommandError.notReached(unreached, waiting: waiting.count) ?? first.error
    }
    let isOne = stores.count == 1 && organization.org == nil && profile.organizations.count == 1
    let total = found.map(\.withdrawal).reduce(into: Withdrawal()) { $0.add($1) }
    print(TextOutput.table(rows(total, waiting: waiting.count)), terminator: "")
    if !isOne { print("in \(found.map(\.name).joined(separator: ", "))") }
    if !dryRun {
      if !total.isEmpty || !waiting.isEmpty {
        try confirmation.confirm("All of it is deleted for good.")
        try takeAway(address, from: found, &unreached)
        // Nobody brings in meanwhile what is taken away here, and what was in somebody's hand just now is
        // in a store.
        try remove(waiting, from: folder, &unreached)
        if !waiting.isEmpty { try takeAway(address, from: found, &unreached) }
      }
      // What is left of other places is told, whatever becomes of the profile.
      try reach("the profile", &unreached) { try keepAway(address, profile) }
      for (name, keeping, _) in found {
        _ = try reach(name, &unreached) {
          guard try keeping.eraseDeleted() else { throw CommandError.stillInLog }
        }
      }
    }
    if let error = CommandError.notReached(unreached) { throw error }
  }

  private func remove(
    _ waiting: [SpoolEntry], from folder: Spool?, _ unreached: inout [Unreached]
  ) throws {
    guard let folder, !waiting.isEmpty else { return }
    do {
      try folder.whileDraining(until: Deadline(milliseconds: FilterRun.patience)) {
        for entry in waiting { try reach("the spool", &unreached) { try folder.remove(entry) } }
      }
    } catch let error as SpoolError {
      guard let error = CommandError(error) else { throw error }
      unreached.append(Unreached(place: "the spool", error: error, count: waiting.count))
    }
  }

  private func takeAway(
    _ address: AddrSpec,
    from found: [(name: String, keeping: any MailKeeping, withdrawal: Withdrawal)],
    _ unreached: inout [Unreached]
  ) throws {
    for (name, keeping, _) in found {
      _ = try reach(name, &unreached) {
        try keeping.forget(address, isDryRun: false, now: TextOutput.now)
      }
    }
  }

  private func rows(_ found: Withdrawal, waiting: Int) -> [[String]] {
    [
      ["mail", "\(found.copies)"], ["waiting", "\(waiting)"], ["envelopes", "\(found.envelopes)"],
      ["log lines", "\(found.questions)"], ["records", "\(found.records)"],
      ["calendar", "\(found.calendarEntries)"],
    ]
  }

  /// The organizations that are meant: the one that is named, else all of the profile.
  private func names(in profile: Profile) -> [String] {
    organization.org.map { [$0] } ?? profile.organizations.map(\.name)
  }

  /// The stores of the organizations; one that has none yet keeps nothing.
  private func open(_ unreached: inout [Unreached]) throws -> [(
    name: String, keeping: any MailKeeping
  )] {
    let opener = try organization.profile.opener(patience: BatchRun.patience)
    var stores: [(name: String, keeping: any MailKeeping)] = []
    for name in names(in: opener.profile) {
      let entry = try OrganizationOptions.entry(name, in: opener.profile)
      do {
        let (opened, _) = try OrganizationOptions.open(entry, of: opener, .administer)
        stores.append((name, try opened.keeping()))
      } catch let error as StoreError where error.kind == .missing && organization.org == nil {
        continue
      } catch {
        guard let error = CommandError(error) else { throw error }
        unreached.append(Unreached(place: name, error: error))
      }
    }
    return stores
  }

  /// Does something in a place, or notes why it could not be done there.
  @discardableResult private func reach<Result>(
    _ place: String, _ unreached: inout [Unreached], _ body: () throws -> Result
  ) throws -> Result? {
    do {
      return try body()
    } catch {
      guard let error = CommandError(error) else { throw error }
      let same = unreached.firstIndex { $0.place == place && $0.error.line == error.line }
      if let same {
        unreached[same].count += 1
      } else {
        unreached.append(Unreached(place: place, error: error))
      }
      return nil
    }
  }

  private func keepAway(_ address: AddrSpec, _ profile: Profile) throws {
    guard ignore else {
      print("Mail still to come is tracked as before; --ignore adds a rule against it.")
      return
    }
    let day = DateText(now: TextOutput.now, isISO: true).long(TextOutput.now).prefix(10)
    let rule = profile.unusedRuleName(like: "Forgotten \(day)")
    try ProfileFile(path: organization.profile.path()).edit {
      try $0.addIgnoreRule(name: rule, participant: address.description)
    }
    print("Rule '\(rule)' ignores mail with \(address) from now on.")
  }
}
