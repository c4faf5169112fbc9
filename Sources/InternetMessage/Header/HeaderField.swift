/// One field of a header section: where its parts stand in the message (RFC 5322 section 2.2).
///
/// Offsets count bytes from the start of the message, an mbox `From ` line and a byte order mark
/// included, so that the exact bytes of a field can always be found again.
public struct HeaderField: Hashable, Sendable {
  /// The whole field, from its name to the line end after its last folded line.
  public let range: Range<Int>

  /// The name, without blanks before the colon.
  public let nameRange: Range<Int>

  /// The raw value: all after the colon, folding included, without the last line end.
  public let valueRange: Range<Int>

  /// Makes a field of its offsets.
  public init(range: Range<Int>, nameRange: Range<Int>, valueRange: Range<Int>) {
    self.range = range
    self.nameRange = nameRange
    self.valueRange = valueRange
  }
}
