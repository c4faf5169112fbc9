import GRDB
import Tracking

extension Store {
  /// Counts the copies of a query: by month in their order, else the most first.
  ///
  /// - Parameters:
  ///   - query: Which copies; its limit and order do not count.
  ///   - dimension: By what; `nil` for all of them together, which gives one line.
  /// - Returns: The lines; none where there are no such copies.
  /// - Throws: `StoreError`.
  package func statistics(
    of query: CopyQuery, by dimension: CopyStatistic.Dimension?
  ) throws -> [CopyStatistic] {
    let value =
      switch dimension {
      case .month: "strftime('%Y-%m', sent_at, 'unixepoch', 'localtime')"
      case .record: "regarding_type || ':' || regarding_id"
      case .rule: "rule"
      // Of what a rule or a person asked for there is no code; a search has these names for it.
      case .reason:
        """
        CASE WHEN is_manual THEN 'Manual' WHEN reason_code IS NULL THEN 'Rule'
            ELSE CAST(reason_code AS TEXT) END
        """
      case .sender: "(\(Self.senderKey))"
      // The last @: one may stand in a quoted local part.
      case .domain:
        "(SELECT replace(key, rtrim(key, replace(key, '@', '')), '') FROM (\(Self.senderKey)))"
      case nil: "NULL"
      }
    return try readConsistently { db in
      let condition = CopyCondition(try Self.current(query, in: db))
      return try Row.fetchAll(
        db,
        sql: """
          SELECT \(value) AS value, count(*) AS number,
              count(*) FILTER (WHERE direction = 'incoming') AS incoming, sum(size) AS size
            FROM copy WHERE \(condition.sql) GROUP BY 1
            ORDER BY \(dimension == .month ? "value" : "number DESC, value IS NULL, value")
          """,
        arguments: condition.arguments
      ).map { row in
        let number: Int = row["number"]
        let incoming: Int = row["incoming"]
        return CopyStatistic(
          value: row["value"], incoming: incoming, outgoing: number - incoming, size: row["size"])
      }
    }
  }
}

extension Store {
  /// The sender's address as addresses are compared.
  private static let senderKey = """
    SELECT address_key AS key FROM participant WHERE copy = copy.id AND role = 'from' ORDER BY number LIMIT 1
    """
}
