import Foundation
import Glibc
import Testing
import Tracking

/// What a user sees and may do goes by the role.
@Suite struct PrivilegeTests {
  /// A profile beside that of the place, for another user of the same store.
  private func profile(of user: String, in place: Place) throws -> String {
    let path = place.folder + "/\(user).toml"
    let text = String(decoding: try place.bytes(of: place.profile), as: UTF8.self)
      .replacing("addresses = [\"dana@contoso.example\", \"sales@contoso.example\"]", with: "")
      .replacing("owner = \"dana@", with: "owner = \"\(user)@")
    try place.write(text, to: "\(user).toml")
    return path
  }

  /// Mail 1 is Dana's, mail 2 Lee's; both in one store.
  private func twoUsers() throws -> (place: Place, lee: String) {
    let place = try Place()
    #expect(try place.filter(customerMail()).status == 0)
    #expect(try place.run("user", "add", "lee@contoso.example").status == 0)
    let lee = try profile(of: "lee", in: place)
    let mail = customerMail(id: "b@fabrikam.example", to: "lee@contoso.example", subject: "Second")
    #expect(try place.filter(mail, ["--profile", lee]).status == 0)
    #expect(try place.query("SELECT count(DISTINCT owner) FROM copy") == "2")
    return (place, lee)
  }

  @Test func colleaguesSeeEachOthersMailWhereTheyMay() throws {
    let (place, lee) = try twoUsers()
    #expect(try place.run("list", "--profile", lee).text.split(separator: "\n").count == 2)
    #expect(
      try place.run("org", "set", "contoso", "member-privileges", "read-own,track").status == 0)
    let own = try place.run("list", "--profile", lee).text
    #expect(own.contains("Second") && !own.contains("Offer"))
    #expect(try place.run("show", "2", "--profile", lee).status == 0)
    let other = try place.run("show", "1", "--profile", lee)
    #expect(other.status == 77 && other.text.isEmpty)
    #expect(other.errors.contains("read-organization"), "\(other.errors)")
    let raw = try place.run("show", "1", "--raw", "--profile", lee)
    #expect(raw.status == 77 && raw.output.isEmpty)
    // What came through both mailboxes is everybody's own.
    let both = customerMail(id: "c@x.example", to: "dana@contoso.example, lee@contoso.example")
    #expect(try place.filter(both).status == 0)
    #expect(try place.run("show", "3", "--profile", lee).status == 77)
    #expect(try place.filter(both, ["--profile", lee]).status == 0)
    #expect(try place.run("show", "3", "--profile", lee).status == 0)
  }

  /// Who lacks one privilege of a command is refused for want of it, and who has just those it needs
  /// is not; no command but stands in the table.
  @Test func everyCommandAsksForEachPrivilege() throws {
    let (place, lee) = try twoUsers()
    try place.write("type,id,address\ncontact,3,q@y.example\n", to: "records.csv")
    try place.write(customerMail(id: "new@fabrikam.example"), to: "mail.eml")
    let stores = try PrivilegeStores(place)
    var environment = place.environment
    environment["CRM_MAILFILTER_PROFILE"] = lee
    for row in PrivilegeTable.rows {
      let needs = row.needs + (row.readsOthers ? [.readOrganization] : [])
      // An administrator has all of them, and nobody else has that one.
      let all = Set(Privilege.allCases)
      let holders =
        Privilege.allCases.map { all.subtracting([.administer, $0]) }
        + [needs.contains(.administer) ? all : Set(needs), all]
      for held in holders {
        try stores.restore(with: held, preparation: row.preparation)
        let result = try Program.run(
          Program.path,
          row.arguments.map { $0.hasPrefix("./") ? place.folder + $0.dropFirst() : $0 },
          input: Array("\n".utf8), environment: environment, folder: place.folder)
        let missing = needs.filter { !held.contains($0) }
        if missing.isEmpty {
          #expect(
            row.statuses.contains(result.status), "\(row.arguments) with \(held): \(result)")
        } else {
          #expect(result.status == 77, "\(row.arguments) with \(held): \(result)")
          #expect(result.text.isEmpty, "\(row.arguments): \(result.text)")
          #expect(
            missing.contains { result.errors.contains("the privilege \($0.rawValue)") },
            "\(row.arguments) with \(held): \(result.errors)")
          #expect(try stores.isUnchanged(), "\(row.arguments) with \(held)")
        }
      }
    }
  }

  @Test func everyCommandStandsInTheTable() throws {
    let told = Set(PrivilegeTable.rows.map(\.command)).union(PrivilegeTable.profileOnly)
    let known = Set(PrivilegeTable.commands())
    #expect(told == known, "\(told.symmetricDifference(known).sorted())")
  }

  @Test func theirFilterIsEverybodysOwnAndTheirRoleIsNot() throws {
    let (place, lee) = try twoUsers()
    let filter = try place.run(
      "user", "set", "lee@contoso.example", "--filter", "contacts", "--profile", lee)
    #expect(filter.status == 0, "\(filter.errors)")
    #expect(try place.query("SELECT filter FROM user WHERE address LIKE 'lee%'") == "contacts")
    for change in [
      ["lee@contoso.example", "--role", "administrator"],
      ["dana@contoso.example", "--filter", "none"],
      ["lee@contoso.example", "--add-alias", "z@contoso.example"],
    ] {
      let result = try Program.run(
        Program.path, ["user", "set"] + change + ["--profile", lee], environment: place.environment,
        folder: place.folder)
      #expect(result.status == 77, "\(change)")
    }
    // Nobody is made an administrator by a setting.
    #expect(
      try place.run("org", "set", "contoso", "member-privileges", "administer").status == 64)
  }

  @Test func onlyTheLoginActsAsTheUser() throws {
    let place = try Place()
    let login = try Program.run("/usr/bin/id", ["-un"], folder: place.folder).text
      .trimmingCharacters(in: .newlines)
    #expect(try place.run("org", "add", "contoso", "sqlite:contoso.sqlite").status == 0)
    #expect(try place.query("SELECT login FROM user") == login)
    #expect(try place.filter(customerMail()).status == 0)
    #expect(try place.run("user", "add", "lee@contoso.example").status == 0)
    let lee = try profile(of: "lee", in: place)
    // Whoever writes her name into a profile is not her.
    let none = try place.run("list", "--profile", lee)
    #expect(none.status == 77 && none.text.isEmpty)
    #expect(none.errors.contains("no login may act as lee@contoso.example"), "\(none.errors)")
    #expect(try place.run("user", "list").text.contains("no login"))
    func change(_ value: String, _ address: String = "lee@contoso.example") throws -> Program.Result
    {
      try place.run("user", "set", address, "--login", value)
    }
    #expect(try change("no-such-login").status == 64)
    #expect(try change("4294967294").status == 0)
    let other = try place.run("list", "--profile", lee)
    #expect(other.status == 77 && other.errors.contains("may not act as lee@"), "\(other.errors)")
    #expect(try change(login).status == 0)
    #expect(try place.run("list", "--profile", lee).status == 0)
    // Somebody must be left who may administer.
    let last = try change("none", "dana@contoso.example")
    #expect(last.status == 65 && last.errors.contains("--login NAME"), "\(last.errors)")
    // What brings mail in asks for no login.
    #expect(try place.query("UPDATE user SET login = '4294967294'") == "")
    #expect(try place.run("list").status == 77)
    #expect(try place.filter(customerMail(id: "2@fabrikam.example")).status == 0)
    try place.write(customerMail(id: "3@fabrikam.example"), to: "3.eml")
    #expect(try place.run("batch", place.folder + "/3.eml").status == 0)
    try place.breakProfile()
    #expect(try place.filter(customerMail(id: "4@fabrikam.example")).status == 0)
    try place.repairProfile()
    #expect(try place.run("retry").status == 0)
    #expect(try place.query("SELECT count(*) FROM copy") == "4")
  }

  @Test func aStoreWithoutLoginsIsAsItWasAndVerifySaysSo() throws {
    let (place, lee) = try twoUsers()
    #expect(try place.query("SELECT count(login) FROM user") == "0")
    #expect(try place.run("list", "--profile", lee).status == 0)
    let told = try place.run("verify")
    #expect(told.status == 0, "\(told)")
    #expect(told.text.hasPrefix("contoso: no user is tied to a login"), "\(told.text)")
    #expect(try place.run("verify", "--json").text.contains(#""unbound":["contoso"]"#))
    // Nobody is tied before an administrator is.
    let login = String(geteuid())
    #expect(try place.run("user", "set", "lee@contoso.example", "--login", login).status == 65)
    #expect(try place.run("user", "set", "dana@contoso.example", "--login", login).status == 0)
    #expect(try place.run("list", "--profile", lee).status == 77)
    #expect(try !place.run("verify").text.contains("login"))
  }

  @Test func aStoreOfAGroupIsTheGroups() throws {
    let place = try Place()
    let path = place.folder + "/shared/team.sqlite"
    // The group of this process: everybody may give files to that.
    let name = try Program.run("/usr/bin/id", ["-gn"], folder: place.folder).text
      .trimmingCharacters(in: .newlines)
    let added = try place.run("org", "add", "team", "sqlite:" + path, "--group", name)
    #expect(added.status == 0, "\(added.errors)")
    let modes = try place.shell(
      "stat -c '%a %G' shared shared/team.sqlite shared/team.sqlite.lock")
    #expect(modes.text == "2770 \(name)\n660 \(name)\n660 \(name)\n")
    #expect(try place.run("org", "synchronize", "team", "--yes").status == 0)
    #expect(try place.filter(customerMail()).status == 0)
    #expect(
      try place.shell("stat -c %a shared/team.sqlite-wal").text == "660\n")
    let wrong = try place.run("org", "add", "x", "sqlite:" + path + "2", "--group", "no-such-group")
    #expect(wrong.status == 64 && wrong.errors.contains("no-such-group"))
  }

  /// Only root can become somebody else.
  @Test(.enabled(if: geteuid() == 0)) func membersOfAGroupShareItsStore() throws {
    let place = try Place()
    let path = place.folder + "/shared/team.sqlite"
    #expect(
      try place.run("org", "add", "team", "sqlite:" + path, "--group", "games").status == 0)
    #expect(try place.run("org", "synchronize", "team", "--yes").status == 0)
    #expect(
      try place.run("user", "add", "lee@contoso.example", "--login", "2002").status == 0)
    let lee = try profile(of: "lee", in: place)
    try place.write(customerMail(), to: "mail-1")
    try place.write(customerMail(id: "b@fabrikam.example", to: "lee@contoso.example"), to: "mail-2")
    let result = try place.shell(
      """
      as() {
        user=$1; group=$2; shift 2
        setpriv --reuid=$user --regid=$group --clear-groups env -i "$PLACE/program" "$@"
      }
      # Where the program lies may be closed to others. Copied by this process it would be busy as long
      # as some child of another test has its descriptor.
      cp "$F" program
      mkdir s1 s2 s3; chown 2001 s1; chown 2002 s2; chown 2003 s3
      as 2001 games --profile '\(place.profile)' --spool "$PLACE/s1" <mail-1 | cmp - mail-1
      as 2002 games --profile '\(lee)' --spool "$PLACE/s2" <mail-2 | cmp - mail-2
      as 2002 games list --profile '\(lee)' | wc -l
      # The store is open to the group; the roles in it are not open to each other's logins.
      as 2001 games list --profile '\(lee)'; echo "status $?"
      as 2002 games list --profile '\(place.profile)'; echo "status $?"
      as 2003 nogroup list --profile '\(lee)'; echo "status $?"
      as 2003 nogroup --profile '\(lee)' --spool "$PLACE/s3" <mail-2 | cmp - mail-2
      find s1 s2 -name '*.mail' | wc -l; find s3 -name '*.mail' | wc -l
      """)
    let lines = result.text.split(separator: "\n")
    #expect(lines == ["2", "status 77", "status 77", "status 77", "0", "1"], "\(result)")
  }
}
