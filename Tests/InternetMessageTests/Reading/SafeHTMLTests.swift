import Foundation
import InternetMessage
import Testing

/// What is made of a page so that it can be shown anywhere.
@Suite struct SafeHTMLTests {
  private func page(_ html: String, limit: Int = 1 << 20) -> String? {
    let message = Message(Array("Content-Type: text/html; charset=utf-8\n\n\(html)".utf8))
    guard let found = message.safeHTML(limit: limit) else { return nil }
    let text = String(decoding: found.html, as: UTF8.self)
    guard text.hasPrefix("<div>"), text.hasSuffix("</div>\n") else { return text }
    return String(text.dropFirst("<div>".count).dropLast("</div>\n".count))
  }

  @Test(
    "known elements stay, without attributes, and each with its end",
    arguments: [
      ("<p style='color:red' onclick=x()>a <b class=x>b</b>", "<p>a <b>b</b></p>"),
      ("<p>a<p>b", "<p>a</p><p>b</p>"), ("<ul><li>a<li>b</ul>c", "<ul><li>a</li><li>b</li></ul>c"),
      (
        "<table><tr><td>1<td>2<tr><td>3</table>",
        "<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>"
      ),
      ("a<br/>b<hr>", "a<br>b<hr>"), ("</b></div>a", "a"),
      ("<x-y>a</x-y><font size=7>b</font>", "ab"),
      ("<section>a</section>", "<div>a</div>"), ("1 < 2 &amp; 3 > 2", "1 &lt; 2 &amp; 3 &gt; 2"),
      ("<p><b>a</p>b", "<p><b>a</b></p>b"),
    ])
  func elements(html: String, safe: String) { #expect(page(html) == safe) }

  @Test(
    "what does something, brings something or is hidden is left out",
    arguments: [
      ("<script>x()</script><style>p{}</style>a", "a"),
      ("<!-- x --><?php x ?><!DOCTYPE html>a", "a"),
      ("<img src=https://x/1.gif alt='A \"<b>\" cat'>", "A \"&lt;b&gt;\" cat"),
      ("<iframe src=x>b</iframe><object data=x>a</object><embed src=x>", "a"),
      ("<form action=x><input value=v><button>a</button></form>", "<div>a</div>"),
      ("<svg onload=x()><a xlink:href=javascript:x()>a</a></svg>", "a"),
      ("<div hidden>no</div><span style='display:none'>no</span>a", "a"),
      ("<title>no</title><base href=x><meta http-equiv=refresh content='0;url=x'>a", "a"),
      ("<textarea><b></textarea><xmp>&lt;</xmp>", "<pre>&lt;b&gt;</pre><pre>&amp;lt;</pre>"),
      ("a<b", "a"),
    ])
  func dangers(html: String, safe: String) { #expect(page(html) == safe) }

  @Test(
    "links lead to web pages and mailboxes, and nowhere else",
    arguments: [
      ("https://x.example/?a=1&amp;b=\"2\"", nil),
      ("HTTP://x.example/a b", "HTTP://x.example/a%20b"),
      ("mailto:a@x.example", "mailto:a@x.example"),
      (" https://x.example/&#x27;", "https://x.example/%27"),
      ("https://x.example/?a&amp;b", "https://x.example/?a&amp;b"),
      ("javascript:x()", ""), (" java&#x73;cript:x()", ""), ("&#1;javascript:x()", ""),
      ("java\tscript:x()", ""), ("data:text/html,x", ""), ("vbscript:x", ""), ("//x.example", ""),
      ("file:///etc/passwd", ""), ("ftp://x.example/", ""), ("#a", ""), ("", ""),
      ("https://x.example/" + String(repeating: "a", count: 3_000), ""),
    ] as [(String, String?)])
  func links(href: String, shown: String?) {
    guard let shown else {
      // The quote ends the attribute: what follows is none of it.
      #expect(
        page("<a href=\"\(href)\">a</a>") == "<a href=\"https://x.example/?a=1&amp;b=\">a</a>")
      return
    }
    #expect(page("<a href='\(href)'>a</a>") == (shown.isEmpty ? "a" : "<a href=\"\(shown)\">a</a>"))
  }

  @Test("what is too long is cut between characters of markup, and ends all that it began")
  func limits() throws {
    let message = Message(
      Array(
        ("Content-Type: text/html\n\n"
          + String(repeating: "<div><b>&lt;text", count: 10_000)).utf8))
    let found = try #require(message.safeHTML(limit: 5_000))
    #expect(found.isCut && found.html.count < 6_000)
    let text = String(decoding: found.html, as: UTF8.self)
    #expect(
      text.components(separatedBy: "<b>").count == text.components(separatedBy: "</b>").count)
  }

  @Test("a message without a page has none, and text beside one keeps its lines")
  func parts() throws {
    #expect(Message(Array("Subject: x\n\na < b\n".utf8)).safeHTML(limit: 1_000) == nil)
    let both = """
      Content-Type: multipart/alternative; boundary=b

      --b

      plain
      --b
      Content-Type: text/html

      <p>page</p>
      --b--

      """
    #expect(Message(Array(both.utf8)).safeHTML(limit: 1_000) == nil)
    let mixed = both.replacing("alternative", with: "mixed").replacing(
      "plain", with: "a < b &amp; c")
    let found = try #require(Message(Array(mixed.utf8)).safeHTML(limit: 1_000))
    #expect(
      String(decoding: found.html, as: UTF8.self)
        == "<pre>a &lt; b &amp;amp; c</pre>\n<div><p>page</p></div>\n")
  }
}
