import GRDB
import Tracking

/// A query as a condition on a row of `copy`.
///
/// A condition is true or false, never NULL, so that NOT turns it. What a person typed reaches SQLite as a value only, and FTS5 as a string in quotes.
struct SearchCondition {
  /// An expression; its parameters are named `:search0` and so on.
  private(set) var sql = ""
  /// What they stand for.
  private(set) var arguments: [String: (any DatabaseValueConvertible)?] = [:]

  /// Compiles a query.
  init(_ query: SearchQuery) { sql = condition(query) }

  // MARK: Words

  /// What FTS5 is asked for all words of a query that must not be missing, to rank what was found.
  static func ranking(_ query: SearchQuery) -> String? {
    let words = phrases(query)
    return words.isEmpty ? nil : words.map { "(\(match($0)))" }.joined(separator: " OR ")
  }

  private static func phrases(_ query: SearchQuery) -> [SearchPhrase] {
    switch query {
    case .words(let phrase): [phrase]
    case .and(let parts), .or(let parts): parts.flatMap(phrases)
    case .all, .criterion, .not: []
    }
  }

  /// So deep parentheses may stand in each other for FTS5, whose parser has a stack of 100.
  private static let maxDepth = 10

  /// A query that FTS5 can answer alone; `nil` where it cannot.
  private static func match(_ query: SearchQuery, depth: Int = 0) -> String? {
    guard depth < maxDepth else { return nil }
    switch query {
    case .words(let phrase): return match(phrase)
    case .or(let parts): return joined(parts, by: " OR ", depth: depth)
    case .and(let parts): return joined(parts, by: " AND ", depth: depth)
    case .all, .criterion, .not: return nil
    }
  }

  private static func joined(
    _ parts: [SearchQuery], by operation: String, depth: Int
  ) -> String? {
    let matches = parts.compactMap { match($0, depth: depth + 1) }
    guard matches.count == parts.count else { return nil }
    return matches.map { "(\($0))" }.joined(separator: operation)
  }

  private static func match(_ phrase: SearchPhrase) -> String {
    let columns =
      switch phrase.scope {
      case .anywhere: ""
      case .subject: "{subject} : "
      case .from: "{sender} : "
      case .to: "{recipient} : "
      case .cc: "{copied} : "
      case .participant: "{sender recipient copied other} : "
      case .body: "{body} : "
      case .attachment: "{attachment} : "
      }
    return columns + quoted(SearchWords.prepared(phrase.text)) + (phrase.isPrefix ? " *" : "")
  }

  /// A text as a string of FTS5, in which nothing is an operator.
  ///
  /// A quote or a NUL within ends a word as any other such character does, also where a combining
  /// character makes it a part of another: FTS5 reads bytes.
  private static func quoted(_ text: String) -> String {
    var quoted: [UInt8] = [UInt8(ascii: "\"")]
    for byte in text.utf8 {
      quoted.append(byte == 0 || byte == UInt8(ascii: "\"") ? UInt8(ascii: " ") : byte)
    }
    quoted.append(UInt8(ascii: "\""))
    return String(decoding: quoted, as: UTF8.self)
  }

  // MARK: Conditions

  private mutating func condition(_ query: SearchQuery) -> String {
    if let match = Self.match(query) { return indexed(match) }
    switch query {
    case .all, .words: return "1"
    case .criterion(let criterion): return condition(criterion)
    case .not(let query): return "NOT (\(condition(query)))"
    case .or(let parts): return parts.map { "(\(condition($0)))" }.joined(separator: " OR ")
    case .and(let parts):
      // The words are looked up at once.
      let words = parts.filter { Self.match($0, depth: 1) != nil }
      let others = parts.filter { Self.match($0, depth: 1) == nil }
      return ((words.isEmpty ? [] : [.and(words)]) + others)
        .map { "(\(condition($0)))" }.joined(separator: " AND ")
    }
  }

  private mutating func indexed(_ match: String) -> String {
    "copy.id IN (SELECT rowid FROM search_index WHERE search_index MATCH \(value(match)))"
  }

  private mutating func value(_ value: (any DatabaseValueConvertible)?) -> String {
    let name = "search\(arguments.count)"
    arguments[name] = value
    return ":" + name
  }

  private mutating func condition(_ criterion: SearchCriterion) -> String {
    switch criterion {
    case .address(let key, let scope):
      "copy.id IN (SELECT copy FROM participant WHERE address_key = \(value(key))"
        + "\(Self.roles(scope)))"
    case .domain(let key, let below, let scope): domain(key, below: below, scope)
    case .attached: "EXISTS (SELECT 1 FROM attachment WHERE attachment.copy = copy.id)"
    case .regarding(let pattern): regarding(pattern)
    case .record(let pattern): record(pattern)
    case .owner(let key):
      "copy.owner IN (SELECT user FROM user_address WHERE address_key = \(value(key)))"
    case .rule(let name, let isPrefix):
      isPrefix
        ? "copy.rule IS NOT NULL AND substr(copy.rule, 1, \(value(name.unicodeScalars.count)))"
          + " = \(value(name)) COLLATE NOCASE"
        : "copy.rule IS NOT NULL AND copy.rule = \(value(name)) COLLATE NOCASE"
    case .reason(let code): "copy.reason_code IS \(value(code.rawValue))"
    case .trackedByRule: "copy.reason_code IS NULL AND NOT copy.is_manual"
    case .trackedByHand: "copy.is_manual"
    case .direction(let direction): "copy.direction = \(value(direction.rawValue))"
    case .sent(let from, let until): sent(from, until)
    case .calendar(let kind?):
      "copy.id IN (SELECT copy FROM calendar_entry WHERE kind = \(value(kind.rawValue)))"
    case .calendar(nil):
      "NOT EXISTS (SELECT 1 FROM calendar_entry WHERE calendar_entry.copy = copy.id)"
    case .starting(let from, let until): starting(from, until)
    case .card:
      """
      EXISTS (SELECT 1 FROM attachment WHERE attachment.copy = copy.id AND (
        media_type IN ('text/vcard', 'text/x-vcard', 'text/directory')
          OR lower(substr(attachment.name, -4)) = '.vcf'))
      """
    case .unresolved:
      """
      EXISTS (SELECT 1 FROM participant WHERE participant.copy = copy.id
        AND participant.is_external AND NOT EXISTS (SELECT 1 FROM participant_record
          WHERE participant_record.copy = participant.copy
            AND participant_record.number = participant.number))
      """
    case .truncated: "copy.is_truncated"
    case .conversation(let number): "copy.conversation = \(value(number))"
    case .id(let number): "copy.id = \(value(number))"
    case .messageID(let id): "copy.message_id IS NOT NULL AND copy.message_id = \(value(id))"
    }
  }

  private static func roles(_ scope: SearchPhrase.Scope) -> String {
    switch scope {
    case .from, .to, .cc: " AND role = '\(scope.rawValue)'"
    case .anywhere, .subject, .participant, .body, .attachment: ""
    }
  }

  private mutating func domain(
    _ key: String, below: Bool, _ scope: SearchPhrase.Scope
  ) -> String {
    let end = (below ? "." : "@") + key
    let condition = """
      EXISTS (SELECT 1 FROM participant WHERE participant.copy = copy.id\(Self.roles(scope))
        AND substr(address_key, -\(value(end.unicodeScalars.count))) = \(value(end)))
      """
    // How others are written is not known: as they are compared, or in letters of their own.
    guard key.utf8.allSatisfy({ $0 < 0x80 }), !key.contains("xn--"), SearchWords.hasWords(key)
    else { return condition }
    return indexed(Self.match(SearchPhrase(key, in: scope))) + " AND " + condition
  }

  private mutating func regarding(_ pattern: SearchCriterion.RecordPattern) -> String {
    switch pattern {
    case .one(let record):
      "copy.regarding_type IS NOT NULL AND copy.regarding_type = \(value(record.type))"
        + " AND copy.regarding_id = \(value(record.id))"
    case .type(let type):
      "copy.regarding_type IS NOT NULL AND copy.regarding_type = \(value(type))"
    case .any: "copy.regarding_type IS NOT NULL"
    case .none: "copy.regarding_type IS NULL"
    }
  }

  private mutating func record(_ pattern: SearchCriterion.RecordPattern) -> String {
    let known = "participant_record JOIN record ON record.id = participant_record.record"
    return switch pattern {
    case .one(let record):
      "copy.id IN (SELECT participant_record.copy FROM \(known)"
        + " WHERE record.type = \(value(record.type)) AND record.record_id = \(value(record.id)))"
    case .type(let type):
      "copy.id IN (SELECT participant_record.copy FROM \(known)"
        + " WHERE record.type = \(value(type)))"
    case .any:
      "EXISTS (SELECT 1 FROM participant_record WHERE participant_record.copy = copy.id)"
    case .none:
      "NOT EXISTS (SELECT 1 FROM participant_record WHERE participant_record.copy = copy.id)"
    }
  }

  private mutating func starting(_ from: Int64?, _ until: Int64?) -> String {
    var bounds = ["starts_at IS NOT NULL"]
    if let from { bounds.append("starts_at >= \(value(from))") }
    if let until { bounds.append("starts_at < \(value(until))") }
    // By the index of kinds.
    return "copy.id IN (SELECT copy FROM calendar_entry WHERE kind IN ('appointment', 'task') AND "
      + bounds.joined(separator: " AND ") + ")"
  }

  private mutating func sent(_ from: Int64?, _ until: Int64?) -> String {
    var bounds: [String] = []
    if let from { bounds.append("copy.sent_at >= \(value(from))") }
    if let until { bounds.append("copy.sent_at < \(value(until))") }
    return bounds.joined(separator: " AND ")
  }
}
