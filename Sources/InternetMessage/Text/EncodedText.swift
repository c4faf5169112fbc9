/// Text of files beside mail that use its encodings: vCards, LDIF.
public enum EncodedText {
  /// Bytes as text.
  ///
  /// - Parameters:
  ///   - bytes: The text.
  ///   - charset: What is said to be its charset; where nothing is said, or nothing that anybody
  ///     knows, it is UTF-8 if it can be, else windows-1252.
  /// - Returns: The text; what is no character of the charset becomes U+FFFD.
  public static func text(of bytes: [UInt8], charset: String? = nil) -> String {
    bytes.withUnsafeBytes { Charset.decode($0, label: charset).text }
  }

  /// What quoted-printable means (RFC 2045 section 6.7).
  public static func quotedPrintable(_ bytes: [UInt8]) -> [UInt8] {
    bytes.withUnsafeBytes { TransferDecoder.decode($0, .quotedPrintable) }
  }

  /// What base64 means (RFC 2045 section 6.8); bytes outside of its alphabet are ignored.
  public static func base64(_ bytes: [UInt8]) -> [UInt8] {
    bytes.withUnsafeBytes { TransferDecoder.decode($0, .base64) }
  }
}
