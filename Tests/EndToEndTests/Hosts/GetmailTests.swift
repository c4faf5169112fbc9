import Foundation
import Testing

/// The recipe for getmail, which fetches from a POP3 server on loopback.
@Suite(.serialized, .host("/usr/bin/getmail", "/usr/bin/python3")) struct GetmailTests {
  private func fetch(for user: HostUser, options: String = "") throws -> Program.Result {
    let arguments = options.isEmpty ? "" : "\"\(options)\", "
    let recipe = try user.recipe("getmailrc")
      .replacingOccurrences(of: "/usr/local/bin/crm-mailfilter", with: user.program)
      .replacingOccurrences(of: "(\"filter\",)", with: "(\"filter\", \(arguments))")
    try user.write(
      """
      [retriever]
      type = SimplePOP3Retriever
      server = 127.0.0.1
      port = PORT
      username = dana
      password = secret

      \(recipe)
      [destination]
      type = Maildir
      path = ~/Maildir/

      [options]
      delete = true
      received = false
      delivered_to = false

      """, to: "getmailrc")
    return try user.run(
      """
      rm -f port
      python3 '\(user.place.folder)/pop3-server.py' server port &
      server=$!
      trap 'kill $server' EXIT
      tries=0
      until test -e port; do
        tries=$((tries + 1))
        test $tries -lt 400 || exit 98
        sleep 0.05
      done
      sed "s/PORT/$(cat port)/" getmailrc > getmailrc.now
      getmail --getmaildir "$HOME" --rcfile "$HOME/getmailrc.now"
      """)
  }

  private func prepared(_ messages: [[UInt8]]) throws -> HostUser {
    let user = try HostUser()
    // Where the tests lie the user may not be allowed to go.
    try user.write(
      try String(
        contentsOfFile: Repository.root + "/Tests/EndToEndTests/Hosts/pop3-server.py",
        encoding: .utf8), to: "pop3-server.py")
    #expect(try user.run("mkdir server").status == 0)
    for (number, message) in messages.enumerated() {
      try user.write(message, to: "server/\(number)")
    }
    return user
  }

  private func left(_ user: HostUser) throws -> Int {
    try FileManager.default.contentsOfDirectory(atPath: user.place.folder + "/server").count
  }

  /// What getmail makes of a message, with a filter or without.
  private func asDelivered(_ message: [UInt8]) -> [UInt8] {
    Array("Return-Path: <unknown>\n".utf8) + message.filter { $0 != 13 }
      + (message.last == 10 ? [] : [10])
  }

  @Test func deliversTheSameBytes() throws {
    let messages = HostMail.small.enumerated().map {
      Array("X-Number: \($0.offset)\n".utf8) + $0.element
    }
    let user = try prepared(messages)
    let result = try fetch(for: user)
    #expect(result.status == 0, "\(result)")
    #expect(Set(try user.inbox) == Set(messages.map(asDelivered)))
    #expect(try user.inbox.count == messages.count && left(user) == 0)
    #expect(try user.place.query("SELECT count(*) FROM copy") == "\(messages.count)")
  }

  @Test func deliversOrLeavesMailWhenTheStoreIsDown() throws {
    let user = try prepared([customerMail()])
    try user.place.breakProfile()
    let strict = try fetch(for: user, options: "--strict")
    #expect(strict.errors.contains("returned 75"), "\(strict)")
    #expect(try user.inbox.isEmpty && user.place.waiting.isEmpty && left(user) == 1)
    // The line that is said on stderr is no reason to leave the message there.
    #expect(try fetch(for: user).status == 0)
    #expect(try user.inbox == [asDelivered(customerMail())] && left(user) == 0)
    #expect(try user.repairAndRetry().status == 0)
    #expect(try user.place.counts == "1|1")
  }

  @Test func leavesMailWithoutTheProgram() throws {
    let user = try prepared([customerMail()])
    user.removeProgram()
    #expect(try fetch(for: user).status != 0)
    #expect(try user.inbox.isEmpty && left(user) == 1)
  }
}
