import MailPipeline
import System
import Tracking

extension FuzzMode {
  /// The reader of what a program that is an organization answers.
  static let reply = FuzzMode(
    name: "reply",
    seeds: { _ in
      [
        #"{"request": 1, "protocol": 1, "name": "CRM", "user": "mail", "can": ["withdraw"]}"#,
        #"{"request": 1, "decision": "accepted", "code": 2, "owner": "dana@contoso.example", "regarding": "ticket:7", "explanation": "yes"}"#,
        #"{"request": 1, "stored": "c1", "done": true}"#,
        #"{"request": 1, "failure": "throttled", "retry_after": 30.5}"#,
        #"{"request": 1, "changes": [{"stored": "c1", "gone": true}, {"stored": "c2", "regarding": null}], "token": "7", "more": false}"#,
      ].map { Array($0.utf8) }
    },
    fragments: [
      "{", "}", "[", "]", "\"", "\\", "\\u0000", "\\u202e", "\\ud800", ":", ",", "null", "true",
      "1e999", "-1", "9223372036854775808", "\0", "\u{202E}", "\u{FEFF}", "stored", "request",
    ],
    broken: { bytes in
      let reply: ProgramReply
      do throws(RemoteTrouble) {
        reply = try ProgramReply(bytes, to: 1, now: 1_000)
      } catch {
        if case .throttled(let time) = error, !(1_001...87_400).contains(time) {
          return "left alone until \(time)"
        }
        return brokenText(error.description)
      }
      if let broken = brokenText(reply.explanation) { return broken }
      if let stored = try? reply.receipt().stored, stored.isEmpty || stored.utf8.count > 512 {
        return "an id of \(stored.utf8.count) bytes"
      }
      if let identity = try? reply.identity(), let broken = brokenText(identity.name) {
        return broken
      }
      if case .accepted(let code, _, _, _)? = try? reply.answer(), code.rawValue < 0 {
        return "accepted with \(code.rawValue)"
      }
      if let changes = try? reply.changes().changes, changes.count > bytes.count / 4 {
        return "more changes than there is room for"
      }
      return nil
    })

  static func brokenText(_ text: String) -> String? {
    // What was cut in the middle of a letter of several signs is as long as that.
    guard SafeText.neutralised(text) == text else { return "a text that is not neutral" }
    return text.count <= 500 ? nil : "a text of \(text.count) letters"
  }
}
