import InternetMessage
import Mailboxes

/// What a batch is told.
package struct BatchOptions: Sendable {
  /// Maildirs, mboxes, folders and files.
  package var paths: [MailPath]
  /// The only folders to take; empty for all but junk, trash and drafts.
  package var folders: [String] = []
  /// Whether the owner of the mailbox wrote all of it.
  package var isSent = false
  /// The owner of the mailbox that all of it came through; `nil` where each message tells.
  package var mailbox: AddrSpec?
  /// Only what arrived at this time or later, in seconds since 1970.
  package var since: Int64?
  /// Only what arrived before this time, in seconds since 1970.
  package var until: Int64?
  /// At most so many messages; `nil` for all.
  package var limit: Int?
  /// How many threads read and parse.
  package var jobs = 1
  /// Whether nothing is to be written.
  package var isDryRun = false
  /// Whether what was decided about before is looked at again.
  package var isAgain = false

  /// Whether nothing of the paths is left aside.
  var isWhole: Bool { folders.isEmpty && since == nil && until == nil && limit == nil }

  /// Makes options.
  package init(paths: [MailPath]) { self.paths = paths }
}

/// Who is told what a batch does, in order, by the thread that runs it.
package protocol BatchObserver {
  /// Whether it wants to be told of each message: what is said of it costs some time.
  var wantsReports: Bool { get }
  /// A message was decided about, durably; only told where reports are wanted.
  ///
  /// - Parameters:
  ///   - report: What became of it.
  ///   - place: Where it lies.
  func decided(_ report: Report, at place: String)
  /// Some messages more are done.
  func advanced(to progress: BatchProgress)
}

/// How far a batch has come.
package struct BatchProgress: Sendable {
  /// How many messages are to be looked at.
  package let total: Int
  /// How many of them are done and safe.
  package let done: Int
  /// How many copies were made.
  package let tracked: Int
}
