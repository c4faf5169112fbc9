import Foundation
import Glibc
import Testing

/// Signing in to one's own servers by NTLM, where Samba says who is let in.
@Suite(
  .host("/usr/bin/ntlm_auth", runsForRoot: true),
  .enabled(if: DataversePlace.canRun, "needs python3 and libcurl.so.4"))
struct SambaTests {
  @Test("a user of one's own servers is let in with the right password, and mail arrives")
  func signsIn() throws {
    let place = try DataversePlace(.small)
    let server = place.folder + "/server"
    let folders = [
      "private dir", "lock directory", "state directory", "cache directory", "pid directory",
    ]
    .map { "\($0) = \(server)\n" }.joined()
    try "[global]\nworkgroup = CONTOSO\n\(folders)".write(
      toFile: server + "/smb.conf", atomically: true, encoding: .utf8)
    try place.configure([
      "ntlm": ["CONTOSO", "dana", "pass w\u{F6}rd"], "prefix": "/Contoso/api/data/v9.1/",
    ])
    try place.place.write(
      "[[mailbox]]\nowner = \"dana@contoso.example\"\n", to: "crm-mailfilter.toml")
    func add(_ user: String, _ password: String) throws -> Program.Result {
      try place.run(
        "org", "add", "contoso", place.url + "/Contoso", "--user", user, "--password-command",
        "/usr/bin/printf", "%s", password)
    }
    for (user, password) in [(#"CONTOSO\dana"#, "wrong"), (#"CONTOSO\lee"#, "pass w\u{F6}rd")] {
      let wrong = try add(user, password)
      #expect(wrong.status == 77 && wrong.errors.contains("user or password are wrong"), "\(wrong)")
      #expect(wrong.errors.filter { $0 == "\n" }.count == 1)
    }
    let beyond = try add(#"CONTOSO\dana"#, "\u{142}")
    #expect(beyond.status == 75 && beyond.errors.contains("beyond Latin-1"), "\(beyond)")
    let added = try add(#"CONTOSO\dana"#, "pass w\u{F6}rd")
    #expect(added.status == 0 && added.text.contains("Dataverse 9.2"), "\(added)")
    #expect(try place.run("org", "synchronize", "contoso").status == 0)
    try place.filter(customerMail())
    let sync = try place.run("sync")
    #expect(sync.status == 0, "\(sync)")
    #expect(try place.subjects() == ["Offer"])
  }
}
