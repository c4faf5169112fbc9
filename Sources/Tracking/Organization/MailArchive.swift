import InternetMessage

/// Who the users of an organization are, and what they may do: asked before anything is shown or
/// changed for one of them.
package protocol OrganizationMembers {
  /// The organization's settings.
  func policy() throws -> OrganizationPolicy

  /// All users, oldest first.
  func users() throws -> [OrganizationUser]

  /// The user who has an address; the oldest where several have.
  func user(_ address: AddrSpec) throws -> OrganizationUser?

  /// Those of some addresses that are users', as they are or without the note in them.
  ///
  /// Asked before the rules are, whose mail it is: it is what this side knows of the users, and of the
  /// message nothing is told.
  func users(
    among addresses: [AddrSpec], without withoutNote: (AddrSpec) -> AddrSpec?
  ) throws -> Set<AddrSpec>

  /// Whether any user is tied to a login: then only such logins act.
  func hasLogins() throws -> Bool

  /// Who acts, where the organization itself knows that by who is logged in there; `nil` where it is
  /// said here, by profile and Unix login.
  func actingUser() throws -> OrganizationUser?
}

extension OrganizationMembers {
  package func actingUser() throws -> OrganizationUser? { nil }
}

/// An organization's tracked mail, as it is listed, searched, shown and carried out.
///
/// Whoever calls keeps to what the acting user may read: `CopyQuery.visibleTo`, `isOwn`.
package protocol MailArchive {
  /// The copies of a query, in its order.
  func copies(_ query: CopyQuery) throws -> [TrackedCopy]

  /// What a list shows of the copies of a query, in its order.
  func summaries(_ query: CopyQuery) throws -> [CopySummary]

  /// The numbers of the copies of a query, in its order: 8 bytes for each.
  func copyIDs(_ query: CopyQuery) throws -> [CopyID]

  /// How many copies a query finds, its limit and offset left aside.
  func count(of query: CopyQuery) throws -> Int

  /// How many copies there are.
  func countOfCopies() throws -> Int

  /// A copy; `nil` where there is none.
  func copy(_ id: CopyID) throws -> TrackedCopy?

  /// Gives the outlines of all copies of a query, limit and offset left aside, in the order of their
  /// numbers and of one state: what a list of everything needs, at little cost for each.
  func outlines(of query: CopyQuery, _ body: (CopyOutline) throws -> Void) throws

  /// What is known of some records, those that are none left out.
  func recordEntries(_ records: [RecordReference]) throws -> [RecordEntry]

  /// A text that is another once anything changed of what can be read here; `nil` where that cannot be
  /// told now.
  func changeMark() throws -> String?

  /// Whether a copy belongs to a user or came through one of the user's mailboxes.
  func isOwn(_ id: CopyID, of user: OrganizationUser) throws -> Bool

  /// The users who may read a copy, oldest first.
  func readers(of id: CopyID) throws -> [OrganizationUser]

  /// Gives the stored bytes of a copy, in order, in chunks.
  func content(of id: CopyID, _ body: (UnsafeRawBufferPointer) throws -> Void) throws

  /// Whether the stored bytes of a copy are here: those of an organization elsewhere may be there alone.
  func hasContent(_ id: CopyID) throws -> Bool

  /// What a copy needs to become an activity; `nil` where there is no such copy.
  func activity(of id: CopyID) throws -> TrackedActivity?

  /// What the copies of a query say of appointments and tasks, and what others that may be read say of
  /// the same: in the order in which they arrived. Limit and offset are left aside.
  func calendar(of query: CopyQuery) throws -> [CalendarEntry]

  /// How many copies of a query are kept elsewhere without that anybody read here what they say of
  /// appointments and tasks.
  func countOfUnread(_ query: CopyQuery) throws -> Int

  /// Counts the copies of a query: by month in their order, else the most first; all of them
  /// together, in one line, where no dimension is given.
  func statistics(
    of query: CopyQuery, by dimension: CopyStatistic.Dimension?
  ) throws -> [CopyStatistic]

  /// The questions that were put to the organization, the newest first, at most `limit`: those of
  /// tracked mail, and of refused mail where the organization keeps them.
  func questions(limit: Int) throws -> [LoggedQuestion]

  /// What was sent to an organization elsewhere for a question, and for the copy that came of it, in its
  /// order; empty where that is not kept.
  func requests(of question: LoggedQuestion) throws -> [SentRequest]
}

extension MailArchive {
  /// None: all content is here.
  package func countOfUnread(_ query: CopyQuery) throws -> Int { 0 }

  /// None: nothing is sent.
  package func requests(of question: LoggedQuestion) throws -> [SentRequest] { [] }
}

/// What people do with mail that is tracked.
package protocol MailKeeping {
  /// Withdraws a copy: its owner deletes it, anybody else takes away their own delivery only; `nil`
  /// where there is no such copy.
  func untrack(_ id: CopyID, by user: OrganizationUser, now: Int64) throws -> Untracking?

  /// Withdraws all copies of a conversation, and all mail that will answer one of them.
  func untrackConversation(
    _ conversation: ConversationID, by user: OrganizationUser, now: Int64
  ) throws -> [CopyID: Untracking]

  /// Says by hand that a copy is tracked; whether there is such a copy.
  func trackByHand(_ id: CopyID, by user: OrganizationUser) throws -> Bool

  /// Says by hand what record a copy belongs to, or none, and with `others` the copies of its
  /// conversation and all mail that joins it; whether there is such a copy.
  func setRegarding(
    _ id: CopyID, _ record: RecordReference?, andOfConversation others: [CopyID]?
  ) throws -> Bool

  /// The first of some records that is there.
  func firstRecord(of candidates: [RecordReference]) throws -> RecordReference?

  /// Withdraws many copies, each as one is, in turns: others write between them. Told after each turn
  /// how many were looked at until then.
  func untrack(
    _ ids: [CopyID], by user: OrganizationUser, now: Int64, progress: (Int) -> Void
  ) throws -> [CopyID: Untracking]

  /// Says by hand what record many copies belong to, each as of one, in turns; which of them are there.
  func setRegarding(
    _ ids: [CopyID], _ record: RecordReference?, progress: (Int) -> Void
  ) throws -> Set<CopyID>

  /// Makes a conversation of its own of a copy and all that answers it; `nil` where there is no such
  /// copy.
  func splitConversation(at id: CopyID) throws -> Parting?

  /// Takes away all that is kept of a person, whoever owns it; only counts it where `isDryRun`.
  ///
  /// Throws `DirectoryError` where the address is a user's.
  func forget(_ address: AddrSpec, isDryRun: Bool, now: Int64) throws -> Withdrawal

  /// Takes away what arrived before a time; only counts it where `isDryRun`.
  func prune(
    before time: Int64, regarding records: SearchCriterion.RecordPattern?, isDryRun: Bool,
    now: Int64
  ) throws -> Withdrawal

  /// Makes sure that of what was deleted nothing is left on this machine; whether it is so.
  func eraseDeleted() throws -> Bool
}

extension MailKeeping {
  /// Takes away what arrived before a time, whatever it regards.
  package func prune(before time: Int64, isDryRun: Bool, now: Int64) throws -> Withdrawal {
    try prune(before: time, regarding: nil, isDryRun: isDryRun, now: now)
  }

  /// Withdraws many copies, one after the other.
  package func untrack(
    _ ids: [CopyID], by user: OrganizationUser, now: Int64, progress: (Int) -> Void
  ) throws -> [CopyID: Untracking] {
    var done: [CopyID: Untracking] = [:]
    for (index, id) in ids.enumerated() {
      done[id] = try untrack(id, by: user, now: now)
      progress(index + 1)
    }
    return done
  }

  /// Says what record many copies belong to, one after the other.
  package func setRegarding(
    _ ids: [CopyID], _ record: RecordReference?, progress: (Int) -> Void
  ) throws -> Set<CopyID> {
    var done: Set<CopyID> = []
    for (index, id) in ids.enumerated() {
      if try setRegarding(id, record, andOfConversation: nil) { done.insert(id) }
      progress(index + 1)
    }
    return done
  }
}

/// What is taken away of an organization elsewhere by its administrators, whoever brought it there: of its
/// mail this side may know a part.
package protocol SharedKeeping {
  /// Takes away all that is kept there of a person; only counts it where `isDryRun`.
  ///
  /// Throws `DirectoryError` where the address is a user's.
  func forget(_ address: AddrSpec, isDryRun: Bool) throws -> Withdrawal

  /// Takes away what arrived there before a time; only counts it where `isDryRun`.
  func prune(
    before time: Int64, regarding records: SearchCriterion.RecordPattern?, isDryRun: Bool
  ) throws -> Withdrawal

  /// The questions about mail that was refused, where they are kept there, the newest first, at most
  /// `limit`.
  func refusedQuestions(limit: Int) throws -> [LoggedQuestion]
}

/// What the administrators of an organization do that knows mail hosts by their logins: they ask and
/// deliver for all users, and read nothing.
package protocol MailHostAdministration {
  /// The logins of the mail hosts.
  func mailHosts() throws -> [String]

  /// Makes a login that of a mail host, or takes that away; whether anything changed.
  ///
  /// Throws `DirectoryError` where there is no such login, or it is a user's.
  func setMailHost(_ login: String, _ isHost: Bool) throws -> Bool
}

/// What an organization's administrators do.
package protocol OrganizationAdministration: OrganizationMembers {
  /// Changes one setting.
  ///
  /// Throws `PolicySettingError` where there is none of the name, or the value is none of it.
  func setPolicy(_ name: String, to value: String) throws

  /// Adds a user.
  ///
  /// Throws `DirectoryError` where an address is another user's, or where nobody would be left who
  /// may administer.
  func addUser(
    _ address: AddrSpec, addresses: [AddrSpec], kind: OrganizationUser.Kind, role: UserRole,
    filter: FilterMethod?, login: String?, now: Int64
  ) throws

  /// Changes a user: all that is kept but the first address.
  ///
  /// Throws as `addUser`.
  func changeUser(_ user: OrganizationUser) throws

  /// Takes a user away, whose records lose their owner; how many they were.
  ///
  /// Throws `DirectoryError` where the user owns mail, or nobody would be left who may administer.
  func removeUser(_ user: OrganizationUser) throws -> Int

  /// Adds records, or replaces owner, addresses and domains of those that are there: all of them or
  /// none; how many are new.
  ///
  /// Throws `DirectoryError` where an owner is no user.
  func setRecords(_ entries: [RecordEntry], now: Int64) throws -> Int

  /// Brings all of one record into another, whose id the first one's means from then on; how many
  /// messages regard the other for it.
  ///
  /// Throws `DirectoryError` where one of them is not there, or both are one.
  func mergeRecord(_ old: RecordReference, into new: RecordReference) throws -> Int

  /// Gives a record another type and id, which its id of before means from then on; how many messages
  /// regard it.
  ///
  /// Throws `DirectoryError` where it is not there.
  func convertRecord(_ old: RecordReference, to new: RecordReference) throws -> Int

  /// Changes a record; what is not told stays.
  ///
  /// Throws `DirectoryError` where it is not there, or its owner is no user.
  func changeRecord(_ record: RecordReference, _ change: RecordChange) throws

  /// The first of some records that is there.
  func firstRecord(of candidates: [RecordReference]) throws -> RecordReference?

  /// Gives records other ids, wherever these stand; one that is there under its new id stays as it is.
  func renameRecords(_ pairs: [(old: RecordReference, new: RecordReference)]) throws

  /// Notes to which company records belong, each by the letters and digits of its name, until an
  /// account has that name.
  func setCompanies(_ companies: [(record: RecordReference, company: String)]) throws

  /// The companies to which records belong by their names.
  func companies() throws -> [String]

  /// Gives records that belong to companies by their names the accounts that these are.
  func settleCompanies(_ pairs: [(company: String, account: RecordReference)]) throws

  /// Takes a record away; mail that regards it stays and regards it on, and that is so much; `nil` where
  /// there is no such record.
  func removeRecord(_ record: RecordReference) throws -> Int?

  /// How many of some records are not there yet.
  func countOfNew(_ entries: [RecordEntry]) throws -> Int

  /// The records, of one type or of all, by type and id, at most `limit` of them.
  func records(type: String?, limit: Int) throws -> [RecordEntry]

  /// The addresses from outside in tracked mail that no record has now, those in most mail first, at
  /// most `limit`.
  func unresolvedAddresses(limit: Int) throws -> [UnresolvedAddress]
}
