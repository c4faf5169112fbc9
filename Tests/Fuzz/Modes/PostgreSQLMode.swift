import MailPipeline
import System
import Tracking

extension FuzzMode {
  /// The readers of what an organization in PostgreSQL tells of copies, users and settings.
  static let postgresql = FuzzMode(
    name: "postgresql",
    seeds: { _ in
      [
        #"{"key": "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff", "direction": "incoming", "message_id": "m1@x.example", "references": ["m0@x.example"], "token": "CRM:1", "thread_index": "01d0", "owner": "dana@contoso.example", "regarding": {"type": "account", "id": "7", "source": "manual"}, "sent_at": 1, "tracked_at": 2, "answers": null, "participants": [{"role": "from", "key": "erin@fabrikam.example", "is_external": true}]}"#,
        #"{"key": "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff", "direction": "outgoing", "owner": "lee@contoso.example", "sent_at": -1, "tracked_at": 2, "zone": 99999, "subject": "Offer", "size": 9223372036854775807, "attachments": [{"number": 2, "name": "a.pdf", "media_type": "application/pdf", "size": 3}], "deliveries": [{"mailbox": "lee@contoso.example"}], "is_truncated": false, "code": 6, "explanation": "yes", "is_manual": false}"#,
        #"{"policy": {"filter": "all", "none": "x"}, "users": [{"address": "dana@contoso.example", "addresses": ["d@x.example"], "kind": "user", "role": "member", "filter": null, "is_enabled": true}]}"#,
      ].map { Array($0.utf8) }
    },
    fragments: [
      "{", "}", "[", "]", "\"", "\\", "\\u0000", "\\u202e", "\\ud800", ":", ",", "null", "true",
      "1e999", "-1", "9223372036854775808", "\0", "\u{202E}", "key", "participants", "owner", "@",
    ],
    broken: { bytes in
      if let heading = try? PostgreSQLReply.heading(bytes, of: "c1") {
        if heading.size < 0 { return "a size of \(heading.size)" }
        if let broken = brokenText(heading.explanation) { return broken }
        if heading.facts.key.bytes.count != 32 { return "a key that is none" }
        if heading.facts.participants.count > bytes.count { return "more than there is room for" }
      }
      if let directory = try? PostgreSQLReply.directory(bytes), directory.users.count > bytes.count
      {
        return "more users than there is room for"
      }
      do throws(RemoteTrouble) {
        _ = try PostgreSQLReply.facts(bytes, of: "c1")
      } catch {
        return brokenText(error.description)
      }
      return nil
    })
}
