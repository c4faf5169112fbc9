/// A kind of rows that name a row which may be gone.
package enum OrphanKind: Hashable, Sendable {
  /// Rows of a table whose column names a row of another.
  case reference(table: String, column: String, parent: String, isOptional: Bool)
  /// Bytes of messages.
  case content
  /// Records of participants.
  case participantRecords

  /// The condition on the rows, in SQL.
  var condition: String {
    switch self {
    case .reference(_, let column, let parent, _):
      """
      \(Self.quoted(column)) IS NOT NULL AND NOT EXISTS (SELECT 1 FROM \(Self.quoted(parent)) AS parent
        WHERE parent.id = child.\(Self.quoted(column)))
      """
    case .content:
      """
      NOT EXISTS (SELECT 1 FROM copy AS parent
        WHERE parent.id = child.id / \(CopyWriter.chunksPerCopy))
      """
    case .participantRecords:
      """
      NOT EXISTS (SELECT 1 FROM participant AS parent
        WHERE parent.copy = child.copy AND parent.number = child.number)
      """
    }
  }

  /// Their table.
  var table: String {
    switch self {
    case .reference(let table, _, _, _): table
    case .content: "content"
    case .participantRecords: "participant_record"
    }
  }

  /// What they name.
  var parent: String {
    switch self {
    case .reference(_, _, let parent, _): parent
    case .content: "copy"
    case .participantRecords: "participant"
    }
  }

  /// The statement that repairs them; `nil` where nothing can be done without loss.
  var repairing: String? {
    switch self {
    case .reference("copy", "conversation", _, _):
      "INSERT OR IGNORE INTO conversation (id) SELECT conversation FROM copy AS child WHERE \(condition)"
    // A copy is not taken away because its owner is gone.
    case .reference("copy", _, _, false): nil
    case .reference(_, let column, _, true):
      "UPDATE \(Self.quoted(table)) AS child SET \(Self.quoted(column)) = NULL WHERE \(condition)"
    case .reference, .content, .participantRecords:
      "DELETE FROM \(Self.quoted(table)) AS child WHERE \(condition)"
    }
  }

  /// A name of the schema, which may be a stranger's, as SQL takes it.
  static func quoted(_ name: String) -> String {
    "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
      + "\""
  }
}
