import InternetMessage

/// Which copies a search finds: what a query says, as a value.
package indirect enum SearchQuery: Hashable, Sendable {
  /// All copies.
  case all
  /// Those with some words.
  case words(SearchPhrase)
  /// Those of which something holds.
  case criterion(SearchCriterion)
  /// Those for which each of some queries holds.
  case and([SearchQuery])
  /// Those for which one of some queries holds.
  case or([SearchQuery])
  /// Those for which a query does not hold.
  case not(SearchQuery)

  /// The same with each record that it names replaced.
  ///
  /// - Parameter replaced: The record that is meant by one.
  /// - Returns: The query.
  /// - Throws: What the parameter throws.
  package func replacingRecords(
    _ replaced: (RecordReference) throws -> RecordReference
  ) rethrows -> SearchQuery {
    switch self {
    case .criterion(.regarding(.one(let record))):
      .criterion(.regarding(.one(try replaced(record))))
    case .criterion(.record(.one(let record))): .criterion(.record(.one(try replaced(record))))
    case .all, .words, .criterion: self
    // No deeper than the parser of queries lets parentheses stand in each other.
    case .and(let parts): .and(try parts.map { try $0.replacingRecords(replaced) })
    case .or(let parts): .or(try parts.map { try $0.replacingRecords(replaced) })
    case .not(let query): .not(try query.replacingRecords(replaced))
    }
  }
}

/// Something that holds of a copy or does not, beside its words.
package enum SearchCriterion: Hashable, Sendable {
  /// An address takes part, by its comparison key.
  case address(key: String, in: SearchPhrase.Scope)
  /// Somebody of a domain takes part, or of one below it: a lower-case A-label.
  case domain(key: String, below: Bool, in: SearchPhrase.Scope)
  /// Something is attached.
  case attached
  /// It regards a record.
  case regarding(RecordPattern)
  /// A participant is a record.
  case record(RecordPattern)
  /// It belongs to the user of an address, by its comparison key.
  case owner(key: String)
  /// A rule of this name asked for it.
  case rule(String, isPrefix: Bool)
  /// The organization accepted it for a reason.
  case reason(ReasonCode)
  /// A rule, not the organization's filter, was the reason.
  case trackedByRule
  /// A person tracked it by hand.
  case trackedByHand
  /// It went that way.
  case direction(Direction)
  /// It was sent then: from a time on, in seconds since 1970, and before another.
  case sent(from: Int64?, until: Int64?)
  /// It says something of an appointment or a task; of nothing else where `nil`: plain e-mail.
  case calendar(CalendarItem.Kind?)
  /// It says that an appointment begins, or a task, then: from a time on and before another.
  case starting(from: Int64?, until: Int64?)
  /// A card of an address book is attached (vCard).
  case card
  /// Somebody from outside takes part who is no record.
  case unresolved
  /// Only its beginning is stored.
  case truncated
  /// It is one of a conversation.
  case conversation(Int64)
  /// It has a number.
  case id(Int64)
  /// It has a Message-ID; without brackets.
  case messageID(String)

  /// Which records are meant.
  package enum RecordPattern: Hashable, Sendable {
    /// This one.
    case one(RecordReference)
    /// All of a type.
    case type(String)
    /// Any.
    case any
    /// None at all.
    case none

    /// Reads `type:id`, a type, `none`, or `*` for any; `nil` where it is none of them.
    package init?(_ text: String) {
      switch text {
      case "*": self = .any
      case "none": self = .none
      default:
        if let record = RecordReference(text) {
          self = .one(record)
        } else if let record = RecordReference(text + ":x") {
          // A type alone is read like the one of a record.
          self = .type(record.type)
        } else {
          return nil
        }
      }
    }
  }
}

/// A word or a phrase of a query, as it was typed.
struct SearchTerm: Hashable {
  /// The name before the colon, lower case; `nil` where there is none.
  var name: String?
  /// The word, or what stands in quotes.
  var text: String
  /// Whether it stands in quotes.
  var isQuoted: Bool
  /// Whether a `*` follows.
  var isPrefix: Bool
  /// Where the text begins.
  var textColumn: Int
}

/// Why a query could not be read: where, and what would be right.
package struct SearchQueryError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The place in the query, in characters, the first is 1.
  package let column: Int
  /// What is wrong, and what would be right.
  package let text: String

  /// Makes an error.
  package init(column: Int, _ text: String) {
    self.column = column
    self.text = text
  }

  /// Both, in one line.
  package var description: String { "query, column \(column): \(text)" }
}
