/// Which copies a search finds: what a query says, as a value.
public indirect enum SearchQuery: Hashable, Sendable {
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
}
