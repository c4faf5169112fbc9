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
    // The body was cut off.
    if CSVWriter.isTooLong(safe[6]) { safe[safe.count - 1] = "2" }
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

/// Writes CSV (RFC 4180) that no spreadsheet runs or garbles.
///
/// A cell may be a stranger's subject. What a spreadsheet would take for a formula gets an apostrophe in
/// front: at the beginning of a cell, and after what begins a cell for a program with another separator.
struct CSVWriter {
  /// What stands between cells.
  var separator: Character = ","

  /// What begins a file whose charset a spreadsheet is to know (Unicode's byte order mark).
  static let mark = "\u{FEFF}"

  /// The longest cell of a spreadsheet, in UTF-16 code units.
  static let longestCell = 32_767

  /// Ends a cell that was cut.
  static let cut = " [...]"

  /// A line, with its end.
  func line(_ cells: [String]) -> String {
    cells.map(cell).joined(separator: String(separator)) + "\r\n"
  }

  private func cell(_ text: String) -> String {
    var text = Self.shortened(Self.neutralised(text))
    return text.withUTF8 { bytes in
      let isPlain = bytes.allSatisfy { !Self.isSeparator($0) && !Self.ends($0) && $0 != Self.quote }
      guard !isPlain else { return String(decoding: bytes, as: UTF8.self) }
      var quoted: [UInt8] = [Self.quote]
      quoted.reserveCapacity(bytes.count + 16)
      for byte in bytes {
        if byte == Self.quote { quoted.append(byte) }
        quoted.append(byte)
      }
      quoted.append(Self.quote)
      return String(decoding: quoted, as: UTF8.self)
    }
  }

  private static let quote = UInt8(ascii: "\"")

  /// Every program has its own separator, and some try several.
  private static func isSeparator(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: ",") || byte == UInt8(ascii: ";") || byte == UInt8(ascii: "\t")
      || byte == UInt8(ascii: "|")
  }

  private static func ends(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
  }

  /// What begins a formula, or a command, in ASCII or wide.
  private static func beginsFormula(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "=", "+", "-", "@", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}": true
    default: false
    }
  }

  private static func neutralised(_ text: String) -> String {
    var text = text
    return text.withUTF8 { bytes in
      var safe: [UInt8] = []
      safe.reserveCapacity(bytes.count + 16)
      // Where the cell begins; some programs take the blanks off that follow.
      var start: Int? = 0
      if let first = bytes.first, first == UInt8(ascii: "\t") || first == UInt8(ascii: "\r") {
        safe.append(UInt8(ascii: "'"))
      }
      var position = 0
      while position < bytes.count {
        let byte = bytes[position]
        if let place = start, !isSeparator(byte), !ends(byte) {
          // Only what begins a cell is looked at as a character.
          let (scalar, length) = scalar(in: bytes, at: position)
          if beginsFormula(scalar) { safe.insert(UInt8(ascii: "'"), at: place) }
          safe += bytes[position..<(position + length)]
          position += length
          if !scalar.properties.isWhitespace { start = nil }
          continue
        }
        safe.append(byte)
        position += 1
        if isSeparator(byte) || ends(byte) { start = safe.count }
      }
      return String(decoding: safe, as: UTF8.self)
    }
  }

  /// The character at a place of valid UTF-8, and how many bytes it has.
  private static func scalar(
    in bytes: UnsafeBufferPointer<UInt8>, at position: Int
  ) -> (Unicode.Scalar, Int) {
    let first = bytes[position]
    guard first >= 0x80 else { return (Unicode.Scalar(first), 1) }
    let length = min(first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2, bytes.count - position)
    var value = UInt32(first) & (0x7F >> UInt32(length))
    for place in 1..<max(length, 1) { value = value << 6 | UInt32(bytes[position + place] & 0x3F) }
    return (Unicode.Scalar(value) ?? "\u{FFFD}", length)
  }

  /// Whether a cell is longer than a spreadsheet takes.
  static func isTooLong(_ text: String) -> Bool { text.utf16.count > longestCell }

  private static func shortened(_ text: String) -> String {
    guard isTooLong(text) else { return text }
    var end = text.utf16.index(text.utf16.startIndex, offsetBy: longestCell - cut.utf16.count)
    // Not within a character.
    while end.samePosition(in: text.unicodeScalars) == nil { end = text.utf16.index(before: end) }
    return text[..<end] + cut
  }
}
