import InternetMessage
import Mailboxes
import Tracking
import TrackingStore

/// Holds what is listed of attachments, and kept of appointments and tasks, against what this version
/// finds in the stored messages: an older one passed some over.
package struct AttachmentExamination {
  private let store: Store

  /// Makes an examination.
  package init(_ store: Store) { self.store = store }

  /// So many copies are listed at a time.
  private static let listed = 500

  /// Looks at all copies that are stored whole.
  ///
  /// - Parameter report: Told of the finding, where there is one.
  /// - Throws: `StoreError`; what the body throws.
  package func run(_ report: (Finding) throws -> Void) throws {
    guard try store.isOfThisVersion() else { return }
    var outdated: [CopyAttachments] = []
    var calendars: [CopyCalendar] = []
    var last = CopyID(0)
    while true {
      let identities = try store.identities(after: last, limit: Self.listed)
      for identity in identities {
        last = identity.id
        guard let (found, calendar) = try files(identity) else { continue }
        if try store.attachments(of: identity.id) != found.attachments { outdated.append(found) }
        if let missing = try store.missingCalendar(of: identity.id, calendar) {
          calendars.append(missing)
        }
      }
      guard identities.count == Self.listed else { break }
    }
    try reportCalendars(calendars, report)
    guard !outdated.isEmpty else { return }
    let count = outdated.count
    try report(
      Finding(
        .copy,
        "\(count) \(count == 1 ? "message lists" : "messages list") other attachments than are found "
          + "there now",
        remedy: "crm-mailfilter verify --repair", repair: .attachments(outdated)))
  }

  private func reportCalendars(
    _ calendars: [CopyCalendar], _ report: (Finding) throws -> Void
  ) throws {
    guard !calendars.isEmpty else { return }
    let count = calendars.count
    try report(
      Finding(
        .copy,
        "of \(count) \(count == 1 ? "message" : "messages") the appointments and tasks are not kept yet",
        remedy: "crm-mailfilter verify --repair", repair: .calendars(calendars)))
  }

  /// What is attached to a copy, and what it says of appointments and tasks; `nil` where its bytes are
  /// not all there.
  private func files(
    _ identity: StoredIdentity
  ) throws -> (CopyAttachments, [CalendarWord])? {
    let length = try store.chunkLengths(of: identity.id).reduce(0) { $0 + $1.length }
    guard !identity.isTruncated, length == identity.size else { return nil }
    let source = StoredBytesSource(identity.id, of: store)
    let input = MessageInput(source: source, temporaryFolders: [], firstRead: 64 << 10)
    do {
      let section = try input.readHeader()
      let files = try MessageBody.files(section, in: input, arrivedAt: identity.arrivedAt)
      return (CopyAttachments(copy: identity.id, files.attachments), files.calendar)
    } catch let error as InputError {
      throw source.error ?? error
    }
  }
}
