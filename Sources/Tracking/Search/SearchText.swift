import InternetMessage

/// The text of a message as a search finds it.
package enum SearchText {
  /// Changes when another text is taken from a message: what was indexed before must be so again.
  package static let version = 3

  /// Of a message, text that begins beyond so many bytes is left out.
  package static let maxBytes = 32 << 20

  /// So much text of a message is indexed, in bytes of UTF-8.
  package static let maxText = 128 << 10

  /// The text of a message, made ready for the index.
  ///
  /// - Parameter message: The stored bytes, or the first `maxBytes` of them.
  /// - Returns: At most about `maxText` bytes.
  package static func text(of message: UnsafeRawBufferPointer) -> String {
    let bytes = UnsafeRawBufferPointer(rebasing: message.prefix(maxBytes))
    let section = HeaderSection(bytes)
    return text(of: bytes, MIMEStructure(bytes, section: section))
  }

  /// The text of a message whose parts are known.
  package static func text(
    of message: UnsafeRawBufferPointer, _ structure: MIMEStructure
  ) -> String {
    structure.text(of: message, limit: maxText).withUnsafeBufferPointer {
      SearchWords.prepared($0)
    }
  }
}

/// Words that stand one after the other in a part of a message.
package struct SearchPhrase: Hashable, Sendable {
  /// Where words are looked for.
  package enum Scope: String, Hashable, Sendable, CaseIterable {
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
  package var scope: Scope
  /// The words as they were typed.
  package var text: String
  /// Whether the last of them may go on.
  package var isPrefix: Bool

  /// Makes a phrase.
  package init(_ text: String, in scope: Scope = .anywhere, isPrefix: Bool = false) {
    self.scope = scope
    self.text = text
    self.isPrefix = isPrefix
  }
}

/// Gathers the text that `SearchWords` makes.
struct SearchWordWriter {
  private var bytes: [UInt8] = []
  /// Where the last character began that stands alone; `nil` where another came after it.
  private var lastAlone: Int?

  init(capacity: Int) { bytes.reserveCapacity(capacity) }

  /// The text so far.
  var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Appends characters as they are.
  mutating func append(_ characters: UnsafeBufferPointer<UInt8>) {
    guard !characters.isEmpty else { return }
    bytes.append(contentsOf: characters)
    lastAlone = nil
  }

  /// Appends letters.
  mutating func append(_ letters: [UInt8]) { letters.withUnsafeBufferPointer { append($0) } }

  /// Appends a character with a blank on either side.
  mutating func append(alone character: UnsafeBufferPointer<UInt8>) {
    if let last = bytes.last, last != 0x20 { bytes.append(0x20) }
    lastAlone = bytes.count
    bytes.append(contentsOf: character)
    bytes.append(0x20)
  }

  /// Takes the last character back where it stands alone.
  mutating func takeLast() -> String {
    guard let start = lastAlone else { return "" }
    let character = String(decoding: bytes[start...].dropLast(), as: UTF8.self)
    bytes.removeSubrange(start...)
    lastAlone = nil
    return character
  }
}
