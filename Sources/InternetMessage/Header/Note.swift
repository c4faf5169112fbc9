/// Something odd that was met and how it was read; shown by `explain`, never an error.
public struct Note: Hashable, Sendable {
  /// What was met.
  public let kind: NoteKind

  /// The field in which it was met, lower-cased; `nil` for the header section as a whole.
  public let field: String?

  /// Makes a note.
  public init(_ kind: NoteKind, field: String? = nil) {
    self.kind = kind
    self.field = field
  }
}
