import Tracking

extension RecordReference {
  /// Reads a record that a person typed, as `account:7d9b0f5e`.
  ///
  /// - Throws: `CommandError`.
  init(argument text: String) throws {
    guard let record = RecordReference(text) else {
      throw CommandError(.usage, "'\(text)' is no record; write type:id")
    }
    self = record
  }
}
