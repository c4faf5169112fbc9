import Tracking

/// What `stats` prints: a paragraph for each thing that messages are counted by.
struct StatisticsText {
  /// What messages are counted by.
  let title: String
  /// What each line is about, and its numbers.
  let lines: [(name: String, statistic: CopyStatistic)]
  /// How many lines there are beyond these.
  let further: Int

  private static let shortestBar = 8
  private static let longestBar = 60
  /// Blocks of one to eight eighths.
  private static let blocks: [Character] = ["▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"]

  /// The paragraph; with bars on a terminal that has room for them.
  func text(on terminal: Terminal) -> String {
    let columns = [
      ColumnLayout.Column(minimum: 16, style: .cyan), ColumnLayout.Column(isRightAligned: true),
      ColumnLayout.Column(style: .faint), ColumnLayout.Column(style: .green),
    ]
    let cells = lines.map { line in
      [
        line.name, BatchText.grouped(line.statistic.count),
        "\(BatchText.grouped(line.statistic.incoming)) in, "
          + "\(BatchText.grouped(line.statistic.outgoing)) out, "
          + TextOutput.size(line.statistic.size),
      ]
    }
    let bar = barWidth(beside: cells, on: terminal)
    let most = lines.map(\.statistic.count).max() ?? 0
    let rows = zip(lines, cells).map { line, cells in
      bar < Self.shortestBar ? cells : cells + [Self.bar(line.statistic.count, of: most, in: bar)]
    }
    return terminal.styled("By \(title)", .bold) + "\n"
      + ColumnLayout(columns: columns).text(rows, on: terminal)
      + (further > 0 ? "and \(BatchText.grouped(further)) more\n" : "")
  }

  private func barWidth(beside cells: [[String]], on terminal: Terminal) -> Int {
    guard let width = terminal.width else { return 0 }
    let taken = (0..<3).reduce(0) { sum, column in
      sum + 2 + (cells.map { DisplayWidth.of($0[column]) }.max() ?? 0)
    }
    return min(width - taken, Self.longestBar)
  }

  private static func bar(_ count: Int, of most: Int, in width: Int) -> String {
    guard most > 0 else { return "" }
    // What is there is seen.
    let eighths = max(1, count * width * 8 / most)
    let rest = eighths % 8
    return String(repeating: blocks[7], count: eighths / 8)
      + (rest > 0 ? String(blocks[rest - 1]) : "")
  }
}

/// A line of `stats` as JSON.
struct StatisticObject: Encodable {
  let by: String
  /// What the line is about; `nil` where the messages have none.
  let value: String?
  let statistic: CopyStatistic

  private enum CodingKeys: String, CodingKey {
    case schema, by, value, count, incoming, outgoing, size
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(JSONOutput.schema, forKey: .schema)
    try container.encode(by, forKey: .by)
    try container.encode(value, forKey: .value)
    try container.encode(statistic.count, forKey: .count)
    try container.encode(statistic.incoming, forKey: .incoming)
    try container.encode(statistic.outgoing, forKey: .outgoing)
    try container.encode(statistic.size, forKey: .size)
  }
}
