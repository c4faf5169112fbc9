import Testing

@testable import HTTP
@testable import System

@Suite struct HTTPValueTests {
  @Test("fields are found in whatever case")
  func fields() {
    var fields: HTTPFields = ["Accept": "a", "X-A": "1", "x-a": "2"]
    #expect(fields["ACCEPT"] == "a")
    #expect(fields.values(of: "X-a") == ["1", "2"])
    fields["X-A"] = "3"
    #expect(fields.values(of: "x-a") == ["3"])
    fields["x-A"] = nil
    #expect(fields["X-A"] == nil)
  }

  @Test(
    "how long to wait is seconds or a time",
    arguments: [
      ("120", 120), ("0", 0), ("99999999999999999999999", Int64.max),
      ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777 - 784_111_700),
      ("Thu, 01 Jan 1970 00:00:00 GMT", 0), ("-1", nil), ("", nil), ("soon", nil), ("1.5", nil),
      ("Sun, 32 Nov 1994 08:49:37 GMT", nil), ("Sun, 06 Nov 1994 08:49:37 CET", nil),
      ("Sun, 06 Nov 99994 08:49:37 GMT", nil),
    ] as [(String, Int64?)])
  func retryAfter(value: String, seconds: Int64?) {
    let response = HTTPResponse(status: 429, fields: ["retry-after": value])
    #expect(response.retryAfter(now: 784_111_700) == seconds)
  }

  @Test("a leap day is counted")
  func dates() {
    #expect(HTTPDate.seconds("Thu, 29 Feb 2024 12:00:00 GMT") == 1_709_208_000)
    #expect(HTTPDate.seconds("Fri, 01 Mar 2024 00:00:00 GMT") == 1_709_251_200)
    #expect(HTTPDate.seconds("Fri, 31 Dec 9999 23:59:59 GMT") == 253_402_300_799)
  }
}
