import InternetMessage
import Mailboxes

/// What a batch is told.
public struct BatchOptions: Sendable {
  /// Maildirs, mboxes, folders and files.
  public var paths: [MailPath]
  /// The only folders to take; empty for all but junk, trash and drafts.
  public var folders: [String] = []
  /// Whether the owner of the mailbox wrote all of it.
  public var isSent = false
  /// The owner of the mailbox that all of it came through; `nil` where each message tells.
  public var mailbox: AddrSpec?
  /// Only what arrived at this time or later, in seconds since 1970.
  public var since: Int64?
  /// Only what arrived before this time, in seconds since 1970.
  public var until: Int64?
  /// At most so many messages; `nil` for all.
  public var limit: Int?
  /// How many threads read and parse.
  public var jobs = 1
  /// Whether nothing is to be written.
  public var isDryRun = false
  /// Whether what was decided about before is looked at again.
  public var isAgain = false

  /// Makes options.
  public init(paths: [MailPath]) { self.paths = paths }
}
