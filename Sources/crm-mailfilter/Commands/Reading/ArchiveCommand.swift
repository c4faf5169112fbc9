import Archive
import ArgumentParser
import CSystem
import Glibc
import InternetMessage
import MailPipeline
import System
import Tracking

/// `archive`.
struct ArchiveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "archive",
    abstract: "Writes tracked mail as web pages, for colleagues.",
    discussion: """
      Static files that any web server or file share serves. Run again, it writes what is new or \
      changed, and takes away what was withdrawn.
      """)

  @Argument(
    help: "The folder: a new or an empty one, or that of an archive.", completion: .directory)
  var folder: String

  @Argument(
    help: "Only mail that this query of 'search' finds.", completion: ShellCompletions.queries)
  var query: [String] = []

  @Option(
    name: .customLong("as"), help: "Only what this user may read; the acting user where absent.",
    completion: ShellCompletions.users)
  var reader: String?

  @Option(help: "The Unix group whose members may read the files.")
  var group: String?

  @Option(help: "What the pages call the organization.")
  var title: String?

  @Flag(name: .shortAndLong, help: "Say nothing where all goes well.")
  var quiet = false

  @OptionGroup var clock: ClockOptions

  @OptionGroup var organization: OrganizationOptions

  func run() throws {
    var query = CopyQuery()
    // Of an organization whose mail is listed elsewhere alone, the first ones would be there else.
    query.limit = Int.max
    let words = QueryArguments.text(self.query)
    if !self.query.isEmpty {
      query.search = try SearchQueryParser.parse(words, now: TextOutput.now, clock: .local)
    }
    let group = try group.map(Self.group)
    let opener = try organization.profile.opener()
    let entry = try OrganizationOptions.entry(organization.org, in: opener.profile)
    let (opened, user) = try OrganizationOptions.open(entry, of: opener, .export)
    let reader = try reader(user, in: opened)
    let onlyOf = try OrganizationOptions.onlyReadable(for: reader, in: opened.members)
    query.visibleTo = onlyOf
    if query.search != nil { try opened.localState.indexForSearch() }
    let archive = try opened.archive()
    let path = ArgumentBytes.path(folder)
    if let place = ArchivePlace.refusal(of: path, opener) {
      throw CommandError(
        .cannotCreate, SafeText.neutralised("\(path) is \(place); name a new folder"))
    }
    let tree = try tree(path, group: group)
    guard try tree.claim(ArchiveState.lockName) else {
      throw CommandError(
        .temporaryFailure, "\(tree.path): another run writes this archive; try again later")
    }
    csystem_catch_interrupts()
    let outcome = try ArchiveRun(
      query: query,
      site: ArchiveSite(
        organization: title ?? entry.name, reader: reader.address.description,
        query: self.query.isEmpty ? nil : words),
      access: access(entry, reader, group, words),
      identity: [entry.name, reader.address.comparisonKey, words].joined(separator: " "),
      readsRecords: onlyOf == nil, isElsewhere: entry.isElsewhere,
      open: { try opener.opened(entry, for: .read).archive() }
    ).run(in: tree, archive)
    report(outcome, elsewhere: entry.url.description)
  }

  /// For whom it is made.
  private func reader(
    _ user: OrganizationUser, in opened: OpenOrganization
  ) throws -> OrganizationUser {
    guard let reader else { return user }
    try OrganizationOptions.require(.administer, of: user, in: opened.members)
    let address = try parseAddress(reader)
    guard let found = try opened.members.user(address) else {
      throw CommandError(.noInput, "\(address) is no user of \(opened.entry.name); see 'user list'")
    }
    return found
  }

  private static func group(_ name: String) throws -> gid_t {
    if let number = gid_t(name) { return number }
    guard let found = getgrnam(name) else {
      throw CommandError(.usage, "there is no Unix group '\(name)'")
    }
    return found.pointee.gr_gid
  }

  private func tree(_ path: String, group: gid_t?) throws -> FolderTree {
    try FolderTree(path, group: group, temporaryName: ArchiveState.temporaryName) { names in
      guard let name = ArchiveState.refusal(of: names) else { return }
      throw CommandError(
        .cannotCreate,
        SafeText.neutralised("\(path) has other things in it, such as \(name); name a new folder"))
    }
  }

  /// What decides who may read what: with another the archive is made anew.
  private func access(
    _ entry: OrganizationEntry, _ reader: OrganizationUser, _ group: gid_t?, _ words: String
  ) -> ArchiveDigest {
    var hash = ArchiveHash()
    hash.add(entry.name)
    hash.add(reader.address.comparisonKey)
    hash.add(group.map { Int64($0) } ?? -1)
    hash.add(words)
    return hash.digest
  }

  private func report(_ outcome: ArchiveRun.Outcome, elsewhere place: String) {
    guard !quiet else { return }
    func counted(_ count: Int, _ one: String, _ many: String) -> String {
      count == 1 ? "1 \(one)" : "\(BatchText.grouped(count)) \(many)"
    }
    var line = counted(outcome.messages, "message", "messages") + ": "
    line +=
      outcome.written == 0 && outcome.removed == 0
      ? "nothing is new"
      : counted(outcome.written, "page", "pages") + " written"
    if outcome.removed > 0 { line += ", \(BatchText.grouped(outcome.removed)) taken away" }
    if outcome.elsewhere > 0 {
      line += "; the text of \(BatchText.grouped(outcome.elsewhere)) is at \(place) and not in it"
    }
    print(SafeText.neutralised(line))
  }
}
