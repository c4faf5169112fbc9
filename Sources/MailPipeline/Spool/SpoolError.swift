import System
import Tracking

/// Why the spool cannot keep a message.
package enum SpoolError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Nobody said where it is, and there is no home folder.
  case noPlace
  /// Its folder is a link, somebody else's, or writable for others.
  case unsafe(Distrust)
  /// It holds as much as it may.
  case full
  /// There is no entry of the name.
  case noEntry(String)
  /// The entry cannot be read.
  case damagedEntry(String)
  /// Another process is at work on it.
  case busy

  /// Whether somebody else could have written into it.
  package var isUnsafe: Bool {
    if case .unsafe = self { true } else { false }
  }

  /// What is wrong and what to do, in one line.
  package var description: String {
    switch self {
    case .noPlace: "there is no place for the spool; give --spool"
    case .unsafe(let distrust):
      "the spool is not safe to use (\(distrust)); 'crm-mailfilter verify' says what to do"
    case .full: "the spool is full; run 'crm-mailfilter retry'"
    case .noEntry(let name): "nothing waits by the name \(name); see 'failures'"
    case .damagedEntry(let name): "the spool entry \(name) is damaged"
    case .busy: "another process is bringing the spool in; try again"
    }
  }
}
