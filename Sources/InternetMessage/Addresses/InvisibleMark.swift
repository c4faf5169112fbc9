/// Marks that nobody sees and that come along where an address is copied from a page or a chat: directions
/// of writing, zero-width spaces, byte order marks, soft hyphens (Unicode Standard section 23.2).
///
/// QUIRK: RFC 6531 section 3.3 allows them in a local part. No host gives two mailboxes names that look the
/// same, and with a mark in it an address is nobody's.
enum InvisibleMark {
  /// An address without them.
  ///
  /// Joiners are kept within, where scripts of Persia and India need them (RFC 5892 appendix A), but not
  /// at either end.
  static func removed(from localPart: String, _ domain: String) -> (String, String) {
    (removed(from: localPart), removed(from: domain))
  }

  private static func removed(from text: String) -> String {
    guard text.utf8.contains(where: { $0 >= 0x80 }) else { return text }
    var scalars = text.unicodeScalars.filter { !isMark($0.value) }[...]
    while let first = scalars.first, isJoiner(first.value) { scalars.removeFirst() }
    while let last = scalars.last, isJoiner(last.value) { scalars.removeLast() }
    return String(String.UnicodeScalarView(scalars))
  }

  private static func isMark(_ value: UInt32) -> Bool {
    switch value {
    case 0xAD, 0x61C, 0x180E, 0x200B, 0x200E...0x200F, 0x202A...0x202E, 0x2060...0x206F, 0xFEFF:
      true
    default: false
    }
  }

  private static func isJoiner(_ value: UInt32) -> Bool { value == 0x200C || value == 0x200D }
}
