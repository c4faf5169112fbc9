import Foundation
import Testing

/// The recipe for Dovecot's delivery agent with Sieve's `filter`.
@Suite(.serialized, .host("/usr/lib/dovecot/dovecot-lda", "/usr/bin/sievec"))
struct DovecotTests {
  private func deliver(
    _ message: [UInt8], to user: HostUser, options: String = ""
  ) throws -> Program.Result {
    let home = user.place.folder
    // What Debian's own files set stands before the recipe.
    try user.write(
      """
      base_dir = \(home)/run
      log_path = \(home)/log
      ssl = no
      protocols =
      mail_location = maildir:~/Maildir
      mail_home = \(home)
      hostname = mail.contoso.example
      postmaster_address = postmaster@contoso.example
      default_internal_user = root
      default_login_user = root
      plugin {
        sieve = file:~/sieve;active=~/.dovecot.sieve
      }

      """
        + user.recipe("dovecot.conf").replacingOccurrences(
          of: "/usr/lib/dovecot/sieve-filter", with: home + "/bin"), to: "dovecot.conf")
    let strict = options.isEmpty ? "" : ", \"\(options)\""
    try user.write(
      user.recipe("dovecot.sieve").replacingOccurrences(
        of: "[\"filter\"", with: "[\"filter\"" + strict) + "keep;\n", to: ".dovecot.sieve")
    return try user.run(
      "/usr/lib/dovecot/dovecot-lda -c dovecot.conf -e -f erin@fabrikam.example "
        + "-a dana@contoso.example", input: message)
  }

  @Test func deliversTheSameBytes() throws {
    for message in HostMail.all {
      let user = try HostUser()
      let result = try deliver(message, to: user)
      #expect(result.status == 0, "\(result)")
      // Dovecot stores LF, whatever came, and is told to give the filter the same.
      let expected = message.filter { $0 != 13 }
      #expect(try user.inbox == [expected])
      #expect(try user.place.query("SELECT size FROM copy") == "\(expected.count)")
      #expect(
        try user.place.query("SELECT mailbox, envelope_sender, envelope_recipient FROM delivery")
          == "dana@contoso.example|erin@fabrikam.example|dana@contoso.example")
    }
  }

  @Test func deliversWhenTheStoreIsDown() throws {
    let user = try HostUser()
    try user.place.breakProfile()
    #expect(try deliver(customerMail(), to: user).status == 0)
    #expect(try user.inbox == [customerMail()])
    #expect(try user.repairAndRetry().status == 0)
    #expect(try user.place.counts == "1|1")
  }

  /// As the recipe says: Sieve cannot hand mail back.
  @Test func strictLosesTheCopyOnly() throws {
    let user = try HostUser()
    try user.place.breakProfile()
    #expect(try deliver(customerMail(), to: user, options: "--strict").status == 0)
    #expect(try user.inbox == [customerMail()] && user.place.waiting.isEmpty)
  }

  @Test func deliversWithoutTheProgram() throws {
    let user = try HostUser()
    user.removeProgram()
    #expect(try deliver(customerMail(), to: user).status == 0)
    #expect(try user.inbox == [customerMail()])
  }
}
