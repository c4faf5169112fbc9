/// Messages that hosts are given.
enum HostMail {
  /// What hosts and filters are known to change.
  static let small: [[UInt8]] = [
    customerMail(), customerMail(body: "a\0b\n"),
    customerMail(body: "crlf\r\n\r\nFrom here\r\n"),
    customerMail(subject: "8 bit", body: "caf\u{E9}\n") + [0xE4, 10],
    customerMail(body: "no end"),
  ]

  /// More than the filter holds in memory, in lines: maildrop alone takes 11 seconds for one of 4 MB.
  static let large = customerMail(body: String(repeating: "long\n", count: 900_000))

  static let all = small + [large]
}
