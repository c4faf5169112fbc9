import InternetMessage
import System
import Testing
import Tracking

@Suite struct MessageKeyDigestTests {
  private func key(_ text: String, chunk: Int = .max) -> MessageKey {
    let bytes = Array(text.utf8)
    let section = HeaderSection(bytes)
    var digest = MessageKeyDigest(section)
    var position = section.bodyOffset
    while position < bytes.count {
      let end = min(bytes.count, position + min(chunk, bytes.count))
      bytes[position..<end].withUnsafeBytes { digest.update($0) }
      position = end
    }
    return digest.finish()
  }

  private let mail = "From: a@b.example\nSubject: one\n two\n\nHello\nFrom here\n>From there\n"

  @Test func whatHostsChangeIsNoPartOfIt() {
    let same = [
      "From x Mon\n" + mail,
      "Received: by y\nX-New: z\nDelivered-To: q@r.example\n" + mail,
      "Content-Length: 17\n" + mail,
      mail.replacing("\n", with: "\r\n"),
      mail.replacing("\nFrom here", with: "\n>From here").replacing(
        "\n>From t", with: "\n>>From t"),
      mail + "\n\n\n",
      String(mail.dropLast()),
      mail.replacing("one\n two", with: "one  two"),
      mail.replacing(
        "From: a@b.example\nSubject: one\n two\n", with: "Subject: one two\nFROM: a@b.example\n"),
    ]
    for other in same { #expect(key(other) == key(mail), "\(other)") }
  }

  @Test func whatSendersWriteIsPartOfIt() {
    let others = [
      mail.replacing("Hello", with: "hello"), mail.replacing("a@b", with: "c@b"),
      mail.replacing("Subject: one", with: "Subject: One"), "To: x@y.example\n" + mail,
      "Content-Type: text/html\n" + mail, mail.replacing("Hello\n", with: "Hello\n\n"),
      mail.replacing("Hello", with: "Hel\rlo"), mail + "x",
    ]
    for other in others { #expect(key(other) != key(mail), "\(other)") }
  }

  /// What hosts and clients add of MIME on the way.
  @Test func onlyTheFieldsOfMIMEThatReadersNeedCount() {
    let mime = "Content-Type: text/plain\nContent-Transfer-Encoding: 8bit\n" + mail
    for added in ["Content-Language: de-DE\n", "Content-Class: urn:x\nCONTENT-ID: <1@x>\n"] {
      #expect(key(added + mime) == key(mime), "\(added)")
    }
    for other in [
      mime.replacing("8bit", with: "7bit"), mime.replacing("plain", with: "html"),
      "Content-Disposition: inline\n" + mime,
    ] {
      #expect(key(other) != key(mime), "\(other)")
    }
  }

  @Test func theFirstFormIsToldWhereItIsAnother() {
    func keys(_ text: String) -> (key: MessageKey, first: MessageKey?) {
      let bytes = Array(text.utf8)
      let section = HeaderSection(bytes)
      var digest = MessageKeysDigest(section)
      bytes[section.bodyOffset...].withUnsafeBytes { digest.update($0) }
      return digest.finish()
    }
    #expect(keys("Content-Type: text/plain\nContent-Length: 9\n" + mail).first == nil)
    let with = keys("Content-Language: de\n" + mail)
    #expect(with.key == keys(mail).key)
    // The hash that sha256sum(1) gives of all the fields and the body.
    #expect(
      with.first?.description
        == "252c22ad42693082c8a8a8af15ff42a3"
        + "0e3ab2c8c925fc68c48004769a6c7811")
  }

  @Test func chunksMakeNoDifference() {
    let crlf = mail.replacing("\n", with: "\r\n") + "a\rb\r\n\r\n>>>Fro\r\n\r\n"
    for chunk in 1...20 { #expect(key(crlf, chunk: chunk) == key(crlf)) }
  }

  /// What of a body is hashed, line by line.
  private func plainly(_ body: [UInt8]) -> [UInt8] {
    var lines = body.split(separator: 10, omittingEmptySubsequences: false).map { Array($0) }
    let isEnded = lines.last == []
    for place in lines.indices where place < lines.count - 1 || isEnded {
      if lines[place].last == 13 { lines[place].removeLast() }
    }
    while lines.last == [] { lines.removeLast() }
    let unquoted = lines.map { line -> [UInt8] in
      let words = line.drop { $0 == UInt8(ascii: ">") }
      return words.starts(with: "From ".utf8) ? Array(words) : line
    }
    return Array(unquoted.joined(separator: [10] as [UInt8]))
  }

  @Test func bodiesOfAnyLinesAreHashedAsEachLineIs() {
    let pieces = [
      "a", "From ", "Fro", ">", "\n", "\n", "\r\n", "\r", String(repeating: "b", count: 70),
    ]
    var random = SystemRandomNumberGenerator()
    for _ in 0..<300 {
      let body = (0..<40).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
      let header = "Subject: one\n\n"
      let expected = SHA256.digest(of: Array("subject:one\n\n".utf8) + plainly(Array(body.utf8)))
      for chunk in [1, 7, 500, .max] {
        #expect(key(header + body, chunk: chunk).bytes == expected, "\(body.debugDescription)")
      }
    }
  }

  /// The hash that sha256sum(1) gives: keys of stores that exist must stay what they are.
  @Test func theKeyIsTheHashOfWhatCounts() {
    let lines = [String](repeating: String(repeating: "x", count: 75), count: 200)
    let body =
      lines.joined(separator: "\n") + String(repeating: "\n", count: 5_000)
      + String(repeating: "y", count: 10_000) + "\nz\n\n"
    let text = "Subject: one\n two\nFrom: a@b.example\n\n" + body
    for chunk in [1, 4_095, 4_096, 4_097, .max] {
      #expect(
        key(text, chunk: chunk).bytes.map { hexadecimal($0) }.joined()
          == "67bd486a973c7a3e77c4dd50f7cc76d4"
          + "a95f121f139d3414094474baf9874e35", "\(chunk)")
    }
  }

  private func hexadecimal(_ byte: UInt8) -> String {
    let text = String(byte, radix: 16)
    return text.count < 2 ? "0" + text : text
  }
}
