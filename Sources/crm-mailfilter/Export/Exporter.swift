import ArgumentParser
import CSystem
import Foundation
import InternetMessage
import MailPipeline
import Mailboxes
import System
import Tracking

/// Writes copies in one of the forms, one after the other.
///
/// Of the forms that keep the bytes a copy is given in chunks as it is stored; the others hold one
/// message at a time.
final class Exporter {
  /// Where bytes go.
  typealias Sink = (UnsafeRawBufferPointer) throws -> Void

  private let archive: any MailArchive
  private let format: ExportFormat
  private let includesRaw: Bool
  private let table: CSVWriter
  /// Whether a table begins with what tells its charset.
  private let hasMark: Bool
  /// How many were written.
  private(set) var count = 0
  /// How many of them are stored in part only.
  private(set) var truncated = 0

  init(
    _ archive: any MailArchive, format: ExportFormat, includesRaw: Bool,
    table: CSVWriter = CSVWriter(),
    hasMark: Bool = false
  ) {
    self.archive = archive
    self.format = format
    self.includesRaw = includesRaw
    self.table = table
    self.hasMark = hasMark
  }

  /// The folders in a folder of the form.
  var subfolders: [String] { format == .maildir ? ["cur", "new", "tmp"] : [] }

  /// Writes copies one after the other to a sink, in a form that is one file.
  ///
  /// - Throws: `StoreError`, `CommandError` where it was interrupted; what the sink throws.
  func write(_ ids: [CopyID], to sink: @escaping Sink) throws {
    if format == .csv {
      try put((hasMark ? CSVWriter.mark : "") + table.line(ActivityRow.columns), to: sink)
    }
    var mbox = MboxWriter(sink)
    try each(ids) { copy in
      switch format {
      case .mbox:
        let delivery = copy.deliveries.first
        try mbox.begin(
          sender: delivery?.envelopeSender ?? copy.senderAddress,
          time: delivery?.firstSeenAt ?? copy.arrivedAt)
        try archive.content(of: copy.id) { try mbox.write($0) }
        try mbox.end()
      case .csv:
        guard let activity = try archive.activity(of: copy.id) else { return }
        let message = Message(try bytes(of: copy))
        try put(table.line(ActivityRow(copy, activity, message).cells), to: sink)
      default:
        let bytes = try bytes(of: copy)
        var object = CopyObject(copy: copy, text: Message(bytes).text.string)
        if includesRaw { object.raw = Data(bytes).base64EncodedString() }
        try put(JSONOutput.line(object) + "\n", to: sink)
      }
    }
  }

  /// Writes each copy as a file of a folder.
  ///
  /// - Throws: `StoreError`, `FileError`, `CommandError` where it was interrupted.
  func write(_ ids: [CopyID], to folder: ExportFolder) throws {
    try each(ids) { copy in
      let arrival = copy.deliveries.first?.firstSeenAt ?? copy.arrivedAt
      // Read mail: nobody is to find all of it new.
      let name =
        format == .maildir
        ? "cur/\(arrival).M\(copy.id)P0.crm-mailfilter:2,S" : "\(copy.id).eml"
      try folder.add(name) { write in try archive.content(of: copy.id) { try write($0) } }
    }
  }

  private func each(_ ids: [CopyID], _ body: (TrackedCopy) throws -> Void) throws {
    for id in ids {
      guard csystem_is_interrupted() == 0 else {
        throw CommandError(.temporaryFailure, "interrupted; nothing was exported")
      }
      // What was withdrawn meanwhile is left out.
      guard let copy = try archive.copy(id) else { continue }
      try body(copy)
      count += 1
      truncated += copy.isTruncated ? 1 : 0
    }
  }

  private func bytes(of copy: TrackedCopy) throws -> [UInt8] {
    var bytes: [UInt8] = []
    try archive.content(of: copy.id) { bytes += $0 }
    return bytes
  }

  private func put(_ text: String, to sink: Sink) throws {
    try Array(text.utf8).withUnsafeBytes(sink)
  }
}

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
  /// One calendar of appointments and tasks.
  case ics

  /// The form that a target's name tells; `nil` where it tells none.
  init?(target: String) {
    guard let dot = target.lastIndex(of: ".") else { return nil }
    switch target[target.index(after: dot)...] {
    case "mbox": self = .mbox
    case "jsonl": self = .jsonl
    case "csv": self = .csv
    case "ics": self = .ics
    default: return nil
    }
  }

  /// Whether it makes a folder, not a file.
  var isFolder: Bool { self == .maildir || self == .eml }
}
