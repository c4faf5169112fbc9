import Foundation
import Glibc
import Testing

/// The recipes for the mail of a whole site under Postfix: a content filter, and blind copies of what
/// users send.
@Suite(.serialized, .host("/usr/lib/postfix/sbin/master"), .asRoot) struct PostfixSiteTests {
  /// What Postfix puts before a message.
  private func fieldsBefore(_ message: [UInt8], in delivered: [UInt8]) throws -> [String] {
    try #require(delivered.count >= message.count)
    #expect(delivered.suffix(message.count).elementsEqual(message))
    let head = String(decoding: delivered.dropLast(message.count), as: UTF8.self)
    return head.split(separator: "\n").filter { $0.first?.isWhitespace == false }
      .map { String($0.prefix { $0 != ":" }) }
  }

  private func stored(_ copy: Int, _ postfix: PostfixServer) throws -> [UInt8] {
    let hex = Array(
      try postfix.place.query(
        "SELECT hex(bytes) FROM content WHERE id / 4096 = \(copy) ORDER BY id"
      ).utf8.filter { $0 != 10 })
    return stride(from: 0, to: hex.count - 1, by: 2).map {
      UInt8(String(decoding: hex[$0...$0 + 1], as: UTF8.self), radix: 16) ?? 0
    }
  }

  @Test func tracksForEachMailboxAndDeliversTheSameBytes() throws {
    let postfix = try PostfixServer()
    let message = customerMail(
      to: "dana@contoso.example", extra: "Cc: ben@contoso.example, eve@contoso.example",
      body: "a\0b\u{E9}\n.dot\nFrom here\n" + String(repeating: "x", count: 5_000) + "\n")
    try postfix.send(
      message, from: "erin@fabrikam.example",
      to: ["dana@contoso.example", "ben@contoso.example", "eve@contoso.example"])
    for name in ["dana", "ben", "eve"] {
      try postfix.wait(for: name) { try postfix.inbox("mail/" + name).count == 1 }
      let delivered = try #require(try postfix.inbox("mail/" + name).first)
      #expect(
        try fieldsBefore(message, in: delivered)
          == ["Return-Path", "X-Original-To", "Delivered-To", "Received", "Received"])
    }
    try postfix.wait(for: "an empty queue") { postfix.queued == 0 }
    // Eve has no mailbox in the profile.
    #expect(
      try postfix.place.query(
        "SELECT copy, mailbox, envelope_sender, envelope_recipient FROM delivery ORDER BY mailbox")
          == """
          1|ben@contoso.example|erin@fabrikam.example|ben@contoso.example
          1|dana@contoso.example|erin@fabrikam.example|dana@contoso.example
          """)
    #expect(try fieldsBefore(message, in: stored(1, postfix)) == ["Received"])
    #expect(!postfix.log.contains("status=bounced"))
  }

  @Test func passesNullSendersAndOddAddresses() throws {
    let postfix = try PostfixServer()
    let sender = "\"a b'$(id)\"@fabrikam.example"
    try postfix.send(customerMail(), from: "", to: ["dana@contoso.example"])
    try postfix.send(
      customerMail(id: "2@x"), from: "x-f=a@fabrikam.example", to: ["sales@contoso.example"])
    try postfix.send(
      customerMail(id: "3@x"), from: sender.replacing("'", with: "'\\''"),
      to: ["dana@contoso.example"])
    try postfix.wait(for: "delivery") { try postfix.inbox("mail/dana").count == 3 }
    let paths = try postfix.inbox("mail/dana").map {
      String(decoding: $0.prefix { $0 != 10 }, as: UTF8.self)
    }
    #expect(
      Set(paths) == [
        "Return-Path: <>", "Return-Path: <x-f=a@fabrikam.example>", "Return-Path: <\(sender)>",
      ])
    // What comes from the null sender was sent by a program.
    #expect(
      try postfix.place.query("SELECT envelope_sender FROM delivery ORDER BY 1")
        == "\(sender)\nx-f=a@fabrikam.example")
  }

  @Test func deliversWhenTheStoreIsDown() throws {
    let postfix = try PostfixServer()
    try postfix.place.breakProfile()
    try postfix.send(customerMail(), from: "erin@fabrikam.example", to: ["dana@contoso.example"])
    try postfix.wait(for: "delivery") { try postfix.inbox("mail/dana").count == 1 }
    #expect(postfix.place.waiting.count == 1)
    try postfix.place.repairProfile()
    try postfix.send(
      customerMail(id: "2@x"), from: "erin@fabrikam.example", to: ["dana@contoso.example"])
    try postfix.wait(for: "delivery") { try postfix.inbox("mail/dana").count == 2 }
    #expect(postfix.place.waiting.isEmpty)
    #expect(try postfix.place.counts == "2|2")
  }

  @Test func strictKeepsMailInTheQueue() throws {
    let postfix = try PostfixServer(options: "--strict")
    try postfix.place.breakProfile()
    try postfix.send(customerMail(), from: "erin@fabrikam.example", to: ["dana@contoso.example"])
    try postfix.wait(for: "deferral") { postfix.log.contains("status=deferred") }
    #expect(try postfix.inbox("mail/dana").isEmpty && postfix.place.waiting.isEmpty)
    #expect(postfix.queued == 1)
    try postfix.place.repairProfile()
    try postfix.flush()
    try postfix.wait(for: "delivery") { try postfix.inbox("mail/dana").count == 1 }
    try postfix.wait(for: "an empty queue") { postfix.queued == 0 }
    #expect(try postfix.place.counts == "1|1")
    #expect(!postfix.log.contains("status=bounced"))
  }

  /// Whatever is missing or broken: mail stays in the queue, and is delivered when it is repaired.
  @Test func nothingIsBouncedAndNothingPartialDelivered() throws {
    let postfix = try PostfixServer()
    let folder = postfix.place.folder
    let breakages: [(name: String, breaks: String, repairs: String)] = [
      ("no program", "mv bin/crm-mailfilter bin/kept", "mv bin/kept bin/crm-mailfilter"),
      ("no script", "mv bin/postfix-filter bin/kept", "mv bin/kept bin/postfix-filter"),
      (
        "no sendmail", "sed -i.kept 's,^sendmail=.*,sendmail=/nonexistent,' bin/postfix-filter",
        "mv bin/postfix-filter.kept bin/postfix-filter"
      ),
      (
        "a sendmail that refuses",
        "sed -i.kept 's,^sendmail=.*,sendmail=/bin/false,' bin/postfix-filter",
        "mv bin/postfix-filter.kept bin/postfix-filter"
      ),
      (
        "no room for the file",
        "sed -i.kept 's,(mktemp),(mktemp /nonexistent/XXXXXX),' bin/postfix-filter",
        "mv bin/postfix-filter.kept bin/postfix-filter"
      ),
      (
        "a filter that ends half-way",
        """
        mv bin/crm-mailfilter bin/kept
        printf '#!/bin/sh\\nhead -c 100\\nkill -9 $$\\n' > bin/crm-mailfilter
        chmod 755 bin/crm-mailfilter
        """,
        "mv bin/kept bin/crm-mailfilter"
      ),
      (
        "a script with an error", "sed -i.kept '/^umask/i if (' bin/postfix-filter",
        "mv bin/postfix-filter.kept bin/postfix-filter"
      ),
    ]
    var expected: Set<String> = []
    for (number, breakage) in breakages.enumerated() {
      _ = try postfix.place.shell(breakage.breaks)
      try postfix.send(
        customerMail(id: "\(number)@x"), from: "erin@fabrikam.example", to: ["dana@contoso.example"]
      )
      expected.insert("\(number)@x")
      try postfix.wait(for: breakage.name) {
        postfix.log.components(separatedBy: "status=deferred").count == number + 2
          || postfix.log.contains("status=bounced")
      }
      #expect(!postfix.log.contains("status=bounced"), "\(breakage.name): \(postfix.log)")
      _ = try postfix.place.shell(breakage.repairs)
      #expect(access(folder + "/bin/postfix-filter", X_OK) == 0)
    }
    #expect(try postfix.inbox("mail/dana").isEmpty)
    #expect(postfix.queued == breakages.count)
    try postfix.flush()
    try postfix.wait(for: "delivery") {
      try postfix.inbox("mail/dana").count == breakages.count && postfix.queued == 0
    }
    #expect(
      Set(
        try postfix.place.query("SELECT message_id FROM copy").split(separator: "\n").map(
          String.init))
        == expected)
  }

  @Test func copiesWhatUsersSubmit() throws {
    let postfix = try PostfixServer()
    func mail(_ id: String, from: String) -> [UInt8] {
      customerMail(id: id, from: from, to: "erin@fabrikam.example", extra: "Bcc: x@y.example")
    }
    let sent = mail("1@x", from: "dana@contoso.example")
    try postfix.send(
      sent, from: "dana@contoso.example", to: ["erin@fabrikam.example", "ben@contoso.example"],
      isSubmission: true)
    // Eve has no mailbox in the profile.
    try postfix.send(
      mail("2@x", from: "eve@contoso.example"), from: "eve@contoso.example",
      to: ["ben@contoso.example"], isSubmission: true)
    // What comes from outside in Dana's name is not taken for sent.
    try postfix.send(
      mail("3@x", from: "dana@contoso.example"), from: "dana@contoso.example",
      to: ["ben@contoso.example"])
    try postfix.wait(for: "delivery") {
      try postfix.inbox("mail/ben").count == 3 && postfix.queued == 0
    }
    let deliveries = try postfix.place.query(
      "SELECT message_id, direction, mailbox, envelope_sender FROM copy JOIN delivery "
        + "ON delivery.copy = copy.id")
    #expect(
      deliveries == """
        1@x|outgoing|dana@contoso.example|dana@contoso.example
        3@x|incoming|ben@contoso.example|dana@contoso.example
        """)
    let withoutBcc = Array(
      String(decoding: sent, as: UTF8.self).replacing("Bcc: x@y.example\n", with: "").utf8)
    #expect(try fieldsBefore(withoutBcc, in: stored(1, postfix)) == ["Received"])
  }

  @Test func copiesOfSentMailWaitToo() throws {
    let postfix = try PostfixServer()
    let sent = customerMail(from: "dana@contoso.example", to: "erin@fabrikam.example")
    try postfix.place.breakProfile()
    unlink(postfix.program)
    try postfix.send(
      sent, from: "dana@contoso.example", to: ["ben@contoso.example"], isSubmission: true)
    try postfix.wait(for: "deferral") { postfix.log.contains("status=deferred") }
    #expect(try postfix.inbox("mail/ben").count == 1)
    symlink(postfix.place.folder + "/bin/mounted", postfix.program)
    try postfix.flush()
    try postfix.wait(for: "the spool") { postfix.place.waiting.count == 1 && postfix.queued == 0 }
    try postfix.place.repairProfile()
    try postfix.send(
      customerMail(id: "2@x"), from: "erin@fabrikam.example", to: ["dana@contoso.example"])
    try postfix.wait(for: "delivery") { try postfix.inbox("mail/dana").count == 1 }
    #expect(try postfix.place.counts == "2|2")
    #expect(!postfix.log.contains("status=bounced"))
  }
}
