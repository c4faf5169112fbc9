// The rate of the parser over messages in memory; Benchmarks/gmime.c does the same work.
//
//   parse-bench header|full SECONDS < list of files
//   parse-bench hostile COUNT
//   parse-bench texts 0 < list of files
//
// The first prints messages a second and megabytes a second, the second how the time grows when a
// hostile message of COUNT pieces is doubled, the third each message and what a search finds of it, for
// Benchmarks/floor-batch.c.

import Glibc
import InternetMessage
import Tracking

/// What keeps the work from being left out.
nonisolated(unsafe) var sink = 0

func take(_ mailboxes: [Mailbox]) {
  for mailbox in mailboxes {
    sink &+= mailbox.address.domain.utf8.count &+ (mailbox.displayName?.utf8.count ?? 0)
  }
}

func take(_ header: MessageHeader) {
  take(header.from)
  take(header.sender.map { [$0] } ?? [])
  take(header.replyTo)
  take(header.to)
  take(header.cc)
  take(header.bcc)
  sink &+= header.subject?.utf8.count ?? 0
  sink &+= header.messageID?.value.utf8.count ?? 0
  sink &+= header.date == nil ? 0 : 1
  sink &+= header.inReplyTo.count &+ header.references.count
}

func takeAll(_ bytes: [UInt8]) {
  let message = Message(bytes)
  take(message.header)
  for part in message.structure.parts {
    sink &+= part.contentType.type.utf8.count
    guard !part.hasChildren else { continue }
    sink &+= part.fileName?.utf8.count ?? 0
    sink &+=
      part.contentType.type == "text"
      ? message.plainText(of: part).utf8.count : message.content(of: part).count
  }
}

func read(_ name: String) -> [UInt8]? {
  guard let file = fopen(name, "r") else { return nil }
  defer { fclose(file) }
  fseek(file, 0, SEEK_END)
  let length = ftell(file)
  rewind(file)
  return [UInt8](unsafeUninitializedCapacity: length) {
    $1 = fread($0.baseAddress, 1, length, file)
  }
}

func now() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

guard CommandLine.arguments.count == 3, let seconds = Double(CommandLine.arguments[2]) else {
  exit(64)
}
if CommandLine.arguments[1] == "hostile" {
  let count = Int(seconds)
  for hostile in Hostile.all {
    let once = hostile.time(count)
    let twice = hostile.time(2 * count)
    print((twice / once * 100).rounded() / 100, Int(twice * 1e3), hostile.name, separator: "\t")
  }
  exit(sink == 0 ? 1 : 0)
}
if CommandLine.arguments[1] == "texts" {
  while let name = readLine() {
    guard let bytes = read(name) else { exit(66) }
    guard writeTexts(of: bytes) else { exit(74) }
  }
  exit(0)
}
let isFull = CommandLine.arguments[1] == "full"
var messages: [[UInt8]] = []
while let name = readLine() {
  guard let bytes = read(name) else { exit(66) }
  messages.append(isFull ? bytes : Array(bytes[..<HeaderSection(bytes).bodyOffset]))
}
let size = messages.reduce(0) { $0 + $1.count }
let start = now()
var rounds = 0
var spent = 0.0
repeat {
  for bytes in messages {
    if isFull { takeAll(bytes) } else { take(MessageHeader(HeaderSection(bytes))) }
  }
  rounds += 1
  spent = now() - start
} while spent < seconds
let rate = Double(rounds) / spent
print(Int(Double(messages.count) * rate), (Double(size) * rate / 1e5).rounded() / 10)
