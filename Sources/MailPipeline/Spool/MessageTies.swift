import InternetMessage
import Tracking

/// By what messages may have to do with each other, whoever of them was first: what they are called, what they
/// answer, and their subjects.
struct MessageTies {
  private var names: Set<MessageName> = []
  private var topics: Set<String> = []

  /// Adds a message; whether it has nothing to do with those before it.
  mutating func insert(_ header: MessageHeader) -> Bool {
    var isAlone = true
    for name in Set(MessageName.all(of: header) + MessageName.answered(by: header))
    where !names.insert(name).inserted {
      isAlone = false
    }
    // Two without a subject share nothing by that.
    let topic = SubjectLine(header.subject ?? "").topic.lowercased()
    if !topic.isEmpty, !topics.insert(topic).inserted { isAlone = false }
    return isAlone
  }
}
