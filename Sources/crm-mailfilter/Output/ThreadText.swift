import TrackingStore

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
  func text(_ copies: [StoredCopy], on terminal: Terminal) -> String {
    let entries = ConversationTree(copies).entries
    guard let first = entries.first?.copy else { return "" }
    let head = ColumnLayout(columns: [ColumnLayout.Column(minimum: 16, style: .bold)]).text(
      [
        [
          "Conversation \(first.conversation), "
            + (copies.count == 1 ? "1 message" : "\(copies.count) messages")
            + (first.regarding.map { ", \($0)" } ?? "")
        ]
      ], on: terminal)
    return head
      + Self.layout.text(
        entries.map { entry in
          [
            entry.copy.id.description, dates.short(entry.copy.sentAt),
            branch(entry) + (entry.copy.senderAddress ?? "nobody"), entry.newSubject ?? "",
          ]
        }, on: terminal)
  }

  private func branch(_ entry: ConversationTree.Entry) -> String {
    guard entry.depth > 0 else { return "" }
    guard entry.depth > Self.deepest else { return entry.branch + " " }
    return "…" + entry.branch.suffix(2 * Self.deepest - 1) + " "
  }
}
