import TrackingStore

/// What `list` prints: number, time, the other side, record, subject.
struct CopyList {
  let dates: DateText

  private static let layout = ColumnLayout(columns: [
    ColumnLayout.Column(isRightAligned: true, style: .yellow),
    ColumnLayout.Column(style: .cyan),
    ColumnLayout.Column(minimum: 16, readiness: 5),
    ColumnLayout.Column(minimum: 8, readiness: 8, style: .green),
    ColumnLayout.Column(minimum: 16, readiness: 4),
  ])

  /// A line for each copy.
  func text(_ copies: [CopySummary], on terminal: Terminal) -> String {
    Self.layout.text(copies.map(row), on: terminal)
  }

  private func row(_ copy: CopySummary) -> [String] {
    let other =
      copy.direction == .incoming
      ? "from \(copy.senderAddress ?? "nobody")"
      : "to \(copy.recipientAddress ?? "nobody")"
    return [
      copy.id.description, dates.short(copy.sentAt), other, copy.regarding ?? "-", copy.subject,
    ]
  }
}
