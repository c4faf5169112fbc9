import InternetMessage
import Tracking

/// What a batch asks for again and again, and nobody changes while it has the turn to write.
final class StoreCache {
  /// The organization's settings.
  var policy: OrganizationPolicy?
  /// All users by address key; `nil` where nobody asked yet.
  var users: [String: [OrganizationUser]]?
  /// Whether there are any records.
  var hasRecords: Bool?
  /// Whether anything was withdrawn.
  var hasTombstones: Bool?
  /// The form of the index, where it is ready to take copies; `nil` where nobody looked yet.
  var searchForm: (form: SearchForm?, Void)?

  private var matches: [String: [RecordMatch]] = [:]

  // Some MB; who writes once is looked up once.
  private static let maxMatches = 20_000

  /// The records that match an address key, as they were found before.
  func matches(_ key: String) -> [RecordMatch]? { matches[key] }

  /// Notes what was found.
  func setMatches(_ records: [RecordMatch], for key: String) {
    if matches.count >= Self.maxMatches { matches = [:] }
    matches[key] = records
  }
}
