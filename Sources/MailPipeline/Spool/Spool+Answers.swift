import InternetMessage
import System
import Tracking

extension Spool {
  /// What waits of an organization's own mail and has one of some names.
  ///
  /// Mail for which no organization was known yet counts where it waits by the same profile.
  ///
  /// - Parameters:
  ///   - names: The names.
  ///   - organization: The organization.
  ///   - profile: The profile.
  ///   - end: When to stop looking at what has no number yet.
  /// - Returns: The places; `nil` where there was no time to look at all.
  func places(
    named names: [MessageName], organization: String?, profile: String?, until end: Deadline? = nil
  ) -> [SpoolPlace]? {
    guard !names.isEmpty, !isEmpty else { return [] }
    var found: [SpoolPlace] = []
    let content = self.names(in: "")
    if let index = SpoolIndex(in: path, names: content) {
      let own = Self.organizationHash(organization)
      let unknown = Self.queue(profile: profile, organization: nil)
      for name in names {
        // One that cannot be read holds nobody up.
        for record in (try? index.records(of: name)) ?? []
        where record.organization == own || record.queue == unknown {
          if fileSize(record.place) != nil { found.append(record.place) }
        }
      }
    }
    let wanted = Set(names)
    for name in content where SpoolPlace.isName(name) {
      if end?.hasPassed ?? false { return nil }
      guard let entry = try? entry(SpoolPlace(folder: "", name: name)),
        entry.organization == organization || entry.organization == nil && entry.profile == profile,
        let names = try? self.names(of: entry), !wanted.isDisjoint(with: names)
      else { continue }
      found.append(entry.place)
    }
    return found
  }
}
