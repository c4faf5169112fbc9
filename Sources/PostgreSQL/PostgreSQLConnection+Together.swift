import System

/// Many statements in one transaction and one round trip.
extension PostgreSQLConnection {
  /// Carries out a statement once for each list of parameters, in one transaction: all of them, or,
  /// where one fails, none.
  ///
  /// They go one behind the other, without waiting for an answer, where libpq can do that (14 or newer).
  /// No name stays on the server: a pooler may give it to others after the transaction.
  ///
  /// - Parameters:
  ///   - statement: SQL with `$1`, `$2` for the parameters.
  ///   - lists: What stands for them; each list as long as the others, and of the same types.
  ///   - behind: A statement that is carried out after the transaction, and of which nobody minds whether it
  ///     goes well.
  /// - Returns: The rows of each.
  /// - Throws: `PostgreSQLError`; after `lost` and `silent` nobody knows whether all of it was done.
  package func runTogether(
    _ statement: String, _ lists: [[PostgreSQLValue]], behind: String? = nil
  ) throws(PostgreSQLError) -> [PostgreSQLRows] {
    guard let first = lists.first else { return [] }
    guard let pipeline else {
      let rows = try transaction { () throws(PostgreSQLError) in
        var rows: [PostgreSQLRows] = []
        for list in lists { rows.append(try run(statement, list)) }
        return rows
      }
      if let behind { _ = try? run(behind) }
      return rows
    }
    var steps: [Step] = [.send("BEGIN"), .prepare(statement, first)]
    steps += lists.map { .prepared($0) }
    steps.append(.send("COMMIT"))
    let needed = steps.count
    if let behind { steps.append(.send(behind)) }
    let rows: [PostgreSQLRows]
    do {
      rows = try run(steps, needed: needed, by: pipeline)
    } catch {
      if isOpen { _ = try? run("ROLLBACK") }
      throw error
    }
    return Array(rows.dropFirst(2).prefix(lists.count))
  }
}
