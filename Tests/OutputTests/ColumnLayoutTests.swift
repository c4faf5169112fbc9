import Testing

@testable import crm_mailfilter

@Suite("Columns that fit a terminal")
struct ColumnLayoutTests {
  private let layout = ColumnLayout(columns: [
    ColumnLayout.Column(isRightAligned: true, style: .yellow),
    ColumnLayout.Column(minimum: 4), ColumnLayout.Column(minimum: 6),
  ])

  @Test("no line is wider than the terminal, and each column begins where it did above")
  func fits() {
    let text = layout.text(
      [["1", "お見積もりの件について", "a subject of some length"], ["20", "short", "b"]],
      on: Terminal(width: 24, hasColour: false))
    #expect(text == " 1  お見積も…  a subjec…\n20  short      b\n")
    #expect(text.split(separator: "\n").allSatisfy { DisplayWidth.of(String($0)) <= 24 })
  }

  @Test("where there is no terminal nothing is cut and nothing coloured")
  func whole() {
    let text = layout.text([["1", "お見積もりの件について", "x"], ["2", "s", "y"]], on: .none)
    #expect(text == "1  お見積もりの件について  x\n2  s                       y\n")
  }

  @Test("colours are put around what is shown; controls are neutralised")
  func styles() {
    let text = layout.text(
      [["1", "\u{1B}[31mred", "\u{202E}x"]], on: Terminal(width: 80, hasColour: true))
    #expect(text == "\u{1B}[33m1\u{1B}[m  \u{FFFD}[31mred  \u{FFFD}x\n")
  }
}

extension ColumnLayoutTests {
  @Test("a column that may be broken goes on below, and the columns stay where they are")
  func broken() {
    let layout = ColumnLayout(columns: [
      ColumnLayout.Column(), ColumnLayout.Column(minimum: 5, readiness: 2, isBroken: true),
      ColumnLayout.Column(minimum: 8, isBroken: true),
    ])
    let rows = [["one", "a, b, c", "some words here"], ["four", "d", "e"]]
    #expect(
      layout.text(rows, on: Terminal(width: 21, hasColour: false)) == """
        one   a, b,  some
              c      words
                     here
        four  d      e

        """)
    #expect(layout.text(rows, on: .none).hasPrefix("one   a, b, c  some words here\n"))
  }
}
