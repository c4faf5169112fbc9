import Foundation
import MailPipeline
import System
import Tracking

extension FuzzMode {
  /// The readers of what the Web API of Dataverse answers: parts of a batch, rows, failures.
  static let webAPI = FuzzMode(
    name: "web-api",
    seeds: { _ in
      let row =
        #"{"@odata.etag":"W/\"1\"","activityid":"0d7a3c52-0000-4000-8000-000000000001","statecode":1,"isdisabled":false,"_regardingobjectid_value":"0d7a3c52-0000-4000-8000-000000000002","_regardingobjectid_value@Microsoft.Dynamics.CRM.lookuplogicalname":"account"}"#
      let page =
        #"{"value":["# + row
        + #",{"id":"0d7a3c52-0000-4000-8000-000000000003","reason":"deleted"}],"@odata.nextLink":"https://x/api/data/v9.2/emails?$skiptoken=1"}"#
      let failure =
        #"{"error":{"code":"0x80072322","message":"limit","innererror":{"message":"x"}}}"#
      let part = "Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n"
      return [
        row, page, failure, #"{"ShouldDeliver":true,"ReasonCode":5}"#,
        "<html><title>Sign in</title></html>",
        "--b\r\n\(part)HTTP/1.1 200 OK\r\nETag: x\r\n\r\n\(row)\r\n--b\r\n\(part)HTTP/1.1 429 x\r\n"
          + "Retry-After: 7\r\n\r\n\(failure)\r\n--b--\r\n",
      ].map { Array($0.utf8) }
    },
    fragments: [
      "--b", "--b--", "\r\n", "\r\n\r\n", "HTTP/1.1 200 OK", "Content-Type: application/http", "{",
      "}", "[", "]", "\"", ":", ",", "null", "1e999", "9223372036854775808", "\\ud800", "\0",
      "\u{202E}", "InnerException : ", "<title>", "</title>",
    ],
    broken: { bytes in
      let answer = DataverseAnswer(
        status: 400,
        fields: [
          "content-type": "multipart/mixed; boundary=b",
          "retry-after": String(decoding: bytes.prefix(40), as: UTF8.self),
        ], body: bytes)
      let failure = DataverseFailure(answer)
      for text in [failure.message, failure.words, failure.trouble(now: 1_000).description] {
        guard SafeText.neutralised(text) == text else { return "a text that is not neutral" }
        guard text.count <= 800 else { return "a text of \(text.count) letters" }
      }
      if case .throttled(let time) = failure.trouble(now: 1_000), !(1_001...87_400).contains(time) {
        return "left alone until \(time)"
      }
      if let parts = try? DataverseBatch.answers(in: answer) {
        guard parts.count <= DataverseBatch.maxParts,
          parts.reduce(0, { $0 + $1.body.count }) <= bytes.count,
          parts.allSatisfy({ (100...599).contains($0.status) })
        else { return "parts that cannot be" }
      }
      if let page = try? answer.decoded(DataversePage.self), page.rows.count > bytes.count {
        return "more rows than there is room for"
      }
      if let row = try? answer.decoded(DataverseRow.self) {
        if let record = row.record("_regardingobjectid_value"), record.id.utf8.count != 36 {
          return "an id of \(record.id.utf8.count) bytes"
        }
        _ = DataverseSettings(row)
      }
      return nil
    })
}
