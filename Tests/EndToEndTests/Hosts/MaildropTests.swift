import Foundation
import Testing

/// The recipe for maildrop: run by the user, and by root as the mail server's delivery agent.
@Suite(.serialized, .host("/usr/bin/maildrop", runsForRoot: true)) struct MaildropTests {
  private func deliver(
    _ message: [UInt8], to user: HostUser, _ way: DeliveryWay, options: String = ""
  ) throws -> Program.Result {
    try user.write(
      "HOME=\"\(user.place.folder)\"\nSHELL=\"/bin/sh\"\n"
        + user.recipe("mailfilter", options: options) + "\nto \"$HOME/Maildir\"\n",
      to: ".mailfilter")
    switch way {
    case .byUser:
      return try user.run("maildrop .mailfilter", input: message)
    case .byServer:
      return try user.run("maildrop -d dana", input: message, asRoot: true)
    }
  }

  private func checkSameBytes(_ way: DeliveryWay) throws {
    for message in way == .byUser ? HostMail.all : HostMail.small {
      let user = try HostUser()
      let result = try deliver(message, to: user, way)
      #expect(result.status == 0, "\(result)")
      // maildrop ends the last line itself, before we see the message.
      #expect(try user.inbox == [message.last == 10 ? message : message + [10]])
      #expect(try user.place.counts == "1|1")
    }
  }

  private func checkStoreDown(_ way: DeliveryWay) throws {
    let user = try HostUser()
    try user.place.breakProfile()
    #expect(try deliver(customerMail(), to: user, way, options: "--strict").status == 75)
    #expect(try user.inbox.isEmpty && user.place.waiting.isEmpty)
    #expect(try deliver(customerMail(), to: user, way).status == 0)
    #expect(try user.inbox == [customerMail()])
    #expect(try user.repairAndRetry().status == 0)
    #expect(try user.place.counts == "1|1")
    let repaired = try deliver(customerMail(id: "2@x"), to: user, way, options: "--strict")
    #expect(repaired.status == 0)
    #expect(try user.place.counts == "2|2")
  }

  private func checkMissing(_ way: DeliveryWay) throws {
    let user = try HostUser()
    user.removeProgram()
    #expect(try deliver(customerMail(), to: user, way).status == 75)
    #expect(try user.inbox.isEmpty)
  }

  @Test func deliversTheSameBytes() throws { try checkSameBytes(.byUser) }
  @Test func deliversOrHandsBackWhenTheStoreIsDown() throws { try checkStoreDown(.byUser) }
  @Test func handsBackWithoutTheProgram() throws { try checkMissing(.byUser) }

  @Test(.asRoot) func asAgentItDeliversTheSameBytes() throws { try checkSameBytes(.byServer) }
  @Test(.asRoot) func asAgentItDeliversOrHandsBack() throws { try checkStoreDown(.byServer) }
  @Test(.asRoot) func asAgentItHandsBackWithoutTheProgram() throws { try checkMissing(.byServer) }
}
