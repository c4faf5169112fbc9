import ArgumentParser

/// The forms in which mail is carried out.
enum ExportFormat: String, CaseIterable, ExpressibleByArgument {
  /// One file, mboxrd.
  case mbox
  /// A folder of the form that Maildir has.
  case maildir
  /// A folder of files, one a message.
  case eml
  /// One JSON object a line.
  case jsonl
  /// A table of activities with the field names of Dynamics.
  case csv

  /// The form that a target's name tells; `nil` where it tells none.
  init?(target: String) {
    guard let dot = target.lastIndex(of: ".") else { return nil }
    switch target[target.index(after: dot)...] {
    case "mbox": self = .mbox
    case "jsonl": self = .jsonl
    case "csv": self = .csv
    default: return nil
    }
  }

  /// Whether it makes a folder, not a file.
  var isFolder: Bool { self == .maildir || self == .eml }
}
