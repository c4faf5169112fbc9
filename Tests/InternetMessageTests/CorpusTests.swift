import InternetMessage
import Testing

@Suite(
  "Real messages",
  .enabled(if: Corpus.isPresent, "the corpus does not lie beside the repository"))
struct CorpusTests {
  /// Fields on which we differ on purpose, and why.
  static let exceptions: [String: String] = {
    var reasons = [
      "mikel-mail/emails__plain_emails__raw_email_double_at_in_header.eml message_id":
        "the whole of what stands in the brackets is the identifier"
    ]
    // A word without `@` is no address: nobody can be written to by it.
    for bareWord in [
      "Webklex-php-imap/email_address.eml from", "Webklex-php-imap/email_address.eml cc",
      "Webklex-php-imap/issue-275.eml from", "Webklex-php-imap/issue-275.eml to",
      "Webklex-php-imap/references.eml from", "Webklex-php-imap/references.eml cc",
      "apache-james-mime4j/core__testmsgs__basic-plain-very-long-lines.eml cc",
      "apache-james-mime4j/core__testmsgs__basic-plain-with-bad-header-separator.eml cc",
      "apache-james-mime4j/core__testmsgs__basic-plain.eml cc",
      "apache-tika/testRFC822-limitedheaders.eml from",
      "apache-tika/testRFC822-limitedheaders.eml to",
      "apache-tika/testRFC822_simple_inline_body.eml from",
      "mikel-mail/emails__mime_emails__raw_email11.eml to", "python-cpython/msg_05.eml from",
      "python-cpython/msg_05.eml to", "python-cpython/msg_15.eml to",
    ] {
      reasons[bareWord] = "a bare word is no address"
    }
    return reasons
  }()

  @Test("agree with two other parsers")
  func agreement() throws {
    var fields = 0
    var departures = 0
    var differences: [String] = []
    for expected in try Corpus.expectations() {
      let header = MessageHeader(HeaderSection(try Corpus.message(expected.file)))
      func compare<Value: Equatable>(_ name: String, _ want: Value?, _ got: Value) {
        guard let want else { return }
        fields += 1
        guard want != got else { return }
        departures += 1
        if Self.exceptions["\(expected.file) \(name)"] == nil {
          differences.append("\(expected.file) \(name): \(got) instead of \(want)")
        }
      }
      func plain(_ mailboxes: [Mailbox]) -> [String] {
        mailboxes.map { $0.address.localPart + "@" + $0.address.domain }
      }
      compare("from", expected.from, plain(header.from))
      compare("to", expected.to, plain(header.to))
      compare("cc", expected.cc, plain(header.cc))
      compare("bcc", expected.bcc, plain(header.bcc))
      compare("subject", expected.subject, header.subject)
      compare("message_id", expected.messageID, header.messageID?.value)
      compare("in_reply_to", expected.inReplyTo, header.inReplyTo.map(\.value))
      compare("references", expected.references, header.references.map(\.value))
      let date = header.date.map { [Int($0.secondsSince1970), $0.zoneMinutes] }
      compare("date", expected.date, date)
    }
    #expect(fields > 3000)
    #expect(differences == [], "each difference needs a reason")
    #expect(departures * 200 <= fields, "more than 0.5 % differ")
  }
}
