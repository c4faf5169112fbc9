import GRDB
import Tracking

/// What a query asks of a row of `copy`, in SQL.
struct CopyCondition {
  /// An expression.
  let sql: String
  /// What its parameters stand for.
  let arguments: StatementArguments

  /// Whether the copy belongs to the user `:reader` or came through one of the user's mailboxes.
  static let isOwn = """
    (owner = :reader OR EXISTS (SELECT 1 FROM delivery JOIN user_address
      ON user_address.address_key = delivery.mailbox
      WHERE delivery.copy = copy.id AND user_address.user = :reader))
    """

  /// The condition of a query.
  init(_ query: CopyQuery) {
    var terms: [String] = []
    var arguments: [String: (any DatabaseValueConvertible)?] = [:]
    if let participant = query.participant {
      terms.append(
        "copy.id IN (SELECT copy FROM participant WHERE address_key = :participant)")
      arguments["participant"] = participant.comparisonKey
    }
    if let record = query.regarding {
      terms.append("(regarding_type = :regarding_type AND regarding_id = :regarding_id)")
      arguments["regarding_type"] = record.type
      arguments["regarding_id"] = record.id
    }
    if let record = query.record {
      terms.append(
        """
        ((regarding_type = :record_type AND regarding_id = :record_id) OR copy.id IN (
          SELECT participant_record.copy FROM participant_record
            JOIN record ON record.id = participant_record.record
            WHERE record.type = :record_type AND record.record_id = :record_id))
        """)
      arguments["record_type"] = record.type
      arguments["record_id"] = record.id
    }
    if let conversation = query.conversation {
      terms.append("conversation = :conversation")
      arguments["conversation"] = conversation
    }
    if let direction = query.direction {
      terms.append("direction = :direction")
      arguments["direction"] = direction.rawValue
    }
    if let since = query.since {
      terms.append("sent_at >= :since")
      arguments["since"] = since
    }
    if let until = query.until {
      terms.append("sent_at < :until")
      arguments["until"] = until
    }
    if let search = query.search {
      let condition = SearchCondition(search)
      terms.append("(\(condition.sql))")
      arguments.merge(condition.arguments) { $1 }
    }
    if let reader = query.visibleTo {
      terms.append(Self.isOwn)
      arguments["reader"] = reader.id
    }
    if query.leavesOutKnown {
      terms.append(
        """
        NOT EXISTS (SELECT 1 FROM remote_copy
          WHERE remote_copy.copy = copy.id AND remote_copy.state = 'known')
        """)
    }
    sql = terms.isEmpty ? "TRUE" : terms.joined(separator: " AND ")
    self.arguments = StatementArguments(arguments)
  }
}
