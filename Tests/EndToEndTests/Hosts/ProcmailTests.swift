import Foundation
import Testing

/// The recipes for procmail: run by the user, and by root as the mail server's delivery agent.
@Suite(.serialized, .host("/usr/bin/procmail", runsForRoot: true)) struct ProcmailTests {
  private func deliver(
    _ message: [UInt8], to user: HostUser, _ way: DeliveryWay, recipe: String = "procmailrc",
    options: String = ""
  ) throws -> Program.Result {
    try user.write(
      "HOME=\(user.place.folder)\nDEFAULT=$HOME/Maildir/\nLOGFILE=$HOME/log\n"
        + user.recipe(recipe, options: options),
      to: ".procmailrc")
    switch way {
    case .byUser:
      return try user.run("procmail -m \"$HOME/.procmailrc\"", input: message)
    case .byServer:
      return try user.run("procmail -d dana", input: message, asRoot: true)
    }
  }

  private func checkSameBytes(_ way: DeliveryWay) throws {
    for message in way == .byUser ? HostMail.all : HostMail.small {
      let user = try HostUser()
      let result = try deliver(message, to: user, way)
      #expect(result.status == 0, "\(result)")
      #expect(try user.inbox == [message])
      #expect(try user.place.counts == "1|1")
    }
  }

  private func checkStoreDown(_ way: DeliveryWay) throws {
    let user = try HostUser()
    try user.place.breakProfile()
    // Without the second recipe of procmailrc-strict, --strict loses the copy only.
    #expect(try deliver(customerMail(), to: user, way, options: "--strict").status == 0)
    #expect(try user.inbox == [customerMail()] && user.place.waiting.isEmpty)
    #expect(try deliver(customerMail(), to: user, way).status == 0)
    #expect(try user.inbox == [customerMail(), customerMail()])
    #expect(try user.repairAndRetry().status == 0)
    #expect(try user.place.counts == "1|1")
  }

  private func checkStrict(_ way: DeliveryWay) throws {
    let user = try HostUser()
    try user.place.breakProfile()
    let down = try deliver(customerMail(), to: user, way, recipe: "procmailrc-strict")
    #expect(down.status == 75)
    #expect(try user.inbox.isEmpty && user.place.waiting.isEmpty)
    try user.place.repairProfile()
    let up = try deliver(customerMail(), to: user, way, recipe: "procmailrc-strict")
    #expect(up.status == 0)
    #expect(try user.inbox == [customerMail()])
    #expect(try user.place.counts == "1|1")
  }

  private func checkMissing(_ way: DeliveryWay) throws {
    let user = try HostUser()
    user.removeProgram()
    #expect(try deliver(customerMail(), to: user, way).status == 0)
    #expect(try user.inbox == [customerMail()])
    let strict = try deliver(customerMail(), to: user, way, recipe: "procmailrc-strict")
    #expect(strict.status == 75)
    #expect(try user.inbox.count == 1)
  }

  @Test func deliversTheSameBytes() throws { try checkSameBytes(.byUser) }
  @Test func deliversWhenTheStoreIsDown() throws { try checkStoreDown(.byUser) }
  @Test func handsBackWithTheStrictRecipe() throws { try checkStrict(.byUser) }
  @Test func deliversWithoutTheProgram() throws { try checkMissing(.byUser) }

  @Test(.asRoot) func asAgentItDeliversTheSameBytes() throws { try checkSameBytes(.byServer) }
  @Test(.asRoot) func asAgentItDeliversWhenTheStoreIsDown() throws { try checkStoreDown(.byServer) }
  @Test(.asRoot) func asAgentItHandsBackWithTheStrictRecipe() throws { try checkStrict(.byServer) }
  @Test(.asRoot) func asAgentItDeliversWithoutTheProgram() throws { try checkMissing(.byServer) }
}
