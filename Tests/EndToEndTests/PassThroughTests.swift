import Foundation
import Glibc
import Testing

/// Promise 1 and 2: stdout is stdin, whatever it is.
@Suite struct PassThroughTests {
  static let oddMessages: [String: [UInt8]] = [
    "empty": [],
    "a newline": [10],
    "binary": (0..<20_000).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 3) },
    "no header": Array("just text\nand more\n".utf8),
    "NUL": customerMail(body: "a\0b\n\0"),
    "lone CR": customerMail(body: "a\rb\r\r\nc"),
    "no final newline": customerMail(body: "end"),
    "From line": Array("From erin@fabrikam.example Mon Nov  2 10:14:05 2026\n".utf8)
      + customerMail(),
    "8-bit": customerMail(subject: "caf\u{e9}") + [0xE9, 0xFF, 0xFE],
    "CRLF": Array(
      String(decoding: customerMail(), as: UTF8.self).replacingOccurrences(
        of: "\n", with: "\r\n"
      ).utf8),
    "a line of 1 MB": customerMail(body: String(repeating: "x", count: 1 << 20)),
    "only From": Array("From ".utf8),
    "header without end": Array("From: erin@fabrikam.example\nTo: dana@contoso.example".utf8),
  ]

  @Test(arguments: oddMessages.keys.sorted()) func everyByteComesOut(_ name: String) throws {
    let message = try #require(Self.oddMessages[name])
    let place = try Place()
    for arguments in [[], ["--strict"], ["--recipient", "dana@contoso.example"]] {
      let result = try place.filter(message, arguments)
      #expect(result.status == 0)
      #expect(result.output == message, "\(name) \(arguments)")
      #expect(result.errors == "")
    }
    #expect(place.waiting.isEmpty)
  }

  @Test func messagesLargerThanMemoryComeOutAndAreStored() throws {
    let place = try Place()
    var message = customerMail()
    // Beyond the 4 MiB that are held in memory, and no multiple of any buffer.
    message += (0..<9_000_001).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 7) }
    let result = try place.filter(message)
    #expect(result.status == 0)
    #expect(result.output == message)
    #expect(try place.counts == "1|1")
    let raw = try place.run("show", "1", "--raw")
    #expect(raw.output == message)
  }

  @Test func messagesLargerThanTheLimitAreStoredInPart() throws {
    let place = try Place(head: "max_size = \"100k\"")
    let message = customerMail(body: String(repeating: "line\n", count: 400_000))
    #expect(try place.filter(message).output == message)
    #expect(try place.query("SELECT is_truncated, size FROM copy") == "1|\(message.count)")
    let raw = try place.run("show", "1", "--raw").output
    #expect(raw.count < message.count && message.starts(with: raw))
  }

  @Test func aHeaderAndALineOf100MBPass() throws {
    let place = try Place()
    for (start, end) in [("X-Long: ", "\n\nbody\n"), ("Subject: x\n\n", "")] {
      let result = try place.shell(
        """
        { printf '\(start)'; head -c 100000000 /dev/zero | tr '\\0' a; printf '\(end)'; } > in
        ulimit -v 2000000; "$F" < in | cmp - in; echo "${PIPESTATUS[@]}"
        """.replacingOccurrences(of: " in\n", with: " \(place.folder)/in\n")
          .replacingOccurrences(of: "< in", with: "< \(place.folder)/in")
          .replacingOccurrences(of: "- in;", with: "- \(place.folder)/in;"))
      #expect(result.text == "0 0\n", "\(result.errors)")
    }
  }

  /// Whatever there was to read, it is not known: the host is to try again.
  @Test func aClosedStdinIsNoMessage() throws {
    let place = try Place()
    let result = try place.shell(#""$F" <&-; echo $?"#)
    #expect(result.text == "75\n")
  }

  @Test(arguments: [">&-", "> /dev/full"]) func outputThatFailsIs75AndIsTrackedOnce(
    _ redirection: String
  ) throws {
    let place = try Place()
    try place.write(customerMail(), to: "mail")
    let result = try place.shell(
      #""$F" < \#(place.folder)/mail \#(redirection); echo $? >&2"#)
    #expect(result.errors.hasSuffix("75\n"))
    #expect(try place.filter(customerMail()).status == 0)
    #expect(try place.counts == "1|2")
  }

  @Test func noOutputWritesNothing() throws {
    let place = try Place()
    let result = try place.filter(customerMail(), ["--no-output"])
    #expect(result.status == 0 && result.output.isEmpty)
    #expect(try place.counts == "1|1")
  }

  @Test func mistypedOptionsOnAPipeAre75() throws {
    let place = try Place()
    for arguments in [["--stric"], ["filter", "--recipient"], ["fliter"], ["--strict=yes"]] {
      let result = try place.filter(customerMail(), arguments)
      #expect(result.status == 75 && result.output.isEmpty, "\(arguments)")
      #expect(result.errors.split(separator: "\n").count == 1)
    }
    #expect(try place.run("list", "--bogus").status == 64)
  }

  @Test func anAddressCannotBecomeAnOption() throws {
    let place = try Place()
    for address in ["--strict", "--no-output", "--help", "-x", "", "a\nb@c"] {
      let result = try place.filter(
        customerMail(), ["--recipient", address, "--sender", address])
      #expect(result.status == 0 && result.output == customerMail(), "\(address)")
    }
  }

  @Test func withoutAProfileMailPasses() throws {
    let place = try Place()
    var environment = place.environment
    environment["CRM_MAILFILTER_PROFILE"] = nil
    let result = try Program.run(
      Program.path, input: customerMail(), environment: environment, folder: place.folder)
    #expect(result.status == 0 && result.output == customerMail())
    #expect(result.errors.contains("no profile"))
  }
}
