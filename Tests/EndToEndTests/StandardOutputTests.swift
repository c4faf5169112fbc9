import Foundation
import Testing

/// Whatever says that it succeeded has written all of its output.
@Suite struct StandardOutputTests {
  /// A call of each command that prints anything, in a place with one tracked message.
  ///
  /// Commands that change something come where they still can.
  private static let calls = [
    "list", "list --json", "search offer", "search offer --json", "search offer --count",
    "thread 1",
    "thread 1 --json", "show 1", "show 1 --raw", "show 1 --json", "export --format mbox",
    "export --format jsonl", "export --format csv", "stats", "stats --json", "explain mail",
    "explain mail --json", "rules list", "rules check", "org list", "org show", "org log",
    "org log --json", "org set contoso filter contacts", "user list", "record list",
    "record unresolved", "agenda --from 2026-01-01", "agenda --from 2026-01-01 --json",
    "list --kind appointment", "export --format ics", "archive site",
    "failures",
    "failures list", "verify", "verify --json", "batch box --dry-run", "batch box --dry-run --json",
    "batch box --dry-run --explain", "retry", "sync elsewhere",
    "record add account:2 --address b@fabrikam.example",
    "record import records.csv", "user add lee@contoso.example",
    "user set dana@contoso.example --filter none",
    "regarding 1 account:1", "track mail", "org disconnect contoso", "org connect contoso",
    "org synchronize --none --yes", "prune --before 2000-01-01 --yes", "backup copy.sqlite",
    "untrack 1", "forget nobody@fabrikam.example --yes", "org add other sqlite:other.sqlite",
    "setup --defaults",
    "--help", "--version", "--generate-completion-script bash",
  ]

  private func place(withProgram hasProgram: Bool = false) throws -> Place {
    let place = try Place()
    if hasProgram {
      let script = Repository.root + "/Tests/EndToEndTests/Elsewhere/organization.py"
      let made = try place.shell(
        """
        mkdir crm && cp '\(script)' crm/organization && chmod 755 crm/organization
        "$F" org add elsewhere "exec:$PLACE/crm/organization"
        """)
      #expect(made.status == 0, "\(made)")
    }
    #expect(try place.filter(customerMail()).status == 0)
    let invitation = try Data(
      contentsOf: URL(fileURLWithPath: Repository.root + "/samples/mail/10-invitation.eml"))
    #expect(try place.filter(Array(invitation)).status == 0)
    try FileManager.default.createDirectory(
      atPath: place.folder + "/box", withIntermediateDirectories: true)
    for name in ["new", "cur", "tmp"] {
      try FileManager.default.createDirectory(
        atPath: place.folder + "/box/" + name, withIntermediateDirectories: true)
    }
    try place.write(customerMail(id: "b2@fabrikam.example"), to: "mail")
    try place.write(customerMail(id: "c3@fabrikam.example"), to: "box/new/1.a.b")
    try place.write("type,id,address\naccount,3,c@fabrikam.example\n", to: "records.csv")
    return place
  }

  @Test(arguments: calls) func aFullDiskIsTold(call: String) throws {
    let hasProgram = call.hasPrefix("sync")
    let usual = try place(withProgram: hasProgram).shell("\"$F\" \(call)")
    try #require(usual.status == 0, "\(usual.errors)")
    guard !usual.output.isEmpty else { return }
    let full = try place(withProgram: hasProgram).shell("\"$F\" \(call) > /dev/full")
    #expect(full.status == 74)
    #expect(full.errors.contains("stdout cannot be written: No space left on device"))
  }

  @Test func aClosedOneIsTold() throws {
    for call in ["list", "show 1 --raw", "--version"] {
      #expect(try place().shell("\"$F\" \(call) >&-").status == 74, "\(call)")
    }
  }

  /// A failure in the middle, after which there is room again, is a failure.
  @Test func aFileThatMayNotGrowIsTold() throws {
    let place = try place()
    let result = try place.shell(
      """
      for i in $(seq 1 60); do sed "s/b2@/n$i@/" mail | "$F" > /dev/null; done
      whole=$("$F" list --limit 0 --json | wc -c)
      (ulimit -f 8; exec "$F" list --limit 0 --json > part)
      echo "$? $((whole > 8192 && $(stat -c %s part) < whole))"
      """)
    #expect(result.text == "74 1\n")
  }

  /// A pipe that somebody made non-blocking, with a reader that is slower, gets all of it.
  @Test func aNonBlockingPipeGetsAll() throws {
    let place = try place()
    try place.write(
      """
      import fcntl, os, subprocess, sys, time
      read, write = os.pipe()
      fcntl.fcntl(write, fcntl.F_SETFL, fcntl.fcntl(write, fcntl.F_GETFL) | os.O_NONBLOCK)
      child = subprocess.Popen(sys.argv[1:], stdout=write)
      os.close(write)
      time.sleep(0.3)
      while part := os.read(read, 4096):
          sys.stdout.buffer.write(part)
          time.sleep(0.001)
      sys.stdout.flush()
      sys.exit(child.wait())
      """, to: "slow.py")
    let result = try place.shell(
      """
      for i in $(seq 1 150); do sed "s/b2@/n$i@/" mail | "$F" > /dev/null; done
      "$F" list --limit 0 --json > whole
      python3 slow.py "$F" list --limit 0 --json > read; echo "status $?"
      cmp whole read && echo same
      echo $(($(stat -c %s whole) > 65536))
      """)
    #expect(result.text == "status 0\nsame\n1\n")
  }

  /// What is tried above is every command that there is.
  @Test func everyCommandIsTried() throws {
    let place = try Place()
    let help = try place.run("--help").text
    let names = help.split(separator: "\n").drop { !$0.hasPrefix("SUBCOMMANDS") }.dropFirst()
      .compactMap { line in
        line.hasPrefix("  ") && !line.hasPrefix("   ")
          ? line.split(separator: " ").first.map(String.init) : nil
      }
    #expect(names.count > 15)
    // The filter's own output has tests of its own.
    for name in names where name != "filter" && !name.hasPrefix("See") {
      #expect(
        Self.calls.contains { $0.split(separator: " ").first.map(String.init) == name }, "\(name)")
    }
  }
}
