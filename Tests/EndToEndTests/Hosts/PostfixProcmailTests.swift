import Foundation
import Glibc
import Testing

/// The recipe for Postfix with procmail as `mailbox_command`.
@Suite(
  .serialized, .host("/usr/lib/postfix/sbin/master", "/usr/bin/procmail"), .asRoot)
struct PostfixProcmailTests {
  private func server(
    recipe: String = "procmailrc", settings: String = ""
  ) throws -> PostfixServer {
    let postfix = try PostfixServer(
      settings: String(
        contentsOfFile: HostUser.samples + "postfix-mailbox-command.cf", encoding: .utf8)
        + settings,
      hasSite: false)
    try use(recipe, postfix)
    let place = postfix.place
    let home = try place.shell(
      """
      mkdir -p dana/.config/crm-mailfilter &&
        sed 's,sqlite:.*sqlite",sqlite:\(place.store)",' crm-mailfilter.toml \
          > dana/.config/crm-mailfilter/crm-mailfilter.toml && chown -R 4711:4711 dana data
      """)
    try #require(home.status == 0, "\(home)")
    return postfix
  }

  private func use(_ recipe: String, _ postfix: PostfixServer) throws {
    let text = try String(contentsOfFile: HostUser.samples + recipe, encoding: .utf8)
      .replacing("crm-mailfilter filter", with: "\(postfix.program) filter")
    try postfix.place.write("DEFAULT=$HOME/Maildir/\n" + text, to: "dana/.procmailrc")
  }

  private func send(_ message: [UInt8], through postfix: PostfixServer) throws {
    try postfix.send(
      message, from: "erin@fabrikam.example", to: ["dana@mail.contoso.example"])
  }

  private func spooled(_ postfix: PostfixServer) -> Int {
    let names = FileManager.default.subpaths(
      atPath: postfix.place.folder + "/dana/.local/state/crm-mailfilter/spool")
    return names?.filter { $0.hasSuffix(".mail") }.count ?? 0
  }

  private func breakProfile(_ postfix: PostfixServer) throws {
    _ = try postfix.place.shell(
      "cd dana/.config/crm-mailfilter; cp -p *.toml kept; echo 'x =' >> crm-mailfilter.toml")
  }

  private func repairProfile(_ postfix: PostfixServer) throws {
    _ = try postfix.place.shell("cd dana/.config/crm-mailfilter; mv kept crm-mailfilter.toml")
  }

  private func inbox(_ postfix: PostfixServer) throws -> [[UInt8]] {
    try postfix.inbox("dana/Maildir")
  }

  @Test func deliversTheSameBytes() throws {
    let postfix = try server()
    let message = customerMail(to: "team@contoso.example", body: "a\0b\u{E9}\nFrom here\n")
    try send(message, through: postfix)
    try postfix.wait(for: "delivery") { try inbox(postfix).count == 1 }
    #expect(try inbox(postfix).first?.suffix(message.count).elementsEqual(message) == true)
    #expect(
      try postfix.place.query("SELECT envelope_sender, envelope_recipient FROM delivery")
        == "erin@fabrikam.example|dana@mail.contoso.example")
  }

  @Test func deliversWhenTheStoreIsDown() throws {
    let postfix = try server()
    try breakProfile(postfix)
    try send(customerMail(), through: postfix)
    try postfix.wait(for: "delivery") { try inbox(postfix).count == 1 }
    #expect(spooled(postfix) == 1)
    try repairProfile(postfix)
    try send(customerMail(id: "2@x"), through: postfix)
    try postfix.wait(for: "delivery") { try inbox(postfix).count == 2 }
    #expect(try spooled(postfix) == 0 && postfix.place.counts == "2|2")
  }

  @Test func keepsMailInTheQueueWithTheStrictRecipe() throws {
    let postfix = try server(recipe: "procmailrc-strict")
    try breakProfile(postfix)
    try send(customerMail(), through: postfix)
    try postfix.wait(for: "deferral") { postfix.log.contains("status=deferred") }
    #expect(try inbox(postfix).isEmpty && spooled(postfix) == 0)
    try repairProfile(postfix)
    unlink(postfix.program)
    try postfix.flush()
    try postfix.wait(for: "another deferral") {
      postfix.log.components(separatedBy: "status=deferred").count == 3
    }
    symlink(postfix.place.folder + "/bin/mounted", postfix.program)
    try postfix.flush()
    try postfix.wait(for: "delivery") { try inbox(postfix).count == 1 && postfix.queued == 0 }
    #expect(try postfix.place.counts == "1|1")
    #expect(!postfix.log.contains("status=bounced"))
  }

  @Test func deliversWithoutTheProgram() throws {
    let postfix = try server()
    unlink(postfix.program)
    try send(customerMail(), through: postfix)
    try postfix.wait(for: "delivery") { try inbox(postfix).count == 1 }
  }

  /// `mailbox_size_limit` is the file-size limit of the store, too.
  @Test func aStoreThatMayNotGrowIsNoLoss() throws {
    let postfix = try server(
      settings: "\nmessage_size_limit = 20480\nmailbox_size_limit = 40960\n")
    try send(customerMail(), through: postfix)
    try postfix.wait(for: "delivery") { try inbox(postfix).count == 1 }
    #expect(spooled(postfix) == 1)
  }
}
