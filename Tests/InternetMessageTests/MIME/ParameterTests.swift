import InternetMessage
import Testing

@Suite("Content-Type and Content-Disposition")
struct ParameterTests {
  private func type(_ value: String) -> ContentType {
    value.utf8.withContiguousStorageIfAvailable { ContentType(UnsafeRawBufferPointer($0)) }
      ?? .plainText
  }

  /// The file name of a part with these fields.
  private func fileName(_ fields: String) -> String? {
    Message(Array((fields + "\n\nbody\n").utf8)).structure.parts[0].fileName
  }

  @Test(
    "types as mailers write them",
    arguments: [
      ("text/plain", "text/plain"), ("TEXT/HTML; charset=UTF-8", "text/html"),
      (" text / html (a page)", "text/html"), ("\"image/png\"", "image/png"),
      ("multipart", "multipart/mixed"), ("text", "text/plain"), ("", "text/plain"),
      ("nonsense", "text/plain"), ("/x", "text/plain"),
      ("application/vnd.ms-excel;name=x", "application/vnd.ms-excel"),
    ])
  func types(value: String, expected: String) { #expect(type(value).mediaType == expected) }

  @Test(
    "parameters as mailers write them",
    arguments: [
      ("text/plain; charset=\"utf-8\"", "utf-8"), ("text/plain; CHARSET = utf-8 (x)", "utf-8"),
      ("text/plain;; ; charset=utf-8;", "utf-8"), ("text/plain charset=utf-8", "utf-8"),
      ("text/plain; format=flowed charset=utf-8", "utf-8"),
      ("text/plain; junk; charset=utf-8", "utf-8"),
      ("text/plain; charset=utf-8; charset=big5", "utf-8"),
      ("text/plain; charset=\"utf-8", "utf-8"),
      // Quoted twice, or with quotes that are none in RFC 2045 section 5.1.
      ("text/plain; charset='utf-8'", "utf-8"), ("text/plain; charset=\"'utf-8'\"", "utf-8"),
      ("text/plain; charset=\"\"utf-8\"\"", "utf-8"),
      ("text/plain; charset=\"\\\"utf-8\\\"\"", "utf-8"),
      // Quoted-printable that was decoded in part only.
      ("text/plain; charset=3D\"utf-8\"", "utf-8"),
      // A comment that follows directly (RFC 2045 section 5.1).
      ("text/plain; charset=utf-8(x)", "utf-8"), ("text/plain; charset=utf-8 (x)", "utf-8"),
      ("text/plain; charset=\"\"; x=y", nil),
      // The whole field as an encoded word (some mailers encode any field).
      ("=?utf-8?Q?text/plain;_charset=3Dutf-8?=", "utf-8"),
    ] as [(String, String?)])
  func charsets(value: String, expected: String?) { #expect(type(value).charset == expected) }

  @Test(
    "file names in all their forms",
    arguments: [
      ("Content-Disposition: attachment; filename=a.pdf", "a.pdf"),
      ("Content-Disposition: attachment; filename=\"my \\\"offer\\\".pdf\"", "my \"offer\".pdf"),
      ("Content-Disposition: attachment; filename=my offer.pdf; size=3", "my offer.pdf"),
      ("Content-Disposition: attachment; filename=\"C:\\docs\\offer.pdf\"", "offer.pdf"),
      ("Content-Disposition: attachment; filename=\"../../etc/passwd\"", "passwd"),
      ("Content-Type: application/pdf; name=\"=?utf-8?Q?=E2=82=AC?= rates.pdf\"", "€ rates.pdf"),
      ("Content-Disposition: attachment; filename*=utf-8'en'%e2%82%ac%20rates", "€ rates"),
      ("Content-Disposition: attachment; filename*=iso-8859-1''caf%E9", "café"),
      (
        "Content-Disposition: attachment; filename*1=\"b.pdf\"; filename*0*=utf-8''%e2%82%ac; "
          + "filename=other",
        "€b.pdf"
      ),
      ("Content-Disposition: attachment; filename*0=long; filename*1=er.txt", "longer.txt"),
      ("Content-Disposition: filename=bare.txt", "bare.txt"),
      ("Content-Disposition: inline\nContent-Type: text/plain; name=x.txt", "x.txt"),
      ("Content-Disposition: attachment; filename=\"\"", nil),
      // Unquoted, with parentheses and blanks: readers take the value to the semicolon.
      ("Content-Disposition: attachment; filename=Invoice(2).pdf", "Invoice(2).pdf"),
      (
        "Content-Disposition: attachment; filename=Offer (final) v2.pdf; size=3",
        "Offer (final) v2.pdf"
      ),
      ("Content-Disposition: attachment; filename=(draft).pdf", "(draft).pdf"),
      ("Content-Type: application/pdf; name=E(E)E.pdf; x=y", "E(E)E.pdf"),
      ("Content-Disposition: attachment; filename*0=Of(1; filename*1=).pdf", "Of(1).pdf"),
      // Quoted twice.
      ("Content-Disposition: attachment; filename=\"\"a b.pdf\"\"", "a b.pdf"),
      ("Content-Disposition: attachment; filename=\"\\\"a b.pdf\\\"\"", "a b.pdf"),
      ("Content-Disposition: attachment; filename=\"'a.pdf'\"", "a.pdf"),
      ("Content-Disposition: attachment; filename=3D\"a.pdf\"", "a.pdf"),
      ("Content-Disposition: =?utf-8?Q?attachment;_filename=3D=22=C3=A4.pdf=22?=", "ä.pdf"),
      // A slash in a number is no folder (Gmail and Thunderbird show such a name whole).
      ("Content-Disposition: attachment; filename=\"Offer 7/2026.pdf\"", "Offer 7_2026.pdf"),
      ("Content-Disposition: attachment; filename=\"/srv/out/offer.pdf\"", "offer.pdf"),
      ("Content-Disposition: attachment; filename=\"~/offer.pdf\"", "offer.pdf"),
      ("Content-Disposition: attachment; filename=\"out/../offer.pdf\"", "offer.pdf"),
      ("Content-Disposition: attachment; filename=\"file:/srv/offer.pdf\"", "offer.pdf"),
      ("Content-Disposition: attachment; filename=\"a/\"", "a_"),
    ] as [(String, String?)])
  func fileNames(fields: String, expected: String?) { #expect(fileName(fields) == expected) }

  @Test("a parameter whose pieces were broken over lines without a blank is read")
  func unindented() {
    let text = """
      Content-Type: multipart/mixed; boundary=b

      --b
      Content-Disposition: attachment;
      filename="a.pdf"
      Content-Type: application/pdf

      x
      --b--
      """
    let parts = Message(Array(text.utf8)).structure.parts
    #expect(parts[1].fileName == "a.pdf")
    #expect(parts[1].contentType.mediaType == "application/pdf")
  }

  @Test("a boundary may hold parentheses, quoted or not")
  func boundary() {
    for value in ["Part(7)of9", "\"Part(7)of9\"", "Part(7)of9 (a comment)", "Part(7)of9; x=y"] {
      let text = "Content-Type: multipart/mixed; boundary=\(value)\n\n--Part(7)of9\n\none\n"
      #expect(Message(Array(text.utf8)).text.string == "one\n", "\(value)")
    }
  }

  @Test("a disposition that is not known is an attachment")
  func dispositions() {
    func isAttachment(_ value: String) -> Bool? {
      Message(Array("Content-Disposition: \(value)\n\n".utf8)).structure.parts[0].disposition?
        .isAttachment
    }
    #expect(isAttachment("attachment") == true)
    #expect(isAttachment("X-unheard") == true)
    #expect(isAttachment("INLINE; filename=x") == false)
    #expect(isAttachment("filename=x") == false)
  }
}
