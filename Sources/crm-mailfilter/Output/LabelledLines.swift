import MailPipeline

/// Lines that begin with a label, such as the fields of a message.
struct LabelledLines {
  /// Labels and values.
  let rows: [(label: String, value: String)]

  /// The lines; on a terminal, values are broken to fit it.
  ///
  /// Terminal controls are neutralised.
  func text(on terminal: Terminal) -> String {
    let width = rows.reduce(0) { max($0, DisplayWidth.of($1.label)) } + 2
    let margin = String(repeating: " ", count: width)
    return rows.map { row in
      let value = Log.neutralised(row.value)
      // On a terminal of a few columns there is nothing to be gained.
      let room = terminal.width.map { $0 - width } ?? 0
      let lines = room >= 16 ? DisplayWidth.wrapped(value, to: room) : [value]
      let label = DisplayWidth.padded(Log.neutralised(row.label), to: width)
      return terminal.styled(label, .bold) + lines.joined(separator: "\n" + margin) + "\n"
    }.joined()
  }
}
