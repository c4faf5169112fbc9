import InternetMessage
import Tracking

/// What was sent in a call, for the log of requests.
///
/// Of a request about several messages each is told what is about it: addresses of others are left out.
struct DataverseRequestLog {
  private struct Entry {
    var request: SentRequest
    var about: DataverseRequest.About
  }

  private var entries: [Entry] = []

  /// What stands for an address of another message.
  private static let another = ODataText.literal("\u{2026}")

  /// Notes requests that were sent.
  ///
  /// - Parameters:
  ///   - requests: The requests.
  ///   - isPart: Whether they went in one.
  ///   - statuses: The statuses of the answers, as far as there are answers.
  ///   - root: The path of the API.
  ///   - now: Seconds since 1970.
  mutating func note(
    _ requests: [DataverseRequest], isPart: Bool, _ statuses: [Int], root: String, now: Int64
  ) {
    for (place, request) in requests.enumerated() {
      // Who signed in is added where it is sent, and is no part of it.
      entries.append(
        Entry(
          request: SentRequest(
            sentAt: now, isPart: isPart, method: request.method.rawValue,
            path: request.path(below: root),
            fields: request.fields.map { .init(name: $0.name, value: $0.value) },
            body: request.loggedBody ?? request.body,
            status: statuses.indices.contains(place) ? statuses[place] : nil),
          about: request.about))
    }
  }

  /// All of it: that of a call about one message.
  var all: [SentRequest] { Array(entries.prefix(SentRequest.most).map(\.request)) }

  /// What is about each of some questions.
  ///
  /// - Parameters:
  ///   - questions: The questions.
  ///   - addresses: The addresses that are looked up for the question of a place.
  /// - Returns: The requests, for each question.
  func requests(
    about questions: [RemoteQuestion], _ addresses: (_ place: Int) -> [AddrSpec]
  ) -> [[SentRequest]] {
    questions.enumerated().map { place, asked in
      let own = Set(addresses(place).map(\.comparisonKey))
      var found: [SentRequest] = []
      for entry in entries where found.count < SentRequest.most {
        switch entry.about {
        case .call:
          if questions.count == 1 { found.append(entry.request) }
        case .question(let number):
          if number == place { found.append(entry.request) }
        case .answered(let id):
          if asked.answers?.stored == id { found.append(entry.request) }
        case .addresses(let addresses):
          let others = addresses.filter { !own.contains($0.comparisonKey) }
          guard others.count < addresses.count else { continue }
          var request = entry.request
          for other in others {
            let literal = ODataText.literal(ODataText.storable(other.description))
            request.path = request.path.replacing(literal, with: Self.another)
          }
          found.append(request)
        }
      }
      return found
    }
  }
}
