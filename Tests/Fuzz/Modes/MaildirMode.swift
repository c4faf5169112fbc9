import Mailboxes

extension FuzzMode {
  /// Names in a Maildir, one a line: they are taken apart, and have an order.
  static let maildir = FuzzMode(
    name: "maildir",
    seeds: { _ in
      [
        "1700000001.M52017P2481Q3.host:2,RS\n1700000001.M52017P2481Q12.host:2,\n1700000002.V1.host",
        "1700000003.2481_10.host,S=4711,W=4800;2,FT\n0001.eml!2,D\nmsg.a:1,x\n99999999999999.M1.h:2,S",
      ].map { Array($0.utf8) }
    },
    fragments: [
      "\n", ":2,", ";2,", "!2,", ":1,", ":", ".", "M", "M999999", "Q", "P99999999999999999999", "0",
      "00000000000000000000001", "9223372036854775807", "S", "T", "D", ",", "/", "\0", " ",
    ],
    broken: brokenNames)

  @Sendable
  private static func brokenNames(_ bytes: [UInt8]) -> String? {
    let names = bytes.split(separator: 10, maxSplits: 8)
    for name in names {
      let parts = MaildirName(name)
      guard name.starts(with: parts.unique), parts.unique.count + parts.flags.count <= name.count
      else { return "parts that are no parts of the name" }
      if let time = parts.deliveredAt, time <= 0 { return "a time before 1970" }
      if MaildirName(parts.unique).deliveredAt != parts.deliveredAt {
        return "a time that depends on the flags"
      }
    }
    for one in names {
      guard !NaturalOrder.precedes(one, one) else { return "a name before itself" }
      for other in names where NaturalOrder.precedes(one, other) {
        guard !NaturalOrder.precedes(other, one) else { return "two names before each other" }
        for third in names where NaturalOrder.precedes(other, third) {
          guard NaturalOrder.precedes(one, third) else { return "an order in a circle" }
        }
      }
    }
    return nil
  }
}
