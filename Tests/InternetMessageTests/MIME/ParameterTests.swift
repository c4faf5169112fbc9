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
    ])
  func charsets(value: String, expected: String) { #expect(type(value).charset == expected) }

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
