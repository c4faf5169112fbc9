/// Messages that hosts are given.
enum HostMail {
  /// Hosts may end the last line of a message; these all have such an end.
  static let ended: [[UInt8]] = [
    customerMail(), customerMail(body: "a\0b\n"),
    customerMail(body: "crlf\r\n\r\nFrom here\r\n"),
    customerMail(subject: "8 bit", body: "caf\u{E9}\n") + [0xE4, 10],
    // Beyond what the filter holds in memory. In lines: maildrop alone takes 11 seconds for one of 4 MB.
    customerMail(body: String(repeating: "long\n", count: 900_000)),
  ]

  static let all = ended + [customerMail(body: "no end")]
}
