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

  /// A text without what a terminal would obey, and how many columns it takes.
  private struct Cell {
    let text: String
    let width: Int

    init(_ text: String) {
      self.text = text
      width = DisplayWidth.of(text)
    }
  }

  /// The rows as lines; terminal controls are neutralised.
  func text(_ rows: [[String]], on terminal: Terminal) -> String {
    let rows = rows.map { $0.map { Cell(SafeText.neutralised($0)) } }
    let widths = widths(of: rows, within: terminal.width)
    var text = ""
    for row in rows {
      guard terminal.width != nil else {
        addLine(row, widths, on: terminal, to: &text)
        continue
      }
      let cells = row.enumerated().map { number, cell in
        if cell.width <= widths[number], widths[number] > 0 { return [cell] }
        return columns[number].isBroken
          ? DisplayWidth.wrapped(cell.text, to: widths[number]).map(Cell.init)
          : [Cell(DisplayWidth.cut(cell.text, to: widths[number]))]
      }
      let empty = Cell("")
      for number in 0..<(cells.map(\.count).max() ?? 0) {
        let pieces = cells.map { number < $0.count ? $0[number] : empty }
        addLine(pieces, widths, on: terminal, to: &text)
      }
    }
    return text
  }

  private func addLine(
    _ cells: [Cell], _ widths: [Int], on terminal: Terminal, to text: inout String
  ) {
    // Blanks before the end of a line would only be in the way.
    let last = cells.lastIndex { !$0.text.isEmpty } ?? 0
    for (number, cell) in cells.enumerated().prefix(last + 1) {
      let column = columns[number]
      let blanks = max(0, widths[number] - cell.width)
      if column.isRightAligned { Self.addBlanks(blanks, to: &text) }
      text += terminal.styled(cell.text, column.style)
      if number < last {
        Self.addBlanks((column.isRightAligned ? 0 : blanks) + Self.gap, to: &text)
      }
    }
    text += "\n"
  }

  private static func addBlanks(_ count: Int, to text: inout String) {
    for _ in 0..<count { text += " " }
  }

  private func widths(of rows: [[Cell]], within width: Int?) -> [Int] {
    var widths = columns.indices.map { column in
      rows.reduce(0) { max($0, $1.indices.contains(column) ? $1[column].width : 0) }
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
