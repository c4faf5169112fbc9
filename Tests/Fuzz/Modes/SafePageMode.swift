import Foundation
import InternetMessage

extension FuzzMode {
  /// What is made of a page so that it is safe to show.
  static let safePage = FuzzMode(
    name: "safe-page",
    seeds: { _ in
      [
        "<p style=\"color:red\" onclick=\"x()\">Hi <b>you</b><br><img src=x onerror=x() alt=\"a>b\">",
        "<table><tr><td>1<td>2</table><ul><li>a<li>b</ul><blockquote>q</blockquote>",
        "<a href=\" java&#x73;cript:x()\">a</a><a href='https://x.example/?a=1&amp;b=2'>b</a>",
        "<script>x()</script><style>p{}</style><!-- c --><svg><a xlink:href=\"x\">d</a></svg>",
        "<div hidden>no</div><span style='display:none'>no</span><pre>1 &lt; 2 &amp;&amp; 3</pre>",
        "<xmp><b></xmp><textarea></textarea><plaintext><p>",
      ].map { Array($0.utf8) }
    },
    fragments: [
      "<", ">", "</", "/>", "<!--", "-->", "\"", "'", "=", "&", "&#", "&lt;", "&quot;", "\0", "`",
      "<a href=", "<a href=\"https://x/", "javascript:", "<script>", "</script>", "<style>",
      "<table>",
      "<td>", "<tr>", "</table>", "<p>", "</p>", "<li>", "<div hidden>", " on=", "<![CDATA[", "<?",
    ],
    broken: { bytes in
      guard let page = made(of: bytes) else { return "no page" }
      guard page.count <= 12 * bytes.count + 1_000 else {
        return "\(page.count) bytes of \(bytes.count)"
      }
      if let fault = fault(in: page) { return fault }
      // Nor does what is safe become anything else.
      if let again = made(of: page), let fault = fault(in: again) { return fault }
      return nil
    })

  private static func made(of page: [UInt8]) -> [UInt8]? {
    Message(Array("Content-Type: text/html; charset=utf-8\n\n".utf8) + page)
      .safeHTML(limit: 1 << 30)?.html
  }

  private static let names: Set<String> = [
    "a", "b", "blockquote", "br", "caption", "code", "dd", "div", "dl", "dt", "em", "h1", "h2",
    "h3",
    "h4", "h5", "h6", "hr", "i", "li", "ol", "p", "pre", "s", "small", "strike", "strong", "table",
    "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "u", "ul",
  ]

  /// What of a page is none of what may be written; read without any of what wrote it.
  private static func fault(in page: [UInt8]) -> String? {
    var open: [String] = []
    var rest = page[...]
    while let less = rest.firstIndex(where: { $0 == UInt8(ascii: "<") || $0 == UInt8(ascii: ">") })
    {
      guard rest[less] == UInt8(ascii: "<"),
        let end = rest[less...].firstIndex(of: UInt8(ascii: ">"))
      else { return "a bracket that is no tag's" }
      let tag = String(decoding: rest[(less + 1)..<end], as: UTF8.self)
      rest = rest[(end + 1)...]
      if tag.hasPrefix("/") {
        guard open.popLast() == String(tag.dropFirst()) else { return "<\(tag)> ends nothing" }
      } else if tag.hasPrefix("a ") {
        let target = tag.dropFirst("a href=\"".count).dropLast()
        guard tag.hasPrefix("a href=\""), tag.hasSuffix("\""),
          target.unicodeScalars.allSatisfy({ !["\"", "'", "`", "<", " "].contains($0) }),
          ["https://", "http://", "mailto:"].contains(where: target.lowercased().hasPrefix)
        else { return "<\(tag)>" }
        open.append("a")
      } else {
        guard names.contains(tag), tag != "a" else { return "<\(tag)>" }
        if tag != "br", tag != "hr" { open.append(tag) }
      }
    }
    return open.isEmpty ? nil : "\(open) does not end"
  }
}
