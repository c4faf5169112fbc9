import Foundation
import InternetMessage
import MailPipeline
import System
import Tracking

/// A copy as a row of Dynamics' entity `email`: the names and values of its fields.
struct ActivityRow {
  private let copy: TrackedCopy
  private let activity: TrackedActivity
  private let message: Message

  /// The fields, in the order of `cells`.
  static let columns = [
    "activityid", "messageid", "inreplyto", "conversationindex", "trackingtoken", "subject",
    "description", "sender", "torecipients", "from", "to", "cc", "bcc", "directioncode",
    "statecode", "statuscode", "regardingobjecttypecode", "regardingobjectid", "ownerid",
    "acceptingentityid", "correlationmethod", "correlatedactivityid", "correlatedsubjectchanged",
    "senton", "createdon", "attachmentcount", "notifications",
  ]

  init(_ copy: TrackedCopy, _ activity: TrackedActivity, _ message: Message) {
    self.copy = copy
    self.activity = activity
    self.message = message
  }

  /// The values; empty where there is none.
  var cells: [String] {
    let cells: [String] = identification + [copy.subject, ""] + people + state + correlation + rest
    var safe = cells.map(SafeText.neutralised)
    // The text has lines.
    safe[6] = SafeText.neutralisedLines(message.text.string)
    return safe
  }

  private var identification: [String] {
    let answered = message.header.inReplyTo.map { "<\($0.value)>" }
    let index = activity.threadIndex.map { Data($0).base64EncodedString() }
    return [
      activity.id, copy.messageID ?? "", answered.joined(separator: " "), index ?? "",
      activity.token ?? "",
    ]
  }

  private var people: [String] {
    let recipients = copy.participants.filter { ["to", "cc", "bcc"].contains($0.role) }
    return [
      copy.senderAddress ?? "", recipients.map(\.address).joined(separator: ";"), parties("from"),
      parties("to"), parties("cc"), parties("bcc"),
    ]
  }

  private var state: [String] {
    let isOutgoing = copy.direction == .outgoing
    // A type has no colon.
    let record = copy.regarding?.split(separator: ":", maxSplits: 1).map(String.init) ?? []
    // Completed; sent or received.
    let codes = isOutgoing ? ["true", "1", "3"] : ["false", "1", "4"]
    return codes + [
      record.first ?? "", record.dropFirst().first ?? "", copy.owner, activity.acceptingUser ?? "",
    ]
  }

  private var correlation: [String] {
    let method = copy.correlation.map { "\($0.code)" }
    let isChanged = activity.isSubjectChanged.map { $0 ? "true" : "false" }
    return [method ?? "", activity.answers ?? "", isChanged ?? ""]
  }

  private var rest: [String] {
    [
      TextOutput.isoDate(copy.sentAt), TextOutput.isoDate(copy.trackedAt),
      "\(copy.attachments.count)",
      // The body was cut off.
      copy.isTruncated ? "2" : "0",
    ]
  }

  /// Those of a role: the record, where there is one, else the address.
  private func parties(_ role: String) -> String {
    copy.participants.filter { $0.role == role }.map { $0.records.first ?? $0.address }
      .joined(separator: ";")
  }
}

/// Writes CSV (RFC 4180).
enum CSVWriter {
  /// A line, with its end.
  ///
  /// A cell that a spreadsheet would take for a formula gets an apostrophe in front: it may be a
  /// stranger's subject.
  static func line(_ cells: [String]) -> String {
    cells.map(cell).joined(separator: ",") + "\r\n"
  }

  private static func cell(_ text: String) -> String {
    var text = text
    if let first = text.utf8.first, "=+-@\t\r".utf8.contains(first) { text = "'" + text }
    guard text.utf8.contains(where: { ",\"\r\n".utf8.contains($0) }) else { return text }
    return "\""
      + text.split(separator: "\"", omittingEmptySubsequences: false)
      .joined(separator: "\"\"") + "\""
  }
}
