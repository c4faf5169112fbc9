import InternetMessage

/// The text of a message as a search finds it.
public enum SearchText {
  /// Changes when another text is taken from a message: what was indexed before must be so again.
  public static let version = 2

  /// Of a message, text that begins beyond so many bytes is left out.
  public static let mostBytes = 32 << 20

  /// So much text of a message is indexed, in bytes of UTF-8.
  public static let mostText = 128 << 10

  /// The text of a message, made ready for the index.
  ///
  /// - Parameter message: The stored bytes, or the first `mostBytes` of them.
  /// - Returns: At most about `mostText` bytes.
  public static func text(of message: UnsafeRawBufferPointer) -> String {
    let bytes = UnsafeRawBufferPointer(rebasing: message.prefix(mostBytes))
    let section = HeaderSection(bytes)
    return text(of: bytes, MIMEStructure(bytes, section: section))
  }

  /// The text of a message whose parts are known.
  public static func text(
    of message: UnsafeRawBufferPointer, _ structure: MIMEStructure
  ) -> String {
    structure.text(of: message, limit: mostText).withUnsafeBufferPointer {
      SearchWords.prepared($0)
    }
  }
}
