/// Words that stand one after the other in a part of a message.
public struct SearchPhrase: Hashable, Sendable {
  /// Where words are looked for.
  public enum Scope: String, Hashable, Sendable, CaseIterable {
    /// In all of the others.
    case anywhere
    /// In the subject.
    case subject
    /// In name and address of the sender.
    case from
    /// In names and addresses of those in To.
    case to
    /// In names and addresses of those in Cc.
    case cc
    /// In names and addresses of all who take part, blind copies and the envelope's recipients, too.
    case participant
    /// In the text.
    case body
    /// In the names of attachments.
    case attachment
  }

  /// Where.
  public var scope: Scope
  /// The words as they were typed.
  public var text: String
  /// Whether the last of them may go on.
  public var isPrefix: Bool

  /// Makes a phrase.
  public init(_ text: String, in scope: Scope = .anywhere, isPrefix: Bool = false) {
    self.scope = scope
    self.text = text
    self.isPrefix = isPrefix
  }
}
