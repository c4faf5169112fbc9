/// An option of the filter: the one place from which arguments, help and manual are made.
public struct FilterOption: Sendable {
  /// What an option does to the options.
  public enum Effect: Sendable {
    /// It stands alone.
    case flag(@Sendable (inout FilterOptions) -> Void)
    /// It takes a value.
    case value(@Sendable (String, inout FilterOptions) -> Void)
  }

  /// The name without dashes.
  public let name: String
  /// What its value is called; `nil` where it takes none.
  public let value: String?
  /// What it does, in one line.
  public let summary: String
  /// What it does.
  public let effect: Effect

  init(_ name: String, value: String? = nil, _ summary: String, _ effect: Effect) {
    self.name = name
    self.value = value
    self.summary = summary
    self.effect = effect
  }
}
