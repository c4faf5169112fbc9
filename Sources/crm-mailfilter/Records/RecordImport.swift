import InternetMessage
import MailPipeline
import RecordFiles
import Tracking

/// Brings a file of records into an organization.
///
/// The file is read more than once: all of it is checked before anything is written. A part of it is
/// held in memory at a time, and written in transactions so short that a filter at work beside it does
/// not wait long.
struct RecordImport {
  /// What an import did, or would do.
  struct Summary {
    var added = 0
    var replaced = 0
    var refused = 0
    /// What is no record, by the reason.
    var skipped: [String: Int] = [:]

    /// In words.
    var text: String {
      func grouped(_ number: Int) -> String { BatchText.grouped(number) }
      let reasons = skipped.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        .map { "\(grouped($0.value)) \($0.key)" }.joined(separator: ", ")
      let count = skipped.values.reduce(0, +)
      return "\(grouped(added)) added, \(grouped(replaced)) replaced"
        + (refused > 0 ? ", \(grouped(refused)) refused" : "")
        + (count > 0 ? ", \(grouped(count)) skipped (\(reasons))" : "")
    }

    /// How much of the file is no record afterwards.
    var leftOut: Int { refused + skipped.values.reduce(0, +) }

    /// Why the file is not to be imported even without what is refused; `nil` where it may be.
    ///
    /// - Parameter isStrict: Whether nothing of it is to be left out.
    /// - Returns: The error.
    func refusal(isStrict: Bool) -> CommandError? {
      if isStrict, leftOut > 0 {
        return CommandError(
          .data,
          "\(BatchText.grouped(leftOut)) of it would be left out, nothing is imported; "
            + "repair the file, or leave --no-skip away")
      }
      return refused > 0 && added + replaced == 0
        ? CommandError(.data, "nothing of it can be imported; repair it, or take another") : nil
    }
  }

  /// Beyond so many lines that are refused, or remarks, the rest is only counted.
  static let maxReported = 100
  /// So many records are shown of a trial.
  static let maxShown = 10
  private static let batch = 5_000

  let path: String
  /// The owner of records that name none, or nobody who is a user.
  var owner: AddrSpec?
  /// Whoever imports: the owner of records that name somebody who is no user.
  var actingUser: AddrSpec?
  var options = RecordFileOptions()
  let administration: any OrganizationAdministration
  let state: any LocalState
  let progress = ProgressLine()

  /// Reads all of the file, and writes nothing.
  ///
  /// - Parameters:
  ///   - report: Called with a line for each thing to be said: what the columns are taken for, what is
  ///     refused, what is left away.
  ///   - show: Called with the first records.
  /// - Returns: What an import would do.
  /// - Throws: `FileError`, `StoreError`; `CommandError` where the rest cannot be read.
  func check(
    report: (String) -> Void, show: ([RecordEntry]) -> Void = { _ in }
  ) throws -> Summary {
    defer { progress.clear() }
    var summary = Summary()
    var reports = 0
    var shown: [RecordEntry] = []
    func say(_ line: Int, _ text: String) {
      reports += 1
      guard reports <= Self.maxReported else { return }
      progress.clear()
      report("\(path):\(line): \(text)")
    }
    var resolver = try resolver()
    for line in resolver.file.description { report(line) }
    try forEachBatch(&resolver) { batch in
      let new = try administration.countOfNew(batch.entries) - batch.renamed.count
      summary.added += new
      summary.replaced += batch.entries.count { !$0.isAddition } - new
      summary.skipped.merge(batch.skipped, uniquingKeysWith: +)
      for (line, error) in batch.refused {
        summary.refused += 1
        say(line, error.line)
      }
      for (line, remark) in batch.remarks { say(line, remark) }
      shown += batch.entries.prefix(Self.maxShown - shown.count)
      progress.show("\(BatchText.grouped(summary.added + summary.replaced)) checked")
    }
    progress.clear()
    if reports > Self.maxReported { report("\(path): and \(reports - Self.maxReported) more") }
    for line in resolver.remarks { report("\(path): \(line)") }
    show(shown)
    return summary
  }

  /// Writes all that is not refused.
  ///
  /// - Returns: What was done.
  /// - Throws: `FileError`, `StoreError`, `CommandError`.
  func run() throws -> Summary {
    defer { progress.clear() }
    var summary = Summary()
    var resolver = try resolver()
    try forEachBatch(&resolver) { batch in
      try administration.renameRecords(batch.renamed)
      let added = try administration.setRecords(batch.entries, now: TextOutput.now)
      summary.added += added
      summary.replaced += batch.entries.count { !$0.isAddition } - added
      summary.refused += batch.refused.count
      summary.skipped.merge(batch.skipped, uniquingKeysWith: +)
      try administration.setCompanies(batch.companies)
      progress.show("\(BatchText.grouped(summary.added + summary.replaced)) written")
    }
    try CompanyNames.settle(in: administration)
    return summary
  }

  /// What is read of a file at once.
  private struct Batch {
    var entries: [RecordEntry] = []
    var refused: [(line: Int, error: CommandError)] = []
    var remarks: [(line: Int, text: String)] = []
    var skipped: [String: Int] = [:]
    /// Records that are there under an id of before.
    var renamed: [(old: RecordReference, new: RecordReference)] = []
    /// What belongs to a company that is no account yet.
    var companies: [(record: RecordReference, company: String)] = []
    var count = 0
  }

  private func resolver() throws -> RecordResolver {
    try RecordResolver(
      file: try RecordFile(path, options: options), path: path, options: options, owner: owner,
      actingUser: actingUser, administration: administration, state: state)
  }

  private func forEachBatch(
    _ resolver: inout RecordResolver, _ body: (Batch) throws -> Void
  ) throws {
    var batch = Batch()
    // By their hashes: an import may name millions.
    var seen: Set<Int> = []
    var renamed: Set<RecordReference> = []
    while let item = try resolver.file.next() {
      batch.count += 1
      batch.remarks += item.remarks.map { (item.line, $0) }
      switch item.content {
      case .refused(let error): batch.refused.append((item.line, error))
      case .skipped(let reason): batch.skipped[reason, default: 0] += 1
      case .record(let draft):
        do {
          var (entry, company, old) = try resolver.entry(of: draft)
          if let company { batch.companies.append((entry.record, company)) }
          // Several rows of one record add up.
          entry.isAddition = !seen.insert(entry.record.hashValue).inserted
          if let old, !entry.isAddition, renamed.insert(old).inserted {
            batch.renamed.append((old, entry.record))
          }
          batch.entries.append(entry)
        } catch let error as DirectoryError {
          batch.refused.append((item.line, CommandError(.data, error.description)))
        }
      }
      if batch.count >= Self.batch {
        try body(batch)
        batch = Batch()
      }
    }
    try body(batch)
  }
}

/// Makes records of what a file tells: finds ids, owners and accounts that the file only names.
struct RecordResolver {
  var file: RecordFile
  let owner: AddrSpec?
  let actingUser: AddrSpec?
  let administration: any OrganizationAdministration

  /// Where ids of ours are told from those of other digests of the administration.
  private static let digestKind = UInt8(ascii: "r")

  private let digester: FileDigester
  private let users: [OrganizationUser]
  private let accounts: [String: RecordReference?]
  private var ownersByName: [String: AddrSpec?] = [:]
  private var unknownOwners = UnknownNames()
  private var unknownCompanies = UnknownNames()

  /// - Throws: `FileError`, `StoreError`; `CommandError` where the file cannot be read.
  init(
    file: RecordFile, path: String, options: RecordFileOptions, owner: AddrSpec?,
    actingUser: AddrSpec?, administration: any OrganizationAdministration, state: any LocalState
  ) throws {
    self.file = file
    self.owner = owner
    self.actingUser = actingUser
    self.administration = administration
    digester = try state.fileDigester()
    users = try administration.users()
    accounts = file.isOwn ? [:] : try Self.accounts(path, options, digester, administration)
  }

  /// What is to be said of names that nobody here has.
  var remarks: [String] {
    var remarks: [String] = []
    if !unknownOwners.isEmpty {
      let instead = (owner ?? actingUser).map { "the owner is \($0)" } ?? "they have no owner"
      remarks.append(
        "no user is \(unknownOwners.text): \(instead); --owner names another")
    }
    if !unknownCompanies.isEmpty {
      remarks.append(
        "no account here, or several, is \(unknownCompanies.text): these records belong to one as "
          + "soon as it comes")
    }
    return remarks
  }

  /// The record of a draft, the company to which it belongs where no account is of that name, and the
  /// record that is there in its place under an id of before.
  ///
  /// - Throws: `DirectoryError` where a table of ours names an owner who is no user; `StoreError`.
  mutating func entry(
    of draft: RecordDraft
  ) throws -> (entry: RecordEntry, company: String?, old: RecordReference?) {
    var old: RecordReference?
    var record = Self.reference(of: draft, digester, file.idPrefix)
    if draft.id == nil, let address = draft.addresses.first {
      // Version 0.1 took the first address for the id.
      let before = RecordReference(type: draft.type, id: address.comparisonKey)
      let present = try administration.firstRecord(of: [record, before])
      old = present == before ? before : nil
    } else if RecordID.isGUID(record.id) {
      record = try administration.firstRecord(of: Self.spellings(of: record)) ?? record
    }
    let entry = RecordEntry(
      record: record, owner: try user(draft.owner), addresses: draft.addresses,
      domains: draft.domains, name: draft.name.isEmpty ? nil : draft.name,
      parent: parent(of: draft, record))
    var company: String?
    if entry.parent == nil, case .name(let name)? = draft.parent {
      company = CompanyNames.key(name)
    }
    return (entry, company, old)
  }

  private static func spellings(of record: RecordReference) -> [RecordReference] {
    [record.id, record.id.lowercased(), record.id.uppercased()].map {
      RecordReference(type: record.type, id: $0)
    }
  }

  /// The record of a draft; one without id has one of ours, which is the same at the next import and
  /// tells nothing.
  static func reference(
    of draft: RecordDraft, _ digester: FileDigester, _ prefix: String
  ) -> RecordReference {
    if let id = draft.id { return RecordReference(type: draft.type, id: id) }
    let key = draft.addresses.first?.comparisonKey ?? draft.domains.first ?? ""
    let digest = digester.digest(digestKind, Array((key + "\n" + draft.name.lowercased()).utf8))
    return RecordReference(type: draft.type, id: prefix + digest.hexadecimal)
  }

  // MARK: Owners

  private mutating func user(_ text: String?) throws -> AddrSpec? {
    guard let text else { return owner }
    if let known = ownersByName[text] {
      if known == nil { unknownOwners.add(text) }
      return known ?? owner ?? actingUser
    }
    let found = find(text)
    guard found != nil || !file.isOwn else { throw DirectoryError.noUser(text) }
    if found == nil { unknownOwners.add(text) }
    if ownersByName.count < 10_000 { ownersByName[text] = found }
    return found ?? owner ?? actingUser
  }

  /// The user who has an address, or the only one who has a login or the local part of an address as a
  /// name is written.
  private func find(_ text: String) -> AddrSpec? {
    if let address = AddrSpec(text) {
      return users.first { $0.addresses.contains(address) }?.address
    }
    let key = Self.letters(text)
    guard !key.isEmpty else { return nil }
    let found = users.filter { user in
      ([user.login ?? ""] + user.addresses.map(\.localPart)).contains { Self.letters($0) == key }
    }
    return found.count == 1 ? found[0].address : nil
  }

  private static func letters(_ text: String) -> String { TableHeading.key(of: text) }

  // MARK: Accounts

  private mutating func parent(
    of draft: RecordDraft, _ record: RecordReference
  ) -> RecordReference? {
    switch draft.parent {
    case nil: return nil
    // It may come with another file.
    case .record(let parent): return parent == record ? nil : parent
    case .name(let name):
      guard case let parent?? = accounts[CompanyNames.key(name)] else {
        unknownCompanies.add(name)
        return nil
      }
      return parent == record ? nil : parent
    }
  }

  /// The accounts of the store and the file by their names; `nil` where several have one.
  private static func accounts(
    _ path: String, _ options: RecordFileOptions, _ digester: FileDigester,
    _ administration: any OrganizationAdministration
  ) throws -> [String: RecordReference?] {
    var accounts = try CompanyNames(in: administration)
    var file = try RecordFile(path, options: options)
    while let item = try file.next() {
      guard case .record(let draft) = item.content, draft.type == "account" else { continue }
      accounts.add(draft.name, reference(of: draft, digester, file.idPrefix))
    }
    return accounts.records
  }
}

/// Names that nobody here has, of which some are said.
private struct UnknownNames {
  private var names: [String] = []
  private var count = 0
  private static let most = 5

  var isEmpty: Bool { count == 0 }

  mutating func add(_ name: String) {
    count += 1
    if names.count <= Self.most, !names.contains(name) { names.append(name) }
  }

  var text: String {
    names.prefix(Self.most).map { "'\($0)'" }.joined(separator: ", ")
      + (names.count > Self.most ? " and others" : "")
  }
}
