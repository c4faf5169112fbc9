/// Messages whose parts we see otherwise than Python's email package, and why.
enum CorpusTreeExceptions {
  static let reasons: [String: String] = {
    var reasons: [String: String] = [:]
    for (reason, files) in groups { for file in files { reasons[file] = reason } }
    return reasons
  }()

  private static let groups = [
    "a line that is no field does not end the header of a message, so the body begins later": [
      "Webklex-php-imap/issue-40.eml",
      "apache-james-mime4j/core__testmsgs__basic-plain-with-bad-header-separator.eml",
      "apache-james-mime4j/core__testmsgs__malformedHeader-nocrlfcrlf.eml",
      "apache-james-mime4j/core__testmsgs__malformedHeader-noheader.eml",
      "apache-james-mime4j/core__testmsgs__obsolete.eml",
      "mikel-mail/emails__plain_emails__raw_email_incorrect_header.eml",
      "mikel-mail/emails__rfc2822__example13.eml", "php-mime-mail-parser/issue84.eml",
      "python-cpython/msg_19.eml", "python-cpython/msg_35.eml",
      "staktrace-mailparse/test_email_01_sample.pdf.eml",
    ],
    "blanks at the end of a quoted-printable line are dropped (RFC 2045 section 6.7)": [
      "apache-james-project/protocols__jmap-rfc-8621-integration-tests__"
        + "jmap-rfc-8621-integration-tests-common__eml__html_body.eml",
      "apache-spamassassin/nice__dkim__MIMEnowsp_05.eml", "mailgun-flanker/bilingual-simple.eml",
      "mikel-mail/emails__attachment_emails__attachment_message_rfc822_inline_image.eml",
      "nodemailer-mailparser/nested.eml", "php-mime-mail-parser/m0013.eml",
    ],
    "what of a damaged base64 body can be decoded is": [
      "apache-spamassassin/nice__mime4.eml",
      "jhillyerd-enmime/mail__mime-bad-content-transfer-encoding.eml",
      "jhillyerd-enmime/parts__extra-base64-character.eml", "php-mime-mail-parser/m0018.eml",
    ],
    "a multipart without its boundary: the other shows its preamble alone, or nothing": [
      "apache-james-mime4j/core__testmsgs__ending-boundaries.eml",
      "apache-james-mime4j/core__testmsgs__missing-inner-boundary.eml",
      "apache-james-mime4j/core__testmsgs__missing-inner-start-boundary.eml",
      "apache-james-mime4j/core__testmsgs__multipartnopart.eml",
      "apache-spamassassin/spam__badmime2.eml", "apache-spamassassin/spam__badmime3.eml",
      "mailgun-flanker/mailformed-headers.eml",
    ],
    "a delimiter in what was read as the header begins a part": [
      "apache-spamassassin/spam__015.eml"
    ],
    "two delimiters in a row hold an empty part": [
      "apache-james-mime4j/core__testmsgs__multipartemptypart.eml", "python-cpython/msg_37.eml",
    ],
    "a boundary that stands twice is the inner one's until that ends": [
      "python-cpython/msg_15.eml", "python-cpython/msg_39.eml",
    ],
    "the last line end of a part without end belongs to it": [
      "mailgun-flanker/missing-final-boundary.eml",
      "mikel-mail/emails__mime_emails__raw_email4.eml",
    ],
    "message/news is a message": ["mailgun-flanker/apache-message-news-mime.eml"],
    "bytes 128 to 159 of ISO-8859-1 are windows-1252": [
      "mikel-mail/emails__attachment_emails__attachment_pdf_non_ascii.eml"
    ],
  ]
}
