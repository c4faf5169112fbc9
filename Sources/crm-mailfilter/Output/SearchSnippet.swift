import Foundation
import System
import Tracking

/// Where words of a query stand in the text of a message: a line of it, with the words marked.
struct SearchSnippet {
  /// A stretch of the line.
  struct Piece: Equatable {
    var text: String
    /// Whether it is a word that was asked for.
    var isMarked: Bool
  }

  /// The stretches, in order.
  private(set) var pieces: [Piece] = []

  /// So much of a text is looked through, as of what is indexed, in bytes.
  static let maxText = SearchText.maxText
  /// So many phrases of a query are marked.
  private static let maxPhrases = 20

  /// Finds the first place; `nil` where none of the words is there, as where the subject alone has them.
  ///
  /// - Parameters:
  ///   - query: What was asked for; only what must be in the text, or may be, is marked.
  ///   - text: The readable text of a message.
  ///   - width: How many columns the line may have.
  init?(of query: SearchQuery, in text: String, width: Int) {
    let phrases = Self.phrases(query).prefix(Self.maxPhrases).map { phrase in
      (words: Self.folded(phrase.text), isPrefix: phrase.isPrefix)
    }.filter { !$0.words.isEmpty }
    guard !phrases.isEmpty else { return nil }
    let text = SafeText.neutralisedLines(
      String(decoding: text.utf8.prefix(Self.maxText), as: UTF8.self))
    let words = Self.words(of: text)
    var marked: [Range<String.Index>] = []
    for position in words.indices {
      let length = phrases.reduce(0) { longest, phrase in
        Self.stands(phrase.words, phrase.isPrefix, in: words, at: position)
          ? max(longest, phrase.words.count) : longest
      }
      guard length > 0 else { continue }
      let range = words[position].range.lowerBound..<words[position + length - 1].range.upperBound
      if let last = marked.last, range.lowerBound < last.upperBound {
        marked[marked.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
      } else {
        marked.append(range)
      }
    }
    guard let first = marked.first else { return nil }
    cut(text, from: Self.start(before: first.lowerBound, in: text, width), marked, width)
  }

  /// The line; marked words are bold, or stand in brackets where there are no styles.
  func text(on terminal: Terminal) -> String {
    pieces.map { piece in
      guard piece.isMarked else { return terminal.styled(piece.text, .faint) }
      return terminal.hasColour ? terminal.styled(piece.text, .bold) : "[\(piece.text)]"
    }.joined()
  }

  // MARK: Words

  private typealias Word = (folded: String, range: Range<String.Index>)

  private static func phrases(_ query: SearchQuery) -> [SearchPhrase] {
    switch query {
    case .words(let phrase):
      phrase.scope == .anywhere || phrase.scope == .body ? [phrase] : []
    case .and(let parts), .or(let parts): parts.flatMap(phrases)
    case .all, .criterion, .not: []
    }
  }

  private static func stands(
    _ phrase: [String], _ isPrefix: Bool, in words: [Word], at position: Int
  ) -> Bool {
    guard words.count - position >= phrase.count else { return false }
    for (number, word) in phrase.enumerated() {
      let there = words[position + number].folded
      let mayGoOn = isPrefix && number == phrase.count - 1
      guard mayGoOn ? there.hasPrefix(word) : there == word else { return false }
    }
    return true
  }

  /// The words of a text as an index has them: prepared, without case and accents.
  private static func folded(_ text: some StringProtocol) -> [String] {
    if text.utf8.allSatisfy({ $0 < 0x80 }) {
      return text.lowercased().split { !isOfWord($0) }.map(String.init)
    }
    var plain = String.UnicodeScalarView()
    for scalar in SearchWords.prepared(String(text)).decomposedStringWithCanonicalMapping
      .unicodeScalars where scalar.properties.generalCategory != .nonspacingMark
    {
      plain.append(scalar)
    }
    return String(plain).lowercased().split { !isOfWord($0) }.map(String.init)
  }

  private static func isOfWord(_ character: Character) -> Bool {
    if let ascii = character.asciiValue {
      return (48...57).contains(ascii) || (65...90).contains(ascii) || (97...122).contains(ascii)
    }
    return SearchWords.hasWords(String(character))
  }

  private static func words(of text: String) -> [Word] {
    var words: [Word] = []
    var start: String.Index?
    func end(_ index: String.Index) {
      guard let from = start else { return }
      start = nil
      let folded = folded(text[from..<index])
      if folded.count == 1 {
        words.append((folded[0], from..<index))
      } else {
        // A character that is a word by itself has its place; what is written as several has one.
        words += folded.map { ($0, from..<index) }
      }
    }
    for index in text.indices {
      let character = text[index]
      guard isOfWord(character) else {
        end(index)
        continue
      }
      // Those of scripts without blanks are words of their own.
      if let scalar = character.unicodeScalars.first, scalar.value >= 0x0E00,
        SearchWords.prepared(String(character)).contains(" ")
      {
        end(index)
        start = index
        end(text.index(after: index))
      } else if start == nil {
        start = index
      }
    }
    end(text.endIndex)
    return words
  }

  // MARK: The line

  /// Where a line begins that shows something before a place: at the start of the text where that is
  /// near, else at a word.
  private static func start(
    before place: String.Index, in text: String, _ width: Int
  ) -> String.Index {
    guard text.index(place, offsetBy: -(width / 2), limitedBy: text.startIndex) != nil else {
      return text.startIndex
    }
    let near = text.index(place, offsetBy: -(width / 4))
    return text[near..<place].firstIndex(where: \.isWhitespace) ?? near
  }

  private mutating func cut(
    _ text: String, from start: String.Index, _ marked: [Range<String.Index>], _ width: Int
  ) {
    var room = width
    if text[..<start].contains(where: { !$0.isWhitespace }) { add("… ", false, &room) }
    var marks = marked[...]
    var isBlankWaiting = false
    var position = start
    while position < text.endIndex {
      while let mark = marks.first, mark.upperBound <= position { marks.removeFirst() }
      let isMarked = marks.first?.contains(position) ?? false
      let character = text[position]
      position = text.index(after: position)
      if character.isWhitespace {
        isBlankWaiting = !pieces.isEmpty && pieces.last?.text.last != " "
        continue
      }
      // Two for an ellipsis, and two for brackets.
      guard room > DisplayWidth.of(character) + 4 else { return add(" …", false, &room) }
      if isBlankWaiting {
        let isWithin =
          isMarked && marks.first.map { $0.lowerBound < text.index(before: position) } ?? false
        add(" ", isWithin, &room)
      }
      isBlankWaiting = false
      add(String(character), isMarked, &room)
    }
  }

  private mutating func add(_ text: String, _ isMarked: Bool, _ room: inout Int) {
    if let last = pieces.last, last.isMarked == isMarked {
      pieces[pieces.count - 1].text += text
    } else {
      pieces.append(Piece(text: text, isMarked: isMarked))
      if isMarked { room -= 2 }
    }
    room -= DisplayWidth.of(text)
  }
}
