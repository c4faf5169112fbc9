import Foundation
import Testing

/// What `archive` writes of hostile mail, in a browser.
@Suite(.enabled(if: Browser.isThere, Browser.missing), .timeLimit(.minutes(20)))
struct ArchiveBrowserTests {
  private func mail(_ number: Int, subject: String, name: String, body: String, file: String)
    -> [UInt8]
  {
    Array(
      """
      Message-ID: <\(number)@fabrikam.example>
      Date: Mon, 2 Nov 2026 10:1\(number):05 +0100
      From: "\(name)" <erin@fabrikam.example>
      To: dana@contoso.example
      Subject: \(subject)
      References: \(number > 1 ? "<\(number - 1)@fabrikam.example>" : "<0@fabrikam.example>")
      MIME-Version: 1.0
      Content-Type: multipart/mixed; boundary=b

      --b
      Content-Type: text/html; charset=utf-8
      Content-Transfer-Encoding: 8bit

      <p>\(body)</p><script>document.title = "broken"</script>
      <img src="http://192.0.2.1/a.png" onerror="console.error('broken')">
      <a href="javascript:console.error('broken')">one</a> <a href="https://a.example/x">two</a>
      --b
      Content-Type: text/html
      Content-Disposition: attachment; filename="\(file)"

      <script>console.error("broken")</script>
      --b--

      """.utf8)
  }

  @Test("hostile mail does nothing on the pages that the command writes of it")
  func pages() throws {
    let place = try Place()
    let hostile = [
      ("</title><script>console.error('broken')</script>", "<b>Erin", "../../x.html"),
      ("=?utf-8?q?invoice=E2=80=AEfdp.exe?=", "Erin =?utf-8?q?=E2=80=AE?=", "a.svg"),
      ("<img src=http://192.0.2.1/b onerror=x()>", "' onfocus='x()' autofocus '", "x.html.xml"),
    ]
    for (number, (subject, name, file)) in hostile.enumerated() {
      let mail = mail(number + 1, subject: subject, name: name, body: "&lt;script&gt;", file: file)
      let result = try place.filter(mail)
      #expect(result.status == 0)
    }
    let folder = URL(fileURLWithPath: place.folder).resolvingSymlinksInPath().path + "/site"
    let result = try place.run("archive", folder)
    try #require(result.status == 0, "\(result.errors)")
    let files = (FileManager.default.subpaths(atPath: folder) ?? []).sorted()
    let pages = files.filter { $0.hasSuffix(".html") }
    #expect(pages.count { $0.hasPrefix("m/") } == 3)
    for isServed in [false, true] {
      let orders = pages.map { Browser.Order(url: $0, expression: Browser.rules) }
      let answers = try Browser.open(orders, of: folder, isServed: isServed)
      #expect(answers.count == pages.count)
      for (page, answer) in zip(pages, answers) {
        #expect(answer.error == nil, "\(page)")
        #expect(answer.value == [], "\(page)")
        #expect(answer.messages == [], "\(page)")
        #expect(answer.requestsElsewhere == [], "\(page)")
      }
    }
    // Nothing that a web server would serve as a page but our own.
    let endings = Set(
      files.compactMap { $0.split(separator: "/").last?.split(separator: ".").last })
    #expect(
      endings.subtracting(["html", "xml", "css", "js", "svg", "bin"]).allSatisfy {
        !["htm", "xhtml", "eml", "pdf"].contains($0)
      })
    #expect(
      files.filter { $0.hasPrefix("a/") && $0.contains(".") }.allSatisfy { $0.hasSuffix(".bin") })
    #expect(files.filter { $0.hasSuffix(".svg") } == ["icon.svg"])
  }
}
