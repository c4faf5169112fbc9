import Foundation

/// Makes mail between one salesperson and her customers, of which all is known that a store must
/// have of it.
struct Generator {
  /// A message, and what is true of it.
  struct Message {
    var bytes: [UInt8]
    var arrivedAt: Int
    var truth: Truth
  }

  /// What is true of a message.
  struct Truth: Codable {
    var file = ""
    var messageID: String
    var direction: String
    var sender: String
    var recipients: [String]
    var subject: String
    /// The number of the thread.
    var thread: Int
    /// Whether it was delivered before.
    var isDuplicate: Bool
  }

  private struct Thread {
    var number: Int
    var customer: Correspondent
    var subject: String
    var ids: [String]
  }

  private var random: SplitMix
  private var threads: [Thread] = []
  private var count = 0
  private var time = 1_600_000_000
  private var last: Message?

  private static let owner = Correspondent(name: "Dana Díaz", address: "dana@contoso.example")
  private static let colleague = Correspondent(name: "Lee", address: "lee@contoso.example")
  private static let names = [
    "Erin", "Müller, Jörg", "山田太郎", "O'Brien", "Ines Gonçalves-Almeida", "Наталья", "J. R. Doe",
    "Ngô Thị Phương Thảo của phòng kinh doanh khu vực miền Trung",
  ]
  private static let subjects = [
    "Offer 4711", "Angebot für März", "見積書", "Re-opening", "Order #99 [final] (2nd try)",
    "Preis: 5 € je Stück, gültig bis Ende des Quartals, danach auf Anfrage", "From here",
  ]
  private static let bodies = [
    "Hello\n\nas discussed.\n", "From now on we deliver on Mondays.\n>From our side all is well.\n",
    "Line\n\n\n", "> quoted\nanswer\n-- \nErin\n", "no newline at the end",
    "Grüße\n\nFrom erin Tue Nov 24 11:20:28\nto you\n",
  ]

  init(seed: UInt64) { random = SplitMix(seed: seed) }

  /// The next message.
  mutating func next() -> Message {
    count += 1
    time += Int.random(in: 0...600, using: &random)
    if var again = last, Int.random(in: 0..<100, using: &random) == 0 {
      again.arrivedAt = time
      again.truth.isDuplicate = true
      return again
    }
    let message = make()
    last = message
    return message
  }

  private mutating func make() -> Message {
    let isReply = !threads.isEmpty && Int.random(in: 0..<100, using: &random) < 55
    let index =
      isReply
      ? Int.random(in: max(0, threads.count - 50)..<threads.count, using: &random) : threads.count
    if !isReply { threads.append(newThread()) }
    let thread = threads[index]
    let isSent = Int.random(in: 0..<3, using: &random) == 0
    let sender = isSent ? Self.owner : thread.customer
    let to = isSent ? thread.customer : Self.owner
    let cc = Int.random(in: 0..<4, using: &random) == 0 ? [Self.colleague] : []
    let id =
      "\(count).\(UInt32.random(in: 0...(.max), using: &random))@\(sender.address.split(separator: "@")[1])"
    let subject = (isReply ? "Re: " : "") + thread.subject
    var header = [
      "Message-ID: <\(id)>", "Date: \(date(time))", "From: \(sender.written(&random))",
      "To: \(to.written(&random))", "Subject: \(written(subject))",
    ]
    if !cc.isEmpty {
      header.append("Cc: " + cc.map { $0.written(&random) }.joined(separator: ",\n\t"))
    }
    if isReply, let parent = thread.ids.randomElement(using: &random) {
      if Int.random(in: 0..<3, using: &random) > 0 { header.append("In-Reply-To: <\(parent)>") }
      header.append(
        "References: " + thread.ids.suffix(5).map { "<\($0)>" }.joined(separator: "\n "))
    }
    let body = Self.bodies.randomElement(using: &random) ?? ""
    let text = body + String(repeating: "Lorem ipsum dolor sit amet.\n", count: size())
    let lineEnd = Int.random(in: 0..<20, using: &random) == 0 ? "\r\n" : "\n"
    header.append("MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8")
    let message = (header.joined(separator: "\n") + "\n\n" + text)
      .replacingOccurrences(of: "\n", with: lineEnd)
    threads[index].ids.append(id)
    return Message(
      bytes: Array(message.utf8), arrivedAt: time,
      truth: Truth(
        messageID: id, direction: isSent ? "outgoing" : "incoming", sender: sender.address,
        recipients: [to.address] + cc.map(\.address), subject: subject, thread: thread.number,
        isDuplicate: false))
  }

  private mutating func newThread() -> Thread {
    let number = threads.count
    return Thread(
      number: number,
      customer: Correspondent(
        name: Self.names.randomElement(using: &random) ?? "",
        address: "c\(number % 500)@fabrikam.example"),
      subject: Self.subjects.randomElement(using: &random) ?? "", ids: [])
  }

  /// How many lines of filler: few for most messages, many for some.
  private mutating func size() -> Int {
    let scale = Int.random(in: 0..<100, using: &random)
    return scale == 0 ? 8_000 : scale < 20 ? Int.random(in: 50..<600, using: &random) : scale
  }

  private func written(_ subject: String) -> String {
    subject.utf8.allSatisfy { $0 < 0x80 } ? subject : EncodedText.base64(subject)
  }

  private func date(_ seconds: Int) -> String {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = TimeZone(secondsFromGMT: 0)
    formatter.dateFormat = "EEE, d MMM yyyy HH:mm:ss Z"
    return formatter.string(from: Date(timeIntervalSince1970: TimeInterval(seconds)))
  }
}
