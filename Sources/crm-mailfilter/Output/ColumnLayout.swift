import MailPipeline
import System

/// Rows of columns, fitted to a terminal: where they are wider than it, those that may are cut.
struct ColumnLayout {
  /// A column.
  struct Column {
    /// Whether its texts stand at its right edge.
    var isRightAligned = false
    /// The width below which it is not cut; `nil` where it is never cut.
    var minimum: Int?
    /// How readily it is cut, compared with others of its width.
    var readiness = 1
    /// How it looks.
    var style = TerminalStyle.plain
    /// Whether what does not fit goes on below instead of being cut.
    var isBroken = false
  }

  private static let gap = 2

  /// The columns; the last one is not filled up with blanks.
  let columns: [Column]

  /// The rows as lines; terminal controls are neutralised.
  func text(_ rows: [[String]], on terminal: Terminal) -> String {
    let rows = rows.map { $0.map(SafeText.neutralised) }
    let widths = widths(of: rows, within: terminal.width)
    var text = ""
    for row in rows {
      let cells = row.enumerated().map { number, cell in
        guard terminal.width != nil else { return [cell] }
        return columns[number].isBroken
          ? DisplayWidth.wrapped(cell, to: widths[number])
          : [DisplayWidth.cut(cell, to: widths[number])]
      }
      for number in 0..<(cells.map(\.count).max() ?? 0) {
        let pieces = cells.map { number < $0.count ? $0[number] : "" }
        text += line(pieces, widths, on: terminal)
      }
    }
    return text
  }

  private func line(_ cells: [String], _ widths: [Int], on terminal: Terminal) -> String {
    var text = ""
    // Blanks before the end of a line would only be in the way.
    let last = cells.lastIndex { !$0.isEmpty } ?? 0
    for (number, cell) in cells.enumerated().prefix(last + 1) {
      let column = columns[number]
      let blanks = String(repeating: " ", count: max(0, widths[number] - DisplayWidth.of(cell)))
      if column.isRightAligned { text += blanks }
      text += terminal.styled(cell, column.style)
      if number < last {
        if !column.isRightAligned { text += blanks }
        text += String(repeating: " ", count: Self.gap)
      }
    }
    return text + "\n"
  }

  private func widths(of rows: [[String]], within width: Int?) -> [Int] {
    var widths = columns.indices.map { column in
      rows.reduce(0) { max($0, $1.indices.contains(column) ? DisplayWidth.of($1[column]) : 0) }
    }
    guard let width else { return widths }
    var excess = widths.reduce(0, +) + Self.gap * (columns.count - 1) - width
    while excess > 0 {
      let candidates = columns.indices.filter { number in
        columns[number].minimum.map { widths[number] > $0 } ?? false
      }
      let widest = candidates.max {
        widths[$0] * columns[$0].readiness < widths[$1] * columns[$1].readiness
      }
      guard let widest else { break }
      widths[widest] -= 1
      excess -= 1
    }
    return widths
  }
}
