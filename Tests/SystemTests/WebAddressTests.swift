import System
import Testing

@Suite struct WebAddressTests {
  @Test(
    "an address is read as it is written",
    arguments: [
      ("https://contoso.crm4.dynamics.com", "https://contoso.crm4.dynamics.com/"),
      ("HTTPS://Contoso.Example:443/A/b?c=d?e#f", "https://contoso.example/A/b?c=d?e"),
      ("https://crm.example:8443?x", "https://crm.example:8443/?x"),
      ("http://[::1]:80/", "http://[::1]/"), ("https://[2001:db8::1]:444/a", nil),
      ("https://crm.example:/", "https://crm.example/"),
    ] as [(String, String?)])
  func reading(text: String, normal: String?) throws {
    #expect(try WebAddress(text).description == normal ?? text)
  }

  @Test(
    "what is no address says why",
    arguments: [
      ("contoso.crm4.dynamics.com", .scheme), ("ftp://a.example", .scheme), ("", .scheme),
      ("https:/a.example", .scheme), ("https://", .host), ("https:///a", .host),
      ("https://dana:secret@a.example", .login), ("https://dana@a.example/", .login),
      ("https://a b/", .characters), ("https://a.example/\u{0}", .characters),
      ("https://größe.example/", .characters), ("https://a.example/\r\nb", .characters),
      ("https://a.example:0", .port), ("https://a.example:65536", .port),
      ("https://a.example:8o", .port), ("https://a.example:99999999999999999999", .port),
      ("https://[::1", .host), ("https://[::1]x", .port), ("https://[a]/", .host),
      ("https://a%2fb/", .host),
    ] as [(String, WebAddress.ParseError)])
  func refusal(text: String, problem: WebAddress.ParseError) {
    #expect(throws: problem) { try WebAddress(text) }
  }

  @Test("an address longer than any is refused")
  func tooLong() {
    #expect(throws: WebAddress.ParseError.characters) {
      try WebAddress("https://a.example/" + String(repeating: "a", count: WebAddress.longest))
    }
  }

  @Test(
    "only this machine's own addresses are loopback",
    arguments: [
      ("http://localhost/", true), ("http://127.0.0.1:8080/", true), ("http://127.9.9.9/", true),
      ("http://[::1]/", true), ("http://127.0.0.1.example/", false), ("http://127.1/", false),
      ("http://localhost.example/", false), ("http://128.0.0.1/", false),
      ("http://127.0.0.256/", false), ("http://10.0.0.1/", false),
    ])
  func loopback(text: String, isLoopback: Bool) throws {
    #expect(try WebAddress(text).isLoopback == isLoopback)
  }
}
