import Tracking

/// A conversation's messages in the order of a tree: each after what it answers, with how deep it is.
struct ConversationTree {
  /// A message in its place.
  struct Entry {
    let copy: TrackedCopy
    /// How many messages are above it.
    let depth: Int
    /// The lines that lead to it, two columns for each level.
    let branch: String
    /// The subject where it says something else than that of the message above.
    let newSubject: String?
    /// The other messages of the conversation that it answers.
    let alsoAnswers: [CopyID]
  }

  /// From the first root on.
  let entries: [Entry]

  private struct Waiting {
    let copy: TrackedCopy
    let depth: Int
    let branch: String
    let margin: String
    let topic: String?
  }

  /// Sorts the copies of a conversation.
  init(_ copies: [TrackedCopy]) {
    let sorted = copies.sorted { ($0.sentAt, $0.id) < ($1.sentAt, $1.id) }
    let known = Set(sorted.map(\.id))
    var answers: [CopyID: [TrackedCopy]] = [:]
    var roots: [TrackedCopy] = []
    for copy in sorted {
      // A message that is not to be seen has nothing below it.
      if let parent = copy.answers, parent != copy.id, known.contains(parent) {
        answers[parent, default: []].append(copy)
      } else {
        roots.append(copy)
      }
    }
    var entries: [Entry] = []
    var seen: Set<CopyID> = []
    // In a damaged store messages may answer each other: each is shown once all the same.
    for root in roots + sorted where !seen.contains(root.id) {
      var stack = [Waiting(copy: root, depth: 0, branch: "", margin: "", topic: nil)]
      while let next = stack.popLast() {
        guard seen.insert(next.copy.id).inserted else { continue }
        let topic = SubjectLine(next.copy.subject).topic
        entries.append(
          Entry(
            copy: next.copy, depth: next.depth, branch: next.branch,
            newSubject: next.topic == topic ? nil : next.copy.subject,
            alsoAnswers: next.copy.alsoAnswers.filter(known.contains)))
        let children = answers[next.copy.id] ?? []
        for (number, child) in children.enumerated().reversed() {
          let isLast = number == children.count - 1
          stack.append(
            Waiting(
              copy: child, depth: next.depth + 1, branch: next.margin + (isLast ? "└─" : "├─"),
              margin: next.margin + (isLast ? "  " : "│ "), topic: topic))
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

  private func branch(_ entry: ConversationTree.Entry) -> String {
    guard entry.depth > 0 else { return "" }
    guard entry.depth > Self.deepest else { return entry.branch + " " }
    return "…" + entry.branch.suffix(2 * Self.deepest - 1) + " "
  }
}
