/// What stands in an archive that is made up.
protocol MadeTexts: Sendable {
  var organization: String { get }
  var query: String? { get }
  var people: Int { get }
  var records: Int { get }
  var place: String { get }
  var mediaType: String { get }
  func name(_ number: Int) -> String?
  func address(_ number: Int) -> String
  func reference(_ number: Int) -> String
  func record(_ number: Int) -> String?
  func subject(_ number: Int) -> String
  func why(_ number: Int) -> String
  func file(_ number: Int) -> String
  func mail(_ number: Int) -> [UInt8]
}

/// What people write to each other, in several languages and scripts.
struct PleasantTexts: MadeTexts {
  let organization = "Contoso Pumps"
  let query: String? = nil
  let people = 9
  let records = 6
  let place = "Room 4, Contoso Pumps, Hafenstraße 12"
  let mediaType = "application/pdf"

  private static let names = [
    "Dana Osei", "Erin Novak", "Ōta Kenji", "משה לוי", "Jürgen Weiß", nil, "Łucja Żak",
    "سارة منصور", "Ana María Ruiz",
  ]
  private static let subjects = [
    "Offer for forty pumps", "Re: Offer for forty pumps", "Delivery to the harbour on Friday",
    "ポンプの見積もりについて", "הצעת מחיר לארבעים משאבות", "Rechnung 2026-1187",
    "Spare seals for the P-40: which ones fit, and how many should we keep in stock?",
    "عرض أسعار المضخات", "Minutes of our call", "Visita a la fábrica",
  ]
  private static let accounts = [
    "Fabrikam", "Tailspin Shipyards", "Northwind Traders", "Wide World Importers",
    "株式会社アドベンチャー", nil,
  ]

  func name(_ number: Int) -> String? { Self.names[number % 9] }
  func address(_ number: Int) -> String {
    [
      "dana@contoso.example", "erin@fabrikam.example", "ota@adventure.example",
      "moshe@northwind.example", "weiss@tailspin.example", "purchasing@fabrikam.example",
      "lucja@wwi.example", "sara@tailspin.example", "ana@wwi.example",
    ][number % 9]
  }
  func reference(_ number: Int) -> String { "account:A-10\(number % 6)" }
  func record(_ number: Int) -> String? { Self.accounts[number % 6] }
  func subject(_ number: Int) -> String { Self.subjects[number % 10] }
  func why(_ number: Int) -> String {
    ["Everything with Fabrikam", "Replies to tracked mail", "Sales mailbox"][number % 3]
  }
  func file(_ number: Int) -> String { number % 12 == 0 ? "Offer P-40.pdf" : "見積書.xlsx" }
  func mail(_ number: Int) -> [UInt8] {
    let text =
      switch number % 10 {
      case 3:
        """
        ケンジ様

        お世話になっております。ポンプ四十台の見積もりをお送りします。
        詳細は https://contoso.example/p40 をご覧ください。

        --\u{20}
        太田
        """
      case 4:
        """
        שלום דנה,

        תודה על ההצעה. נוכל לקבל את המשאבות עד סוף החודש?

        בברכה,
        משה
        """
      default:
        """
        Dear Dana,

        thank you for the offer. Forty P-40 pumps by the end of the month would suit us; could the \
        first ten come a week earlier? The drawings are at https://fabrikam.example/drawings/p-40 \
        (the login is the one you have).

        On Mon, 2 Nov 2026 Dana Osei wrote:
        > we could deliver them in two lots.

        That would be fine. Please send the papers to <mailto:purchasing@fabrikam.example>.

        Kind regards
        Erin

        --\u{20}
        Erin Novak, Purchasing
        Fabrikam Ltd, 12 Harbour Road

        -----Original Message-----
        From: Dana Osei <dana@contoso.example>
        Sent: Monday, 2 November 2026 09:14
        To: Erin Novak
        Subject: Offer for forty pumps

        Dear Erin,

        here is our offer for forty pumps of the type P-40, with seals.
        We could deliver them in two lots.

        Dana
        """
      }
    return Array(
      """
      From: erin@fabrikam.example
      To: dana@contoso.example
      MIME-Version: 1.0
      Content-Type: text/plain; charset=utf-8
      Content-Transfer-Encoding: 8bit
      Subject: x

      \(text)

      """.utf8)
  }
}

/// What is written to break out of a page, to look like another, and to be seen by nobody.
struct HostileTexts: MadeTexts {
  static let all = [
    "<script>document.title='broken'</script>",
    "</title><script>console.error('broken')</script>",
    "\"><img src=http://192.0.2.1/a onerror=document.title='broken'>",
    "' onmouseover='document.title=1' autofocus onfocus='document.title=1",
    "</style></script></textarea></noscript></details></main></body><iframe src=//192.0.2.1>",
    "<!--<base href=http://192.0.2.1/>",
    "<svg/onload=document.title='broken'><style>*{background:url(http://192.0.2.1/b)}",
    "invoice\u{202E}fdp.exe\u{2066}\u{200B}\u{FEFF}\u{0}\u{1B}[31m\u{7F}\u{85}\u{E0041}",
    "&lt;script&gt;&#60;&amp;#x3c; ]]> <?xml ?> <![CDATA[",
    "javascript:document.title='broken'//http://",
    "{{7*7}} ${7*7} <%= 7*7 %> {% x %}",
    "\u{FFFE}\u{FFFF}\u{1FFFF}\u{2028}\u{2029}\u{D}\u{A}\u{9}",
    "../../../etc/passwd%2e%2e%2f\\..\\con.html",
    "", " ", "@", "a@b@c", "Dana <dana@contoso.example>",
    String(repeating: "W", count: 5000), String(repeating: "\u{202E}", count: 3000),
    String(repeating: "א", count: 700), "a" + String(repeating: "\u{301}", count: 2000),
    "<meta http-equiv=refresh content='0;url=http://192.0.2.1/'>",
    "data:text/html,<script>alert(1)</script>", "<a href=javascript:alert(1)>x</a>",
    "<form action=http://192.0.2.1/><input name=x><button>Send</button></form>",
    "<link rel=stylesheet href=http://192.0.2.1/c.css>", "--><b>bold</b>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
  ]

  private func text(_ number: Int) -> String { Self.all[number % Self.all.count] }

  var organization: String { text(1) + text(7) }
  var query: String? { text(0) }
  var people: Int { Self.all.count }
  var records: Int { Self.all.count }
  var place: String { text(6) + text(18) }
  var mediaType: String { text(2) }
  func name(_ number: Int) -> String? { text(number) }
  func address(_ number: Int) -> String { "\(number)" + text(number + 1) }
  func reference(_ number: Int) -> String { text(number + 2) }
  func record(_ number: Int) -> String? { number % 5 == 0 ? nil : text(number + 3) }
  func subject(_ number: Int) -> String { text(number) }
  func why(_ number: Int) -> String { text(number + 4) }
  func file(_ number: Int) -> String { text(number + 5) + [".html", ".svg", ""][number % 3] }

  func mail(_ number: Int) -> [UInt8] {
    let all = Self.all.joined(separator: "\n")
    let links = """
      https://fabrikam.example/?a=1&b=<2>"'> javascript:alert(1) data:text/html,x
      <https://fabrikam.example/"onclick="alert(1)> HTTP://FABRIKAM.EXAMPLE/)) https://
      <javascript:alert(1)> mailto:erin@fabrikam.example?subject=%22%3E vbscript:x file:///etc/passwd
      """
    switch number % 5 {
    case 0: return mail("text/plain; charset=utf-8", all + "\n" + links)
    case 1:
      return mail(
        "text/html; charset=utf-8",
        "<p>\(all)</p><a href=\"javascript:alert(1)\">one</a><a href=\"https://fabrikam.example/'\">two</a>"
      )
    case 2:
      return mail(
        "text/plain; charset=utf-8", "> " + all.split(separator: "\n").joined(separator: "\n> "))
    case 3: return mail("text/plain; charset=utf-8", String(repeating: "x", count: 1_200_000))
    default:
      return mail(
        "multipart/mixed; boundary=b",
        """
        --b
        Content-Type: message/rfc822

        From: \(text(2)) <erin@fabrikam.example>
        Subject: \(text(0))
        Content-Type: text/plain; charset=utf-8

        \(all)
        --b--
        """)
    }
  }

  private func mail(_ type: String, _ text: String) -> [UInt8] {
    Array(
      """
      From: erin@fabrikam.example
      Content-Language: en"><script>
      MIME-Version: 1.0
      Content-Type: \(type)
      Content-Transfer-Encoding: 8bit

      \(text)

      """.utf8)
  }
}
