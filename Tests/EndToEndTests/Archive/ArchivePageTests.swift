import Foundation
import Testing

/// The pages of an archive in a browser: what they do with hostile mail, and whether everybody can use
/// them.
@Suite(.enabled(if: Browser.isThere, Browser.missing), .serialized, .timeLimit(.minutes(30)))
struct ArchivePageTests {
  /// A folder with an archive of made-up values.
  final class Made {
    let folder: String

    init(_ kind: String, _ count: Int) throws {
      // As Chromium names it: what it says is compared with what was asked for.
      folder =
        URL(fileURLWithPath: NSTemporaryDirectory()).resolvingSymlinksInPath().path
        + "/archive-\(UUID().uuidString)"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      let result = try Program.run(
        Program.besideTests("archive-maker"), [kind, folder, "\(count)"], folder: folder)
      try #require(result.status == 0, "\(result.errors)")
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// The pages below a folder, at most so many.
    func pages(_ below: String, _ limit: Int) -> [String] {
      (FileManager.default.subpaths(atPath: folder + "/" + below) ?? [])
        .filter { $0.hasSuffix(".html") }.sorted().prefix(limit).map { below + "/" + $0 }
    }

    /// Some of each kind.
    var some: [String] {
      ["index.html", "numbers.html", "agenda/index.html", "mail/index.html", "records/index.html"]
        + ["people/index.html"] + pages("r", 4) + pages("p", 3) + pages("c", 3)
        + pages("people", 1) + pages("mail", 1)
    }

    func text(_ path: String) throws -> String {
      try String(contentsOfFile: folder + "/" + path, encoding: .utf8)
    }

    func write(_ text: String, to path: String) throws {
      try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/" + path))
    }
  }

  private func expectClean(_ orders: [Browser.Order], _ answers: [Browser.Answer]) {
    #expect(orders.count == answers.count)
    for (order, answer) in zip(orders, answers) {
      #expect(answer.error == nil, "\(order.url)")
      #expect(answer.value == [], "\(order.url)")
      #expect(answer.messages == [], "\(order.url)")
      #expect(answer.requestsElsewhere == [], "\(order.url)")
      // The style, and nothing that a page does not name.
      #expect(answer.requests?.contains { $0.hasSuffix("/style.css") } == true)
      #expect(Set(answer.requests ?? []).count <= 4)
    }
  }

  @Test(
    "hostile mail does nothing, from a file share as from a web server", arguments: [false, true])
  func hostile(isServed: Bool) throws {
    let made = try Made("hostile", 30)
    let orders = (made.some + made.pages("m", 30))
      .map { Browser.Order(url: $0, expression: Browser.rules) }
    expectClean(orders, try Browser.open(orders, of: made.folder, isServed: isServed))
  }

  @Test("narrow, dark and printed pages are right, too")
  func forms() throws {
    let made = try Made("hostile", 30)
    let narrow = (made.some + made.pages("m", 5))
      .map { Browser.Order(url: $0, expression: Browser.rules, width: 400, dark: true) }
    let printed = (["index.html", "numbers.html"] + made.pages("m", 2))
      .map { Browser.Order(url: $0, expression: Browser.rules, print: true) }
    let dark = (made.some + made.pages("m", 5))
      .map { Browser.Order(url: $0, expression: Browser.rules, dark: true) }
    let orders = narrow + printed + dark
    expectClean(orders, try Browser.open(orders, of: made.folder, isServed: false))
  }

  @Test("what would be wrong is found: the policy, requests elsewhere, and each rule")
  func canFail() throws {
    let made = try Made("pleasant", 12)
    let page = try made.text("index.html")
    let numbers = try made.text("numbers.html")
    /// Parts at the end of a page that are wrong, with what is said of them.
    let parts: [(name: String, part: String, rule: String)] = [
      ("region", "</main><p>Apart</p><main>", "in no landmark"),
      (
        "twins", "<nav aria-label=\"Archive\"><p>Twin</p></nav>", "two landmarks of one name"
      ),
      (
        "sections",
        "<section aria-labelledby=\"one\"><h2 id=\"one\">Same</h2></section>"
          + "<section aria-labelledby=\"two\"><h2 id=\"two\">Same</h2></section>",
        "two landmarks of one name"
      ),
      ("item", "<div><li>Alone</li></div>", "an item of no list"),
      ("term", "<div><dt>Alone</dt></div>", "an item of no list"),
      ("details", "<details><p>Folded</p></details>", "details without a summary"),
      ("alt", "<img src=\"icon.svg\">", "a picture without words"),
      (
        "lurking", "<p aria-hidden=\"true\"><a href=\"index.html\">x</a></p>",
        "hidden, and reached by the keyboard"
      ),
      (
        "nested", "<p><a href=\"index.html\">x <span tabindex=\"0\">y</span></a></p>",
        "a link in a link"
      ),
      ("role", "<p role=\"button\">x</p>", "a role of no part of ours"),
      ("current", "<p><a aria-current=\"yes\" href=\"index.html\">x</a></p>", "no current page"),
      ("direction", "<p dir=\"down\">x</p>", "a direction that is none"),
      (
        "scope", "<table><caption>x</caption><tr><th scope=\"x\">x</th></tr></table>",
        "a heading of no cells"
      ),
      (
        "blank", "<table><caption>x</caption><tr><th scope=\"row\"></th></tr></table>",
        "a heading without words"
      ),
      ("row", "<table><caption>x</caption><tr><td>x</td></tr></table>", "a row without a heading"),
      (
        "cells",
        "<table><caption>x</caption><thead><tr><th scope=\"col\">x</th></tr></thead>"
          + "<tbody><tr><th scope=\"row\">x</th><td>y</td></tr></tbody></table>",
        "a cell without a heading"
      ),
    ]
    /// Rules of the style that are wrong, on a page, with what is said of them.
    let styles: [(name: String, style: String, page: String, rule: String)] = [
      ("pale", ":root { --soft: #a7b2bc }", page, "too little contrast"),
      ("faded", ".lead { opacity: .5 }", page, "faded"),
      ("faint", ".barin { fill: #e0e0e0 }", numbers, "too little contrast"),
      ("words", ".chart text { fill: #d0d0d0 }", numbers, "too little contrast"),
      ("coloured", ".lead a { text-decoration: none }", page, "a link told by its colour alone"),
      (
        "small",
        ".top li a { padding: 0; line-height: 10px; height: 10px }\n"
          + ".top ul { flex-direction: column }", page, "too small to point at"
      ),
      (
        "scrolled",
        "h1 { overflow-x: scroll; width: 2rem; white-space: nowrap; "
          + "overflow-wrap: normal }", page, "scrolled by the mouse alone"
      ),
    ]
    let broken: [(name: String, text: String)] = [
      (
        "inline.html", page.replacing("</main>", with: "<script>document.title = 1</script></main>")
      ),
      (
        "elsewhere.html",
        page.replacing("</main>", with: "<img src=\"http://192.0.2.1/a.png\"></main>")
      ),
      (
        "open.html",
        page.replacing("Content-Security-Policy", with: "x")
          .replacing("</main>", with: "<img src=\"http://192.0.2.1/a.png\"></main>")
      ),
      ("handler.html", page.replacing("<h1>", with: "<h1 onclick=\"x()\">")),
      ("headings.html", page.replacing("</main>", with: "<h4>Deep</h4></main>")),
      ("ids.html", page.replacing("</main>", with: "<p id=\"main\">Twice</p></main>")),
      ("names.html", page.replacing("</main>", with: "<a href=\"index.html\"></a></main>")),
      ("language.html", page.replacing("<html lang=\"en\">", with: "<html>")),
      ("scheme.html", page.replacing("</main>", with: "<a href=\"javascript:x()\">x</a></main>")),
      ("zoom.html", page.replacing("initial-scale=1", with: "maximum-scale=1")),
      (
        "refresh.html",
        page.replacing("<title>", with: "<meta http-equiv=\"refresh\" content=\"60\"><title>")
      ),
      (
        "wide.html",
        page.replacing("</main>", with: "<svg width=\"4000\" aria-hidden=\"true\"></svg></main>")
      ),
    ]
    for (name, text) in broken { try made.write(text, to: name) }
    for (name, part, _) in parts {
      try made.write(page.replacing("</main>", with: part + "</main>"), to: name + ".html")
    }
    for (name, style, page, _) in styles {
      try made.write(try made.text("style.css") + style, to: name + ".css")
      try made.write(page.replacing("style.css", with: name + ".css"), to: name + ".html")
    }
    let names =
      broken.map(\.name) + (parts.map(\.name) + styles.map(\.name)).map { $0 + ".html" }
    let answers = try Browser.open(
      names.map { Browser.Order(url: $0, expression: Browser.rules) }, of: made.folder,
      isServed: true)
    #expect(answers.count == names.count)
    func answer(_ name: String) -> Browser.Answer? {
      names.firstIndex(of: name + ".html").map { answers[$0] }
    }
    func rules(_ name: String) -> [String] {
      if case .list(let rules)? = answer(name)?.value { rules } else { [] }
    }
    #expect(answer("inline")?.messages?.contains { $0.contains("Content Security Policy") } == true)
    #expect(
      answer("elsewhere")?.messages?.contains { $0.contains("Content Security Policy") } == true)
    #expect(answer("open")?.requestsElsewhere == ["http://192.0.2.1/a.png"])
    for (name, rule) in [
      ("handler", "not an attribute of ours, onclick"), ("headings", "a heading skips a rank"),
      ("ids", "an id stands twice, main"), ("names", "a link without a name"),
      ("language", "the page has no language"), ("scheme", "a link that is none"),
      ("wide", "wider than the window"), ("zoom", "nobody may zoom"),
      ("refresh", "the page does not stay"),
    ] + parts.map({ ($0.name, $0.rule) }) + styles.map({ ($0.name, $0.rule) }) {
      #expect(rules(name).contains { $0.hasPrefix(rule) }, "\(name): \(rules(name))")
    }
  }

  @Test("two boxes on a page are told apart, and short lists around a message have none")
  func boxes() throws {
    let made = try Made("pleasant", 60)
    // A record's page may have as many people as mail.
    let people = try #require(
      try made.text("people/index.html")
        .firstMatch(of: /(?s)(<ul class="plain directory"[^>]*>)(.*?)<\/ul>/)
    ).output
    try made.write(
      try made.text("index.html").replacing(
        "</main>", with: people.1 + people.2 + people.2 + "</ul></main>"), to: "two.html")
    let answer = try #require(
      made.pages("m", 99).first {
        let text = try made.text($0)
        return text.contains("<h3>Earlier</h3>") && text.contains("<h3>Later</h3>")
      })
    let orders = [
      Browser.Order(url: "two.html", expression: "''+document.querySelectorAll('.filter').length"),
      Browser.Order(url: "two.html", expression: Browser.rules),
      Browser.Order(
        url: answer, expression: "''+document.querySelectorAll('[data-filter]').length"),
    ]
    let answers = try Browser.open(orders, of: made.folder, isServed: false)
    #expect(answers.map(\.value) == ["2", [], "0"])
  }

  @Test("attachments and messages are saved, never shown", arguments: [false, true])
  func downloads(isServed: Bool) throws {
    let made = try Made("pleasant", 12)
    // The message 0 has a file.
    let page = try #require(
      made.pages("m", 99).first { try made.text($0).contains("download=\"Offer P-40.pdf\"") })
    // A page saved as mail: Chromium shows one that is called .eml.
    let original = page.replacing(".html", with: ".eml.bin")
    try made.write(
      """
      From: <Saved by Blink>\r\nMIME-Version: 1.0\r
      Content-Type: multipart/related; type="text/html"; boundary="b"\r\n\r
      --b\r\nContent-Type: text/html\r\nContent-Location: http://192.0.2.1/\r\n\r
      <h1>Own</h1>\r\n--b--\r\n
      """, to: original)
    let orders = [
      Browser.Order(url: page, expression: "location.href", click: "a[download^=Offer]"),
      Browser.Order(url: page, expression: "location.href", click: "a[download$=eml]"),
      Browser.Order(url: original, expression: "document.body.innerText"),
    ]
    let answers = try Browser.open(orders, of: made.folder, isServed: isServed)
    try #require(answers.count == 3)
    for answer in answers[..<2] {
      // The page is still there.
      #expect(answer.value == .text((answer.site ?? "") + "/" + page))
      #expect(answer.requestsElsewhere == [])
    }
    #expect(answers[2].value == "")
    // A file share has no names but those of the files.
    #expect(answers[0].downloads == [isServed ? "Offer P-40.pdf" : "2.bin"])
    #expect(answers[2].downloads?.count == 1)
  }

  @Test("the box filters a list by what its rows say, and times are in the reader's form")
  func script() throws {
    let made = try Made("pleasant", 60)
    let filter = """
      (() => {
        const input = document.querySelector('.filter input');
        const rows = [...document.querySelectorAll('.mail li')];
        const shown = text => {
          input.value = text;
          input.dispatchEvent(new Event('input'));
          return rows.filter(row => row.checkVisibility()).length + ' ' +
            document.querySelector('.filter output').value;
        };
        return [shown('rechnung'), shown('LUCJA'), shown('zak pumps'), shown('weiss@tailspin'),
          shown('nothing of that'), shown('')];
      })()
      """
    let times =
      "[...new Set([...document.querySelectorAll('time')].map(t => t.textContent))].slice(0, 1)"
    let orders = [
      Browser.Order(url: "index.html", expression: filter),
      Browser.Order(url: "index.html", expression: times),
      Browser.Order(url: "index.html", expression: times, scripts: false),
      Browser.Order(
        url: "index.html", expression: "''+!!document.querySelector('.filter')", scripts: false),
    ]
    let answers = try Browser.open(orders, of: made.folder, isServed: false)
    try #require(answers.count == 4)
    guard case .list(let shown)? = answers[0].value else {
      Issue.record("\(answers[0])")
      return
    }
    // What is to be seen, and what is said of it.
    for text in shown[..<4] {
      let numbers = text.split(separator: " ").prefix(2)
      #expect(numbers.count == 2 && numbers[0] == numbers[1] && numbers[0] != "0", "\(shown)")
      #expect(text.hasSuffix(" of 60 on this page"))
    }
    #expect(shown[4...] == ["0 0 of 60 on this page", "60 "])
    #expect(answers[1].value != answers[2].value)
    #expect(answers[2].value == ["1 Nov 2026"])
    #expect(answers[3].value == "false")
  }

  @Test(
    "tidy finds nothing wrong",
    .enabled(
      if: access("/usr/bin/tidy", X_OK) == 0,
      "there is no tidy; 'make host-packages' installs it"), arguments: ["pleasant", "hostile"])
  func tidy(kind: String) throws {
    let made = try Made(kind, 30)
    let pages = made.some + made.pages("m", 30)
    // It counts what it is told to keep to itself, so its status says nothing.
    let result = try Program.run(
      "/usr/bin/tidy",
      [
        "-q", "-e", "-utf8", "--drop-empty-elements", "no", "--mute-id", "yes", "--mute",
        Self.muted,
      ]
        + pages.map { made.folder + "/" + $0 }, folder: made.folder)
    #expect(result.errors.prefix(2000) == "")
    #expect(result.text.prefix(2000) == "")
    // It says so where something is.
    try made.write(try made.text("index.html").replacing("</h1>", with: ""), to: "broken.html")
    let broken = try Program.run(
      "/usr/bin/tidy", ["-q", "-e", "-utf8", made.folder + "/broken.html"], folder: made.folder)
    #expect(broken.errors.contains("missing </h1>"))
  }

  /// tidy 5.6 does not know `referrerpolicy`, and `aria-current` of links.
  private static let muted = "PROPRIETARY_ATTRIBUTE"
}
