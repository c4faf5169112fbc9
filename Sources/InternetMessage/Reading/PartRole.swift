/// What a part is to somebody who reads the message.
public enum PartRole: String, Sendable, CaseIterable {
  /// It holds other parts, and is nothing else.
  case container
  /// Its text is part of the message's text.
  case text
  /// Another form of a text that is shown (RFC 2046 section 5.1.4).
  case alternative
  /// It belongs into a text, such as an image of a page (RFC 2387).
  case inline
  /// A signature over another part (RFC 1847 section 2.1).
  case signature
  /// A message in the message; its text follows that of the outer one.
  case message
  /// It is kept apart from the text (RFC 2183 section 2.2).
  case attachment
}
