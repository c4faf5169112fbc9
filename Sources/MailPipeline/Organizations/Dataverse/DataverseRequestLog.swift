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

  /// A message of a call about several.
  struct Message {
    /// The addresses that are looked up for it.
    var addresses: [AddrSpec]
    /// The id there of the e-mail that it answers.
    var answers: String?
  }

  /// What is about each of some messages.
  ///
  /// - Parameter messages: The messages, in their places.
  /// - Returns: The requests, for each message.
  func requests(about messages: [Message]) -> [[SentRequest]] {
    messages.enumerated().map { place, message in
      let own = Set(message.addresses.map(\.comparisonKey))
      var found: [SentRequest] = []
      for entry in entries where found.count < SentRequest.most {
        switch entry.about {
        case .call:
          if messages.count == 1 { found.append(entry.request) }
        case .message(let number):
          if number == place { found.append(entry.request) }
        case .answered(let id):
          if message.answers == id { found.append(entry.request) }
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
