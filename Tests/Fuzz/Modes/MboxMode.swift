import Mailboxes

extension FuzzMode {
  /// The reader of mboxes: what it finds lies in the file, in order, and can be read.
  static let mbox = FuzzMode(
    name: "mbox",
    seeds: { _ in
      [
        "From erin@fabrikam.example Mon Nov  2 10:14:05 2026\nFrom: erin@fabrikam.example\nContent-Length: 12\nSubject: Offer\n\nGood day.\n>From me\n\nFrom - Tue Nov  3 11:00:00 2026 +0100\r\nX-Mozilla-Status: 0001\r\nTo: a@b.example\r\n\r\nFrom what you say\r\n>>From there\r\n",
        "\u{1}\u{1}\u{1}\u{1}\nReceived: by x.example\nSubject: One\n\nText\n\u{1}\u{1}\u{1}\u{1}\n\u{1}\u{1}\u{1}\u{1}\nFrom a@b.example Wed Nov 4 9:00 2026\nTo: c@d.example\n\nMore\n\u{1}\u{1}\u{1}\u{1}\n",
        "From a@b.example\nStatus: RO\n\n\nFrom c@d.example Sat Jan  3 00:00:00 MET 1970\n\n",
      ].map { Array($0.utf8) }
    },
    fragments: [
      "From ", "\nFrom ", ">From ", "\n\nFrom ", "\n", "\r\n", "\n\n", "\r", "\0", ">", ">>>>",
      "\u{1}\u{1}\u{1}\u{1}\n", "\u{FEFF}", "Content-Length: ", "9223372036854775807",
      "-9223372036854775808", "99999999999999999999", "\nContent-Length: 0\n", ":", " ", "\t",
      "Mon Nov  2 10:14:05 2026", "Feb 31 99:99:99 99999", "2147483648", "+9999", "Subject: x\n",
    ],
    broken: { bytes in
      do { return try withFile(bytes, brokenMbox) } catch { return "\(error)" }
    })

  private static func brokenMbox(_ path: String) throws -> String? {
    let file = try MailFile(MailPath(path))
    var messages: [Range<Int>] = []
    var end = 0
    var problem: String?
    let quoting = try MboxScanner.scan(file, end: file.size) { message in
      if message.offset < end || message.length < 0 || message.offset + message.length > file.size {
        problem = problem ?? "a message leaves the file, or its place"
      }
      if let body = message.header.bodyOffset, message.offset + body > file.size {
        problem = problem ?? "a body begins beyond the end"
      }
      end = message.offset + max(message.length, 0)
      messages.append(message.offset..<end)
    }
    guard problem == nil else { return problem }
    var buffer = [UInt8](repeating: 0, count: 1000)
    for range in messages {
      let source = MboxMessageSource(file, range, quoting: quoting)
      var total = 0
      while true {
        let count = try buffer.withUnsafeMutableBytes { try source.read(into: $0) }
        if count == 0 { break }
        total += count
      }
      guard total <= range.count else { return "a message longer than what is in the file" }
    }
    return nil
  }
}
