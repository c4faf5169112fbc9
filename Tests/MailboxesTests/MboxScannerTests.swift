import Foundation
import Glibc
import Testing

@testable import Mailboxes

/// An mbox has as many messages as were put into it, whoever wrote its `From ` lines.
@Suite struct MboxScannerTests {
  private let folder = try? TemporaryFolder()

  private func scan(_ text: some Sequence<UInt8>) throws -> [MboxScanner.Message] {
    let file = try MailFile(#require(folder).write(text, to: UUID().uuidString))
    var messages: [MboxScanner.Message] = []
    _ = try MboxScanner.scan(file, end: file.size) { messages.append($0) }
    return messages
  }

  private func scan(_ text: String) throws -> [MboxScanner.Message] { try scan(text.utf8) }

  /// A message, with an empty line after it.
  private func mail(_ number: Int, _ fields: String = "", body: String = "Hello\n") -> String {
    "From: ann@fabrikam.example\nSubject: \(number)\n\(fields)\n\(body)\n"
  }

  @Test(arguments: [
    ("From ", nil), ("From - ", nil), ("From -", nil), ("From ann@x", nil),
    ("From ann@x Mon Nov  2 10:01:00 2026", 1_793_613_660),
    ("From ann@x Mon Nov  2 10:01 2026 remote from mx", 1_793_613_660),
    ("From ann@x Mon, 2 Nov 2026 10:01:00 +0100", 1_793_613_660),
    ("From ann@x 2026-11-02T10:01:00Z", 1_793_613_660),
    ("From ann@x 2026-11-02 10:01:00", 1_793_613_660),
    ("From ann@x 11/02/2026 10:01:00 AM", 1_793_613_660),
    ("From ann@x 11/02/26 10:01:00 PM", 1_793_656_860),
    ("From ann@x Mon Nov  2 10:01:00 26", 1_793_613_660),
    ("From ann@x Mo Dez  2 10:01:00 2026", 1_796_205_660),
    ("From ann@x lun. 2 févr. 2026 10:01:00", 1_770_026_460),
    ("From ann@x Понедельник 2 ноября 10:01:00 2026", nil),
    ("From \"ann smith\"@x Mon Nov  2 10:01:00 2026", 1_793_613_660),
  ])
  func aLineCountsByWhatStandsAroundIt(_ line: String, _ time: Int64?) throws {
    for lineEnd in ["\n", "\r\n"] {
      let text = "\(line)\n\(mail(1))\(line)\n\(mail(2))\(line)\n\(mail(3))"
      let messages = try scan(text.replacing("\n", with: lineEnd))
      #expect(messages.count == 3)
      #expect(messages.allSatisfy { $0.deliveredAt == time })
    }
  }

  @Test(arguments: [
    // No empty line before it, and nothing of a header after it.
    "Update:\nFrom Mon Nov 2 10:00 2026 on the line is down.\n\nsecret\n",
    "\nFrom jane on Mon May 4 10:00 2026 we got this:\n\nbla\n",
    "\nFrom now on\nhttp://fabrikam.example/ is down\n",
    "\nFrom here\nWhat it says: nothing\n",
    "\nFrom 1f2e3d4c5b6a7980112233445566778899aabbcc Mon Sep 17 00:00:00 2001\nno header\n",
    "text\nFrom here\nSubject: of no separator\n", "\nFrom\n", "\nFrom \n\nSubject: after a line\n",
    "\n >From x\nSubject: y\n",
  ])
  func aLineOfABodyCutsNothing(_ body: String) throws {
    let text = "From - Mon Nov  2 10:00:00 2026\n\(mail(1, body: body))From \n\(mail(2))"
    let messages = try scan(text)
    #expect(messages.count == 2)
    #expect(messages.last?.offset == text.utf8.count - mail(2).utf8.count - 6)
  }

  @Test func whatStandsBeforeTheFirstIsPassedOver() throws {
    let mails = "From \n\(mail(1))From \n\(mail(2))"
    for before in ["\n\n", "\u{FEFF}", "\u{FEFF}\r\n\n"] {
      let messages = try scan(before + mails)
      #expect(messages.map(\.offset).first == before.utf8.count)
      #expect(messages.count == 2)
    }
    // Not at the start of a line, not an mbox.
    #expect(try scan("x" + mails).isEmpty)
    #expect(try scan("From here\nwe go on\n").isEmpty)
    #expect(try scan("").isEmpty)
  }

  @Test func oldProgramsForgetTheEmptyLine() throws {
    let line = "From ann@x Mon Nov  2 10:01:00 2026\n"
    let text = line + mail(1).dropLast() + line + mail(2)
    #expect(try scan(text).count == 2)
  }

  @Test func messagesOfMMDFStandBetweenTheirLines() throws {
    let bar = "\u{1}\u{1}\u{1}\u{1}\n"
    let one = "Subject: 1\n\nFrom here\nFrom - Mon Nov  2 10:00:00 2026\nSubject: inner\n"
    let two = "From ann@x Mon Nov  2 10:01:00 2026\nSubject: 2\n\nx\n"
    let messages = try scan(bar + one + bar + bar + two + bar)
    #expect(messages.map(\.offset) == [5, 5 + one.utf8.count + 10])
    #expect(messages.map(\.length) == [one.utf8.count, two.utf8.count])
    #expect(messages.map(\.deliveredAt) == [nil, 1_793_613_660])
    // Without the last line the last message is one all the same.
    #expect(try scan(bar + one + bar + bar + two).count == 2)
    #expect(try scan(bar + bar).isEmpty)
  }

  @Test func aLengthIsBelievedWhereItFits() throws {
    let inner = "From \nSubject: inner\n\nx\n"
    func text(_ length: String) -> String {
      "From \n\(mail(1, "Content-Length: \(length)\n", body: "\n" + inner))From \n\(mail(2))"
    }
    #expect(try scan(text("\(inner.utf8.count + 1)")).count == 2)
    for wrong in [
      "3", "99999", "-5", "9223372036854775807", "9223372036854775800", "99999999999999999999", "x",
    ] {
      #expect(try scan(text(wrong)).count == 3, "\(wrong)")
    }
  }

  @Test func flagsAreNoPartOfWhatTellsAMessage() throws {
    let plain = try scan("From \n" + mail(1))
    let flagged = try scan(
      "From \n"
        + mail(1, "Status: RO\nX-Status: A\nX-Mozilla-Status: 0001\nX-Keywords: a\n b\n"))
    let other = try scan("From \n" + mail(2))
    func length(_ message: MboxScanner.Message) -> Int {
      message.length - message.header.notedLength
    }
    #expect(plain.map(length) == flagged.map(length))
    #expect(plain.map(\.header.digest) == flagged.map(\.header.digest))
    #expect(plain.map(\.header.digest) != other.map(\.header.digest))
  }

  @Test func messagesAreFoundWhereverAWindowEnds() throws {
    var text = ""
    var offsets: [Int] = []
    var length = 0
    for number in 0..<60 {
      offsets.append(length)
      let part = "From \n" + mail(number, body: String(repeating: "y\n", count: 40_000 + number))
      text += part
      length += part.utf8.count
    }
    #expect(try scan(text).map(\.offset) == offsets)
  }

  @Test(arguments: [
    "\nFrom \nA: b\n", "From x Mon Nov 2 1:1 2026\nA: b\n", "\n\nFrom \n", ">>>>From ",
    "\u{1}\u{1}\u{1}\u{1}\n",
    "\nFrom \nSubject: x\nContent-Length: 999999\n", "\nFrom \nContent-Length: 1\n",
  ])
  func theTimeGrowsWithTheLength(_ part: String) throws {
    func seconds(_ count: Int) throws -> Double {
      let text = "From \n\(mail(1))" + String(repeating: part, count: count / part.utf8.count)
      let path = try #require(folder).write(text.utf8, to: UUID().uuidString)
      let file = try MailFile(path)
      var start = timespec()
      clock_gettime(CLOCK_THREAD_CPUTIME_ID, &start)
      _ = try MboxScanner.scan(file, end: file.size) { _ in }
      var end = timespec()
      clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end)
      return Double(end.tv_sec - start.tv_sec) + Double(end.tv_nsec - start.tv_nsec) / 1e9
    }
    // What else runs here makes one or the other slower, for a while.
    var small = Double.infinity
    var large = Double.infinity
    for round in 1...12 {
      small = min(small, try seconds(200_000))
      large = min(large, try seconds(400_000))
      if round > 2, large < small * 2.6 + 0.01 { break }
    }
    #expect(large < small * 2.6 + 0.01)
  }
}
