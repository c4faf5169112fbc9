import Foundation
import InternetMessage
import Testing

/// Pages as their reader sees them.
///
/// Where nothing else is said, the sections are those of WHATWG HTML.
@Suite("HTML")
struct HTMLTests {
  /// A page, its text, and who says so.
  struct Case: Sendable, CustomTestStringConvertible {
    var page: String
    var text: String
    var source: String

    init(_ page: String, _ text: String, _ source: String) {
      self.page = page
      self.text = text
      self.source = source
    }

    var testDescription: String { page }
  }

  private static func text(_ page: String) -> String {
    Message(Array("Content-Type: text/html; charset=utf-8\n\n\(page)".utf8)).text.string
  }

  private func check(_ test: Case) {
    #expect(Self.text(test.page) == test.text + "\n", "\(test.source)")
  }

  @Test(
    "tags, comments, raw text",
    arguments: [
      Case("<HTML><HEAD /><BODY>text", "text", "13.2.6.4.4: no head holds text"),
      Case("<head/>text", "text", "13.2.6.4.4"), Case("<head>text", "text", "13.2.6.4.4"),
      Case("<head><meta charset=utf-8><p>text", "text", "13.2.6.4.4"),
      Case("<head><title>no</title>text</head>", "text", "13.2.6.4.4"),
      Case("<head><style>no</style><link rel=x>text", "text", "13.2.6.4.4"),
      Case("<head><noscript><style>no</style></noscript></head>text", "text", "13.2.6.4.5"),
      Case("<noscript>text</noscript>", "text", "13.2.6.4.7: mail runs no scripts"),
      Case("<p>A</p><!--><p>B</p><!-- x -->", "A\n\nB", "13.2.5.43: <!--> is empty"),
      Case("<!--->text", "text", "13.2.5.44"), Case("<!---->text", "text", "13.2.5.51"),
      Case("<!-- no --!>text", "text", "13.2.5.52"),
      Case("<!-- no > -- no -->text", "text", "13.2.5.45"),
      Case("<!>text", "text", "13.2.5.42: incorrectly opened"),
      Case("<![CDATA[no]]>text", "text", "13.2.5.42: no CDATA in HTML"),
      Case("<?xml version=\"1.0\"?>text", "text", "13.2.5.6"),
      Case("</>te</ no>xt", "text", "13.2.5.7"),
      Case("<!DOCTYPE html PUBLIC \"a\" 'b'>text", "text", "13.2.5.53"),
      Case("<!--[if mso]>no<![endif]-->text", "text", "Outlook's conditional comments"),
      Case("<!--[if !mso]><!-->text<!--<![endif]-->", "text", "likewise, for all others"),
      Case("<![if !mso]>text<![endif]>", "text", "likewise"),
      Case("<script>if (a</b) \"</scripts>\"</script x>text", "text", "13.2.5.15"),
      Case("<script><!-- <script>no</script> no --></script>text", "text", "13.2.5.26"),
      Case("<script><!--></script>text", "text", "13.2.5.19"),
      Case("<script><!--<script></script>text", "text", "VIOLATIONS.md: loses no text"),
      Case("<style><!-- p { x: \"<p>\" } --></style >text", "text", "13.2.5.12"),
      Case("<textarea> <b>&amp;</textarea>", " <b>&", "13.2.5.2"),
      Case("<xmp><b>&amp;</xmp>", "<b>&amp;", "13.2.5.3"),
      Case("text<plaintext><b>&amp;</plaintext>", "text\n\n<b>&amp;</plaintext>", "13.2.5.5"),
      Case("<iframe src=x>no</iframe><noembed>no</noembed>text", "text", "15.3.1"),
      Case("<template><p>no</p></template>text", "text", "15.3.1"),
      Case("<title/>text", "text", "VIOLATIONS.md: empty in XHTML"),
      Case("<script src=\"a\" />text<script>no</script>", "text", "likewise"),
      Case("<title/>no</title>text", "text", "13.2.5.2: it has an end tag"),
      Case("<title>no<body>text", "text", "VIOLATIONS.md: never closed"),
      Case("<style>p { no }<body>text", "text", "VIOLATIONS.md: never closed"),
      Case("t<b/>ext", "text", "13.2.5.40"), Case("t<a href=x/>ex</a>t", "text", "13.2.5.38"),
      Case("<a href=\"a>b\" title='>'>text</a>", "text", "13.2.5.36"),
      Case("<a title=\"x\"\"y\" z>text", "text", "13.2.5.39"),
      Case("<a title=a\"b'>text", "text", "13.2.5.38: in no quotes they say nothing"),
      Case("<p =a>te<p/a/>xt", "te\n\nxt", "13.2.5.32"),
      Case("<a title='never>text", "text", "VIOLATIONS.md: loses no text"),
      Case("<a title='never>te<a title=\">\">xt", "text", "each quote by itself"),
      Case("te<b\u{C}title=\">\">xt", "text", "13.2.5.8: form feed is a blank"),
      Case("te<scr\0ipt>xt\0", "text", "13.2.5.8: NUL makes another name; in text it is none"),
      Case("a < b <3 </", "a < b <3 </", "13.2.5.6"),
      Case("a</br>b</p>c", "a\nb\n\nc", "13.2.6.4.7"),
      Case("<image alt=\"te&#x78;t\" alt=no>", "text", "13.2.6.4.7; the first attribute counts"),
      Case("text<p title=", "text", "13.2.5.35: the end in a tag"),
    ])
  func tokens(test: Case) { check(test) }

  @Test(
    "character references",
    arguments: [
      Case("Tom &amp Jerry&nbsp&nbsp9 &lt 10 caf&eacute", "Tom & Jerry  9 < 10 café", "13.5"),
      Case("&notit; &notin; &not", "¬it; ∉ ¬", "13.2.5.73: the longest name"),
      Case("&sup1x &sup2; &supx; &frac14", "¹x ² &supx; ¼", "13.2.5.73"),
      Case("&hellip &apos &bullet &euro", "&hellip &apos &bullet &euro", "13.5: not without ;"),
      Case("&NotEqualTilde; &fjlig; &nvlt;", "≂̸ fj <⃒", "13.5: two characters"),
      Case("&CounterClockwiseContourIntegral;", "∳", "13.5: the longest"),
      Case("&CounterClockwiseContourIntegrals;", "&CounterClockwiseContourIntegrals;", "13.5"),
      Case("&bullet;&Lstrok;&zacute;&period;&check;&lang;", "•Łź.✓⟨", "13.5"),
      Case("&AMP;&amp;&Amp;", "&&&Amp;", "13.5: case counts"),
      Case("& && &; &# &#; &#x; &#xg", "& && &; &# &#; &#x; &#xg", "13.2.5.72"),
      Case("&#65B&#x41G&#X41;&#x1F600;", "ABAGA😀", "13.2.5.76"),
      Case(
        "&#0;&#x110000;&#xDFFF;&#99999999999999999999;", "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}",
        "13.2.5.80"),
      Case("&#128;&#x82;&#150;&#159;&#160;.", "€‚–Ÿ .", "13.2.5.80: windows-1252"),
      Case("a&#32;&Tab;&NewLine;&#13;b", "a b", "CSS Text 4.1.1: blanks however written"),
      Case("<img alt=\"?a&copy=1&copyb&copy;&copy-\">", "?a&copy=1&copyb©©-", "13.2.5.73"),
      Case("?a=1&copy=2", "?a=1©=2", "13.2.5.73: in text it is one"),
    ])
  func references(test: Case) { check(test) }

  @Test("every name of the published list", .enabled(if: Names.isPresent, "there is no python3"))
  func names() throws {
    let names = try Names.read().filter { $0.key != "NewLine;" }.sorted { $0.key < $1.key }
    #expect(names.count == 2230)
    // In a text area blanks count.
    let page = names.map { "<p><textarea>&\($0.key).</textarea>" }.joined()
    let lines = Self.text(page).split(separator: "\n")
    try #require(lines.count == names.count)
    for ((name, meaning), line) in zip(names, lines) {
      // A blank that breaks no line is one; a tab, too, is no more.
      let shown = meaning == "\u{A0}" || meaning == "\t" ? " " : meaning
      #expect(line == shown + ".", "&\(name)")
    }
  }

  @Test(
    "styles that hide",
    arguments: [
      "display:none", "DISPLAY : NONE", "display:none!important", "a:b;display: none ! Important;",
      "display:none !important;display:block", "display:block;display:none",
      "display:none;display:bogus", "d\\69splay:none", "display:\\6e one",
      "/**/display/* */:/**/none",
      "background:url(data:image/png;display:block);display:none",
      "font-family:\"a;display:block\";display:none", "{a:b;display:block};display:none",
      "display&#58;none", "visibility:hidden", "visibility: collapse", "font-size:0",
      "font-size:0px", "font-size:0.0em", "font-size:.0pt", "font-size:0%", "font:0/0 a",
      "font: bold 0px/1 Arial", "mso-hide:all", "mso-hide:all;display:none",
      "max-height:0;overflow:hidden", "max-height:0px;overflow-y:clip",
    ])
  func hiding(style: String) {
    #expect(Self.text("<div style='\(style)'>no</div>yes") == "yes\n")
  }

  @Test(
    "styles that hide nothing",
    arguments: [
      "display:block", "display:none;display:block", "display:nonee", "x-display:none",
      "/*display:none*/", "/*display:none", "content:\"display:none", "display",
      "display:none;display:inline !important", "}display:none", "visibility:visible",
      "font-size:0.1px", "font-size:x-small", "font-size:-1px", "font-size:calc(0px)",
      "font:700 12px Arial", "mso-hide:none", "max-height:0", "max-height:9px;overflow:hidden",
      // What only Outlook leaves out, others show: the button that Outlook has as a drawing.
      "display:inline-block;mso-hide:all", "background:url(a;display:none)", "\\", "color:\\",
    ])
  func showing(style: String) {
    #expect(Self.text("<div style='\(style)'>yes</div>") == "yes\n")
  }

  @Test(
    "where what is hidden ends",
    arguments: [
      "<p hidden>no</p>yes", "<div HIDDEN=\"\">no</div>yes",
      "<div hidden style='display:block'>yes",
      // What the end tag may be left out of, what has none, what XHTML writes (13.1.2.4).
      "<p hidden>no<p>yes", "<p hidden>no<div>yes</div>", "<p hidden>no<table><td>yes</table>",
      "<table><tr><td hidden>no<td>yes</table>", "<table><tr hidden><td>no<tr><td>yes</table>",
      "<table><tbody hidden><tr><td>no<tbody><td>yes</table>",
      "<table><caption hidden>no<tr><td>yes</table>", "<dl><dt hidden>no<dd>yes</dl>",
      "<select><option hidden>no<option>yes</select>", "<h1 hidden>no</h2>yes",
      "<img style=display:none alt=no>yes", "<br hidden>yes", "<input hidden>yes",
      "<div style='display:none'/>yes", "<td hidden>yes", "<body hidden>yes",
      // An end tag closes what is open in its element, but no more (13.2.6.4.7).
      "<div><span hidden>no</div>yes", "<div hidden><p>no<b>no</div>yes",
      "<div hidden>no</span>no</div>yes", "<span hidden><div>no</span>no</div>no</span>yes",
      "<div hidden><table><td>no</div>no</table></div>yes", "<div hidden><div/>no</div>yes",
      "<div hidden><div>no</div>no</div>yes", "<o:p hidden>no</o:p>yes", "<X-y hidden>no</x-Y >yes",
      "<table hidden><td>no<table><td>no</table>no</table>yes",
      "<table><tr><td><div hidden>no</table>yes",
      "<b hidden>no<p>no</b>yes", "<a hidden>no<a>yes", "<button hidden>no<button>yes",
      "<div hidden title='</div>'>no<!-- </div> --><script></div></script>no</div>yes",
      "<textarea hidden>no</textarea><xmp hidden>no</xmp>yes", "<pre hidden>no\nno</pre>yes",
      "<blockquote hidden>no</blockquote>yes", "<ul hidden><li>no</ul>yes",
      // Visibility and size are inherited (CSS 2.2 11.2, CSS Fonts 2.5); what is gone is gone.
      "<p style='visibility:hidden'>no<b style='visibility:visible'>yes</b>no</p>",
      "<p style='visibility:hidden'>no<b style='visibility:inherit'>no</b></p>yes",
      "<p style='font-size:0'>no<b style='font-size:9px'>yes</b>no</p>",
      "<p style='font-size:0'>no<b style='font-size:2em'>no</b></p>yes",
      "<p style='font-size:0'><img alt=yes></p>",
      "<p style='visibility:hidden'><img alt=no></p>yes",
      "<p hidden>no<b style='display:block;visibility:visible;font-size:9px'>no</b></p>yes",
    ])
  func ends(page: String) { #expect(Self.text(page) == "yes\n") }

  @Test(
    "what is gone ends no line; a quotation ends with what it stands in",
    arguments: [
      Case("a<span hidden><br>no<br></span>b<div hidden>no</div>c", "abc", "CSS Display 2.6"),
      Case("a<div style='visibility:hidden'>no</div>b", "a\nb", "CSS 2.2 11.2"),
      Case("<div><blockquote>q</div>t", "> q\n\nt", "13.2.6.4.7"),
      Case("<table><td><blockquote>q<td>t</table>", "> q\n\nt", "13.2.6.4.15"),
      Case("<blockquote hidden>no</blockquote><blockquote>q", "> q", "15.3.1"),
      Case("<ul><li>a<ul><li>b</ul><li hidden>no<li>c</ul>", "- a\n\n- b\n\n- c", "13.2.6.4.7"),
    ])
  func lines(test: Case) { check(test) }

  @Test(
    "where a link leads, if its text does not say so",
    arguments: [
      ("<a href='https://x.example/a?b=1&amp;c=2'>see</a>.", "see <https://x.example/a?b=1&c=2>."),
      ("a <a href=' HTTP://x.example '>see </a>b", "a see <HTTP://x.example> b"),
      ("<a href=https://X.example/>x.example</a>", "x.example"),
      ("<a href='mailto:a@x.example'>a@x.example</a>", "a@x.example"),
      ("<a href='mailto:a@x.example'>Erin</a>", "Erin <mailto:a@x.example>"),
      ("<a href='https://x.example/a b\n<c>'>t</a>", "t <https://x.example/a%20b%3Cc%3E>"),
      ("<a href='#top'>up</a> <a href='javascript:x'>no</a> <a name=x>t</a>", "up no t"),
      ("<a href='https://x.example'><img src=x></a>t", "t"),
      ("<a href='https://x.example'><img alt=Logo></a>", "Logo <https://x.example>"),
      ("<a href='https://x.example' hidden>no</a>t", "t"),
      (
        "<a href=https://x.example>t<a href=https://y.example>u",
        "t <https://x.example>u <https://y.example>"
      ),
      ("<a href=https://x.example>t</p>", "t\n\n<https://x.example>"),
    ])
  func links(page: String, text: String) {
    let message = Message(Array("Content-Type: text/html; charset=utf-8\n\n\(page)".utf8))
    #expect(message.textWithLinks.string == text + "\n")
    #expect(!message.text.string.contains("://"))
    let words = message.bytes.withUnsafeBytes { message.structure.text(of: $0, limit: 1000) }
    #expect(!String(decoding: words, as: UTF8.self).contains("<"))
  }

  @Test("deeper than browsers go, what is hidden still ends")
  func deep() {
    let inner = String(repeating: "<i>", count: 100_000)
    #expect(Self.text("<div hidden>\(inner)no</div>yes") == "yes\n")
    #expect(Self.text("\(inner)<div hidden>yes</div>") == "yes\n")
  }
}

/// The published list of names as Python holds it.
private enum Names {
  static let python = "/usr/bin/python3"
  static var isPresent: Bool { FileManager.default.isExecutableFile(atPath: python) }

  static func read() throws -> [String: String] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: python)
    process.arguments = [
      "-c", "import html.entities, json; print(json.dumps(html.entities.html5))",
    ]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let text = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return try JSONDecoder().decode([String: String].self, from: text)
  }
}
