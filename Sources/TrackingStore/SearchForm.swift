import Tracking

/// In what form a copy was indexed: what was made of its text, and whether it was indexed at all.
///
/// An index holds copies of one form. An entry is deleted by exactly the text that was inserted, which
/// only the program that knows the form can give.
struct SearchForm: Equatable {
  /// As the store keeps it; 0 for none.
  let number: Int

  init(number: Int) { self.number = number }

  /// The form that this program gives.
  init(_ policy: OrganizationPolicy) {
    number = Self.versions * 2 + (policy.indexesText ? 1 : 0)
  }

  private static let versions = SearchText.version * 1000 + SearchWords.version

  /// Whether this program knows it.
  var isKnown: Bool { number / 2 == Self.versions }

  /// Whether the text of messages is indexed, not only what their headers say.
  var hasText: Bool { number % 2 == 1 }
}
