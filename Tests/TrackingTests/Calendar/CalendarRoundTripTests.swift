import InternetMessage
import System
import Testing

@testable import Tracking

/// What is written of a calendar is read again as it was.
@Suite(
  "Calendars written",
  .enabled(if: SharedCalendars.isPresent, "the cases do not lie beside the repository"))
struct CalendarRoundTripTests {
  private static let zones = ZoneSource { ZoneFiles.contents(of: $0) }

  @Test(arguments: SharedCalendars.all) func readsAgain(_ line: SharedCalendar) throws {
    for bytes in try line.messages() {
      for word in MessageCalendar.words(of: Message(bytes), zones: Self.zones, receivedAt: 0) {
        let text = CalendarWriter.calendar(
          of: [word.item], method: word.item.method, for: .keeping)
        let read = CalendarReader.items(of: text, zones: Self.zones)
        #expect(read.count == 1)
        guard let item = read.first else { continue }
        #expect(Self.told(item) == Self.told(word.item))
        let dates = word.item.occurrences(limit: 5).starts.map(\.text)
        #expect(item.occurrences(limit: 5).starts.map(\.text) == dates)
      }
    }
  }

  private static func told(_ item: CalendarItem) -> [String] {
    let people = ([item.organizer].compactMap { $0 } + item.attendees).map { "\($0)" }
    let times = [item.start, item.end, item.recurrenceID].map { $0?.text ?? "" }
    let zones = [item.start, item.end].map { $0?.zone ?? "" }
    let texts = [
      item.uid, item.method, item.summary, item.location, item.description, item.comment,
      item.status, item.recurrence.text,
    ].map { $0 ?? "" }
    let numbers = [item.sequence, item.stamp ?? -1, item.percent ?? -1].map(String.init)
    return times + zones + texts + numbers + people + ["\(item.isThisAndFuture)"]
  }
}
