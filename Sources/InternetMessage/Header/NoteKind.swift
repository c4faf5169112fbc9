/// The oddities that a message can have and that the parser reads in a way of its own.
public enum NoteKind: String, Sendable, CaseIterable {
  /// A blank between field name and colon (RFC 5322 section 4.5).
  case blankBeforeColon = "blank-before-colon"
  /// A second field of a kind that may stand once; the first counts.
  case repeatedField = "repeated-field"
  /// A line of the header section that is neither a field nor part of one; skipped.
  case junkLine = "junk-line"
  /// Blank lines before the first field; skipped.
  case leadingBlankLine = "leading-blank-line"
  /// Bytes above 127 that are not UTF-8; read in the charset that the body names, else as
  /// windows-1252.
  case rawEightBit = "raw-8bit"
  /// An encoded word in a charset that is not known here.
  case unknownCharset = "unknown-charset"
  /// The header section ends without a blank line.
  case unterminatedHeader = "unterminated-header"
  /// The header section is longer than what is parsed.
  case headerLimit = "header-limit"
  /// A Date field that holds no date.
  case noDate = "no-date"
  /// A Date before 1970 or after 2200; it does not count.
  case dateOutOfRange = "date-out-of-range"
  /// An address field with text that holds no address.
  case noAddress = "no-address"
  /// An address field whose only address stands within an encoded word (RFC 2047 section 5); it counts.
  case addressInWord = "address-in-word"
  /// MIME deeper or in more parts than what is parsed; the rest is one opaque part.
  case mimeLimit = "mime-limit"
  /// A multipart without its boundary or its end.
  case brokenMultipart = "broken-multipart"

  /// The note in words, for a person.
  public var explanation: String {
    switch self {
    case .blankBeforeColon: "a blank before the colon of a field"
    case .repeatedField: "a field that may stand once stands again; the first counts"
    case .junkLine: "a line that is no header field; skipped"
    case .leadingBlankLine: "blank lines before the header; skipped"
    case .rawEightBit: "8-bit text that is not UTF-8; read in the body's charset or windows-1252"
    case .unknownCharset: "text in an unknown charset"
    case .unterminatedHeader: "the header does not end with a blank line"
    case .headerLimit: "the header is longer than what is parsed"
    case .noDate: "a Date field without a date"
    case .dateOutOfRange: "a date before 1970 or after 2200; when the message came stands in"
    case .noAddress: "an address field without an address"
    case .addressInWord: "the only address stands within an encoded word"
    case .mimeLimit: "MIME parts deeper or more than what is parsed"
    case .brokenMultipart: "a multipart without its boundary or its end"
    }
  }
}
