import Foundation
import Glibc
import InternetMessage
import Mailboxes
import Testing
import Tracking

@testable import MailPipeline

@Suite struct SpoolEntryTests {
  @Test func anEntryComesBackAsItWent() throws {
    let address = try #require(AddrSpec("\"odd one\"@x.example"))
    for sender in [Envelope.Sender.null, .address(address), nil] {
      let entry = SpoolEntry(
        name: "n.mail", arrivedAt: 17, organization: "contoso", profile: "/a b/c.toml",
        envelope: Envelope(sender: sender, recipients: [address]), isSent: true, failure: "locked")
      let message = Array("\n\nFrom: x\n\n".utf8)
      let file = entry.header + message
      let read = try #require(
        SpoolEntry(name: "n.mail", start: file, fileSize: file.count))
      #expect(Array(file[read.messageOffset...]) == message && read.size == message.count)
      #expect(read.envelope == entry.envelope && read.isSent && read.arrivedAt == 17)
      #expect(read.organization == "contoso" && read.profile == "/a b/c.toml")
      #expect(read.failure == "locked")
    }
  }

  @Test func aValueCannotAddALine() throws {
    let entry = SpoolEntry(
      name: "n", arrivedAt: 1, organization: nil, profile: "/x\nsent yes\n\nbody",
      envelope: Envelope(), isSent: false, failure: "t")
    let file = entry.header
    let read = try #require(SpoolEntry(name: "n", start: file, fileSize: file.count))
    #expect(!read.isSent && read.messageOffset == file.count)
  }

  /// Characters would merge the blank before it with the mark.
  @Test func anAddressMayBeginWithACombiningMark() throws {
    let odd = try #require(AddrSpec("\u{301}x@evil.example"))
    let entry = SpoolEntry(
      name: "n", arrivedAt: 1, organization: "\u{308}o", profile: "\u{301}p",
      envelope: Envelope(sender: .address(odd), recipients: [odd]), isSent: false, failure: "t")
    let file = entry.header
    let read = try #require(SpoolEntry(name: "n", start: file, fileSize: file.count))
    #expect(read.envelope == entry.envelope && read.profile == "\u{301}p")
    #expect(read.organization == "\u{308}o")
  }

  /// All that a host can name is written and read again.
  @Test func manyRecipientsComeBack() throws {
    let spool = Spool(path: NSTemporaryDirectory() + "crm-mailfilter-spool-" + UUID().uuidString)
    defer { try? FileManager.default.removeItem(atPath: spool.path) }
    let recipients = (0..<40_000).map {
      AddrSpec(localPart: "somebody.\($0)", domain: "a-long-domain-name.example")
    }
    let entry = SpoolEntry(
      name: Spool.newName(), arrivedAt: 1, organization: "o", profile: "/p",
      envelope: Envelope(recipients: recipients), isSent: false, failure: "locked")
    #expect(entry.header.count > 1 << 20)
    var pipe: [Int32] = [0, 0]
    #expect(Glibc.pipe(&pipe) == 0)
    write(pipe[1], "From: x\n\nbody", 13)
    close(pipe[1])
    defer { close(pipe[0]) }
    let input = MessageInput(descriptor: pipe[0], temporaryFolders: [])
    try input.holdAll()
    try spool.add(entry, message: input)
    let read = try #require(spool.entries().first)
    #expect(read.envelope.recipients == recipients && read.size == 13)
    #expect(spool.damagedEntries().isEmpty)
  }

  /// Twice the header is about twice the time: nothing in it is looked at again and again.
  @Test func readingIsLinear() {
    // Other tests run beside this one in the same process.
    func threadSeconds() -> Double {
      var time = timespec()
      clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
      return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
    func seconds(_ piece: String, _ count: Int) -> Double {
      let start =
        Array("crm-mailfilter spool entry 1\n".utf8)
        + (0..<count).flatMap { _ in Array(piece.utf8) } + [10]
      let before = threadSeconds()
      _ = SpoolEntry(name: "n", start: start, fileSize: start.count)
      return threadSeconds() - before
    }
    for piece in ["recipient a@b.example\n", "x \n", "recipient", "sender \"", "\u{301}", " "] {
      var times = [Double.infinity, .infinity, .infinity]
      var isGrowing = true
      // Caches make one step dear, and what else runs here makes any: what grows so at each step in the
      // best of many rounds is not linear.
      for round in 1...10 where round < 3 || isGrowing {
        times = zip(times, [10_000, 20_000, 40_000]).map { min($0, seconds(piece, $1)) }
        isGrowing = zip(times, times.dropFirst()).allSatisfy { $1 > max(2.6 * $0, 0.01) }
      }
      #expect(!isGrowing, "\(piece): \(times)")
    }
  }

  /// Whatever is in the file, it is read or refused; what is read is within it.
  @Test func damagedHeadersAreReadOrRefused() {
    let address = AddrSpec(localPart: "a b", domain: "x.example")
    let good =
      SpoolEntry(
        name: "n", arrivedAt: 9, organization: "o", profile: "/p",
        envelope: Envelope(sender: .address(address), recipients: [address]), isSent: true,
        failure: "locked"
      ).header + Array("Subject: x\n\nbody".utf8)
    var random = SystemRandomNumberGenerator()
    for _ in 0..<5_000 {
      var bytes = good
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.remove(at: place)
        case 2: bytes.insert([0, 10, 13, 32, 0xcc][place % 5], at: place)
        default: bytes.removeSubrange(place...)
        }
        if bytes.isEmpty { break }
      }
      guard let read = SpoolEntry(name: "n", start: bytes, fileSize: bytes.count) else { continue }
      #expect(read.messageOffset <= bytes.count && read.size == bytes.count - read.messageOffset)
      // What was read is written in a way that is read the same.
      let again = SpoolEntry(name: "n", start: read.header, fileSize: read.header.count)
      #expect(again?.envelope == read.envelope)
    }
  }

  @Test func otherFilesAreNoEntries() {
    for text in ["", "From: x\n\nbody", "crm-mailfilter spool entry 1\narrived 1\n"] {
      #expect(SpoolEntry(name: "n", start: Array(text.utf8), fileSize: text.utf8.count) == nil)
    }
  }
}
