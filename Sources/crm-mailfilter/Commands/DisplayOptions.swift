import ArgumentParser

/// How a command shows what it found.
struct DisplayOptions: ParsableArguments {
  @Flag(help: "One JSON object a line instead of text.")
  var json = false

  @Flag(help: "Times in full, as 2026-11-02T10:14:05+01:00.")
  var iso = false

  @Flag(help: "Do not show it through a pager on a terminal.")
  var noPager = false

  /// How times are written.
  var dates: DateText { DateText(now: TextOutput.now, isISO: iso) }

  /// Prints text.
  func show(_ text: String) {
    Pager.print(text, isWanted: !noPager)
  }
}
