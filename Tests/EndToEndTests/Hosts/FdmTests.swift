import Foundation
import Testing

/// The recipe for fdm, which fetches from a Maildir here.
@Suite(.serialized, .host("/usr/bin/fdm")) struct FdmTests {
  private func fetch(
    _ messages: [[UInt8]], for user: HostUser, options: String = "",
    settings: String = "set no-received"
  ) throws -> Program.Result {
    for (number, message) in messages.enumerated() {
      try user.write(message, to: "server/new/\(number).x")
    }
    try user.write(
      """
      \(settings)
      set lock-file "%h/lock"
      account "server" maildir "%h/server"
      \(try user.recipe("fdm.conf", options: options))
      action "inbox" maildir "%h/Maildir"
      match all action "inbox"

      """.replacingOccurrences(of: "%h", with: user.place.folder), to: "fdm.conf")
    return try user.run("fdm -f fdm.conf fetch")
  }

  private func prepared() throws -> HostUser {
    let user = try HostUser()
    #expect(try user.run("mkdir -p server/new server/cur server/tmp").status == 0)
    return user
  }

  private func left(_ user: HostUser) throws -> Int {
    try FileManager.default.contentsOfDirectory(atPath: user.place.folder + "/server/new").count
  }

  @Test func deliversTheSameBytes() throws {
    let user = try prepared()
    let messages = HostMail.all.enumerated().map {
      Array("X-Number: \($0.offset)\n".utf8) + $0.element
    }
    let result = try fetch(messages, for: user)
    #expect(result.status == 0, "\(result)")
    #expect(Set(try user.inbox) == Set(messages))
    #expect(try user.inbox.count == messages.count && left(user) == 0)
    #expect(try user.place.query("SELECT count(*) FROM copy") == "\(messages.count)")
  }

  @Test func addsAReceivedFieldUnlessItIsToldNotTo() throws {
    let user = try prepared()
    _ = try fetch([customerMail()], for: user, settings: "")
    let delivered = try #require(try user.inbox.first)
    #expect(delivered.starts(with: Array("Received: by ".utf8)))
    #expect(delivered.suffix(customerMail().count).elementsEqual(customerMail()))
    #expect(try user.place.counts == "1|1")
  }

  @Test func deliversWhenTheStoreIsDown() throws {
    let user = try prepared()
    try user.place.breakProfile()
    _ = try fetch([customerMail()], for: user, options: "--strict")
    #expect(try user.inbox.isEmpty && user.place.waiting.isEmpty && left(user) == 1)
    _ = try fetch([], for: user)
    #expect(try user.inbox == [customerMail()] && left(user) == 0)
    #expect(try user.repairAndRetry().status == 0)
    #expect(try user.place.counts == "1|1")
  }

  @Test func keepsMailWithoutTheProgram() throws {
    let user = try prepared()
    user.removeProgram()
    _ = try fetch([customerMail()], for: user)
    #expect(try user.inbox.isEmpty && left(user) == 1)
  }
}
