import InternetMessage
import Testing
import Tracking

@testable import TrackingStore

/// Copies and tombstones that stores of before have under keys of the first form.
@Suite struct KeyFormTests {
  private static let plain =
    "Message-ID: <1@x>\nFrom: erin@fabrikam.example\nTo: dana@contoso.example\n\nHello\n"

  /// A draft under the key of the first form, as an earlier version would have stored it, and as this
  /// one does.
  private func drafts(_ place: TemporaryStore) throws -> (before: CopyDraft, now: CopyDraft) {
    let text = "Content-Language: de\n" + Self.plain
    let bytes = Array(text.utf8)
    let section = HeaderSection(bytes)
    var digest = MessageKeysDigest(section)
    bytes[section.bodyOffset...].withUnsafeBytes { digest.update($0) }
    let keys = digest.finish()
    var now = try place.draft(text)
    now.key = keys.key
    now.firstKey = keys.first
    var before = now
    before.key = try #require(keys.first)
    before.firstKey = nil
    return (before, now)
  }

  @Test func aCopyIsFound() throws {
    let place = try TemporaryStore()
    let (before, now) = try drafts(place)
    try place.deliver(before)
    #expect(try place.deliver(now).outcome == .seenAgain)
    #expect(try place.number("SELECT count(*) FROM copy") == 1)
    // The other direction is another copy, in the same conversation.
    var sent = now
    sent.direction = .outgoing
    #expect(try place.deliver(sent).outcome == .created)
    #expect(try place.number("SELECT count(DISTINCT conversation) FROM copy") == 1)
  }

  @Test func whatWasWithdrawnStaysSoUntilAHandTracksIt() throws {
    let place = try TemporaryStore()
    let (before, now) = try drafts(place)
    let copy = try #require(try place.deliver(before).copy)
    let dana = try #require(try place.store.users().first)
    #expect(try place.store.untrack(copy, by: dana, now: 1) == .deleted)
    #expect(try place.deliver(now).outcome == .withdrawn)
    var byHand = now
    byHand.grounds.isManual = true
    #expect(try place.deliver(byHand).outcome == .created)
    #expect(try place.deliver(now).outcome == .seenAgain)
  }

  @Test func aCopyWithoutTheFieldIsTheSame() throws {
    let place = try TemporaryStore()
    try place.deliver(drafts(place).now)
    #expect(try place.deliver(place.draft(Self.plain)).outcome == .seenAgain)
  }
}
