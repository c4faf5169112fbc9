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
