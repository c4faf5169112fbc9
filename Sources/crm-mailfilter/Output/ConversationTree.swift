import Tracking

/// A conversation's messages in the order of a tree: each after what it answers, with how deep it is.
struct ConversationTree {
  /// A message in its place.
  struct Entry {
    let copy: TrackedCopy
    /// How many messages are above it.
    let depth: Int
    /// Whether it is the last that answers the message above.
    let isLast: Bool
    /// Through which levels above it a line goes on to messages below.
    ///
    /// A bit for each of the nearest 64, the lowest for the nearest: a conversation may be as deep as it
    /// is long, and then a text for each message would be as long as the conversation, too.
    let passing: UInt64
    /// The subject where it says something else than that of the message above.
    let newSubject: String?
    /// The other messages of the conversation that it answers.
    let alsoAnswers: [CopyID]
  }

  /// From the first root on.
  let entries: [Entry]

  private struct Waiting {
    /// Where the message stands among those in the order of their times.
    let place: Int
    var depth = 0
    var isLast = true
    var passing: UInt64 = 0
    /// What the message above is about.
    var topic: String?
  }

  /// Sorts the copies of a conversation.
  init(_ copies: [TrackedCopy]) {
    // What moves while it is sorted is small, unlike a copy.
    let order = copies.indices.map { (copies[$0].sentAt, copies[$0].id, $0) }.sorted(by: <)
    let sorted = order.map(\.2)
    let places = Dictionary(sorted.enumerated().map { (copies[$1].id, $0) }) { first, _ in first }
    var answers: [[Int]] = Array(repeating: [], count: sorted.count)
    var roots: [Int] = []
    for (place, index) in sorted.enumerated() {
      // A message that is not to be seen has nothing below it.
      if let parent = copies[index].answers.flatMap({ places[$0] }), parent != place {
        answers[parent].append(place)
      } else {
        roots.append(place)
      }
    }
    var entries: [Entry] = []
    entries.reserveCapacity(sorted.count)
    var seen = Array(repeating: false, count: sorted.count)
    // In a damaged store messages may answer each other: each is shown once all the same.
    for root in [roots, Array(sorted.indices)].joined() where !seen[root] {
      var stack = [Waiting(place: root)]
      while let next = stack.popLast() {
        guard !seen[next.place] else { continue }
        seen[next.place] = true
        let copy = copies[sorted[next.place]]
        let topic = SubjectLine(copy.subject).topic
        entries.append(
          Entry(
            copy: copy, depth: next.depth, isLast: next.isLast, passing: next.passing,
            newSubject: next.topic == topic ? nil : copy.subject,
            alsoAnswers: copy.alsoAnswers.filter { places[$0] != nil }))
        // Nothing passes a message that begins a conversation.
        let passing = next.depth == 0 ? 0 : next.passing << 1 | (next.isLast ? 0 : 1)
        let children = answers[next.place]
        for (number, child) in children.enumerated().reversed() {
          stack.append(
            Waiting(
              place: child, depth: next.depth + 1, isLast: number == children.count - 1,
              passing: passing, topic: topic))
        }
      }
    }
    self.entries = entries
  }
}

/// What `thread` prints.
struct ThreadText {
  let dates: DateText

  private static let layout = ColumnLayout(columns: [
    ColumnLayout.Column(isRightAligned: true, style: .yellow),
    ColumnLayout.Column(style: .cyan),
    ColumnLayout.Column(minimum: 24, readiness: 4),
    ColumnLayout.Column(minimum: 16, readiness: 5),
  ])

  /// The deepest place that is drawn as deep as it is.
  private static let deepest = 12

  /// A line about the conversation, then one for each message: number, time, place in the tree and
  /// sender, and the subject where it changes.
  func text(_ copies: [TrackedCopy], on terminal: Terminal) -> String {
    let entries = ConversationTree(copies).entries
    guard let first = entries.first?.copy else { return "" }
    let head = ColumnLayout(columns: [ColumnLayout.Column(minimum: 16, style: .bold)]).text(
      [
        [
          "Conversation \(first.conversation), "
            + (copies.count == 1 ? "1 message" : "\(copies.count) messages")
            + (first.regarding.map { ", \($0)" } ?? "")
            + (first.regarding.flatMap { first.recordNames[$0] }.map { " \($0)" } ?? "")
        ]
      ], on: terminal)
    return head
      + Self.layout.text(
        entries.map { entry in
          [
            entry.copy.id.description, dates.short(entry.copy.sentAt),
            branch(entry) + (entry.copy.senderAddress ?? "nobody") + others(entry),
            entry.newSubject ?? "",
          ]
        }, on: terminal)
  }

  private func others(_ entry: ConversationTree.Entry) -> String {
    entry.alsoAnswers.isEmpty
      ? ""
      : " (answers " + entry.alsoAnswers.map(\.description).joined(separator: ", ") + ", too)"
  }

  /// The lines that lead to a message, two columns for each level.
  private func branch(_ entry: ConversationTree.Entry) -> String {
    guard entry.depth > 0 else { return "" }
    var text = ""
    // What lies higher is not drawn; a sign stands for it.
    var levels = min(entry.depth, Self.deepest) - 1
    if entry.depth > Self.deepest {
      text = "… "
      levels -= 1
    }
    for level in (0..<levels).reversed() {
      text += entry.passing >> UInt64(level) & 1 == 0 ? "  " : "│ "
    }
    return text + (entry.isLast ? "└─ " : "├─ ")
  }
}
