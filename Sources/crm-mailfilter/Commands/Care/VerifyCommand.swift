import ArgumentParser
import InternetMessage
import MailPipeline
import System
import Tracking
import TrackingStore

/// `verify`.
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Examines profile, stores and spool.",
    discussion: """
      One line for each finding: what is wrong, what to do. Status 65 where something is wrong. --repair repairs what can be \
      repaired without loss, and brings an old store to this version.
      """)

  @Flag(help: "Repair what can be repaired without loss.")
  var repair = false

  @Flag(help: "One JSON object a line instead of text, the summary last.")
  var json = false

  @Option(
    name: .long, help: "Only this organization instead of all.",
    completion: ShellCompletions.organizations)
  var org: String?

  @OptionGroup var profile: ProfileOptions

  @OptionGroup var spool: SpoolOptions

  // Somebody who asks for this waits gladly.
  private static let patience = 60_000

  func run() throws {
    let verification = Verification(isJSON: json)
    // Twice: behind a profile or a store that is not safe there may be more.
    for _ in 0..<(repair ? 2 : 0) {
      let noted = verification.noting()
      try examine(noted, isWhole: false)
      try repair(noted.found, verification)
    }
    try examine(verification, isWhole: true)
    if !DomainName.hasLibrary { verification.missing.append("libidn2") }
    let hasWeb = try? profile.load().organizations.contains { $0.url.dataverse != nil }
    if hasWeb == true, !OrganizationSignIn.hasLibrary { verification.missing.append("libcurl") }
    try verification.finish()
  }

  /// Looks at all of it; whether the bytes of the messages are those that came only where it `isWhole`.
  private func examine(_ verification: Verification, isWhole: Bool) throws {
    let path = try profile.path()
    try PlaceExamination.profile(path) { try verification.note($0) }
    if let folder = spool.path {
      let spool = Spool(path: folder)
      try PlaceExamination.spool(spool) { try verification.note($0) }
      verification.waiting = spool.entries().count
    }
    let opener: OrganizationOpener
    do {
      opener = try profile.opener(patience: Self.patience)
    } catch let error as ProfileError {
      try verification.note(
        Finding(.profile, error.description, remedy: "see crm-mailfilter.toml(5)"))
      return
    } catch is UnsafeFile {
      // That was found already.
      return
    } catch is FileError {
      return
    }
    verification.narrowedRules = opener.profile.narrowedRules.map(\.description)
    let entries = try org.map { [try OrganizationOptions.entry($0, in: opener.profile)] }
    for entry in entries ?? opener.profile.organizations {
      verification.organization = entry.name
      verification.organizations += 1
      try examine(entry, of: opener, verification, isWhole: isWhole)
      verification.organization = nil
    }
  }

  private func examine(
    _ entry: OrganizationEntry, of opener: OrganizationOpener, _ verification: Verification,
    isWhole: Bool
  ) throws {
    if let distrust = entry.programDistrust {
      try verification.note(
        Finding(
          .permission, "\(entry.url.location): \(distrust.reason); it is not run so",
          remedy: distrust.remedy))
    }
    do {
      let path = try opener.storePath(of: entry)
      // What this side keeps of an organization elsewhere is made when it is used first.
      if entry.isElsewhere, !opener.wasUsed(path) { return }
      let command =
        opener.wasUsed(path)
        ? "crm-mailfilter org add \(entry.name) \(Distrust.quoted(entry.url.description))" : nil
      guard
        try PlaceExamination.store(path, madeAnewBy: command, { try verification.note($0) })
      else { return }
      let store = try Store(examining: path, until: Deadline(milliseconds: Self.patience))
      let isReadable = try StoreExamination(store, path: path).run { try verification.note($0) }
      guard isReadable else { return }
      try AttachmentExamination(store).run { try verification.note($0) }
      guard isWhole else { return }
      if entry.isElsewhere {
        for found in try RemoteState(store, path: path).findings(
          now: TextOutput.now, DateText(now: TextOutput.now, isISO: false).long)
        {
          try verification.note(Finding(.profile, found.line, remedy: found.remedy))
        }
      }
      if try !entry.isElsewhere && store.lacksLogins() { verification.unbound.append(entry.name) }
      let examined = try CopyExamination(store).run { try verification.note($0) }
      verification.copies += examined
      if entry.isElsewhere { verification.elsewhere += try store.countOfCopies() - examined }
    } catch let error as StoreError {
      try verification.note(Finding(.store, error.description, remedy: Self.remedy(error.kind)))
    } catch let error as TrackingFailure {
      try verification.note(Finding(.profile, error.description, remedy: "see the profile"))
    }
  }

  private static func remedy(_ kind: StoreError.Kind) -> String {
    switch kind {
    case .damaged, .notAStore: "restore a backup"
    case .newerVersion: "install that version"
    case .locked: "run it again"
    default: "look at the file"
    }
  }

  // MARK: Repairing

  /// Files first: a store that is not safe is not opened.
  private func repair(
    _ found: [Verification.Noted], _ verification: Verification
  ) throws {
    for noted in found where !noted.isOfStore {
      guard let repair = noted.finding.repair else { continue }
      try PlaceExamination.apply(repair)
      try verification.noteMended(noted)
    }
    let ofStores = found.filter(\.isOfStore)
    guard !ofStores.isEmpty else { return }
    let opener = try profile.opener(patience: Self.patience)
    for name in Set(ofStores.compactMap(\.organization)).sorted() {
      let entry = try OrganizationOptions.entry(name, in: opener.profile)
      let store = try OrganizationOptions.open(entry, of: opener, .administer).organization.store()
      let mine = ofStores.filter { $0.organization == name }
      try store.apply(mine.compactMap(\.finding.repair))
      for noted in mine { try verification.noteMended(noted) }
    }
  }
}
