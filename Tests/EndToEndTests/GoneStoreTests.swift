import Foundation
import Testing

/// A store that was used before and is not there, as where its disk is not mounted, is not made anew
/// in passing.
@Suite struct GoneStoreTests {
  /// How a store goes, with its folder as `$D`, and comes back.
  static let ways = [
    ("mv $D $D.away", "mv $D.away $D"),
    ("mv $D $D.away; mkdir -m 700 $D", "rmdir $D; mv $D.away $D"),
    ("cp -a $D $D.away; rm $D/*; : > $D/contoso.sqlite", "rm -r $D; mv $D.away $D"),
  ]

  private var note: String { "state/crm-mailfilter/stores" }

  /// The second run looks at what the first one left to wait, and makes no store for it either.
  @Test(arguments: ways) func whatWaitsMakesNoneEither(_ away: String, _ back: String) throws {
    let place = try Place()
    let folder = (place.store as NSString).deletingLastPathComponent
    _ = try place.filter(customerMail())
    _ = try place.shell("D=\(folder); \(away)")
    for number in 2...4 { _ = try place.filter(customerMail(id: "\(number)@x")) }
    #expect(place.waiting.count == 3)
    _ = try place.shell("D=\(folder); \(back)")
    #expect(try place.run("retry").status == 0)
    #expect(try place.query("SELECT count(*) FROM copy") == "4")
  }

  @Test(arguments: ways) func theMessageWaitsUntilItIsBack(_ away: String, _ back: String) throws {
    let place = try Place()
    let folder = (place.store as NSString).deletingLastPathComponent
    _ = try place.filter(customerMail())
    #expect(try place.run("untrack", "1").status == 0)
    _ = try place.shell("D=\(folder); \(away)")
    let before = try place.shell("find data -type f -size +0; ls data")
    let second = customerMail(id: "2@x")
    let run = try place.filter(second)
    #expect(run.status == 0 && run.output == second)
    #expect(run.errors.contains("used before") && !run.errors.contains(place.folder), "\(run)")
    #expect(place.waiting.count == 1)
    let strict = try place.filter(second, ["--strict"])
    #expect(strict.status == 75 && strict.output.isEmpty)
    #expect(try place.run("retry").status != 0)
    #expect(place.waiting.count == 1)
    #expect(try place.run("list").status == 66)
    try place.write(second, to: "mail")
    let explain = try place.run("explain", place.folder + "/mail")
    #expect((explain.text + explain.errors).contains("used before"), "\(explain)")
    #expect(try place.run("batch", place.folder + "/mail").status != 0)
    #expect(try place.run("batch", "--dry-run", place.folder + "/mail").status != 0)
    let verify = try place.run("verify", "--repair")
    #expect(verify.status == 65 && verify.text.contains("it was used before"), "\(verify)")
    #expect(verify.text.contains("crm-mailfilter org add contoso 'sqlite:contoso.sqlite'"))
    #expect(try place.shell("find data -type f -size +0; ls data").text == before.text)
    _ = try place.shell("D=\(folder); \(back)")
    #expect(try place.run("retry").status == 0)
    // What was withdrawn stays so.
    _ = try place.filter(customerMail())
    #expect(try place.query("SELECT message_id FROM copy") == "2@x")
  }

  @Test func whoAsksForItGetsANewOne() throws {
    let place = try Place()
    _ = try place.filter(customerMail())
    _ = try place.shell("rm \(place.store)*")
    #expect(try place.filter(customerMail()).errors.contains("used before"))
    let add = try place.run("org", "add", "contoso", "sqlite:contoso.sqlite")
    #expect(add.status == 0, "\(add.errors)")
    #expect(try place.run("retry").status == 0)
    #expect(try place.counts == "1|1")
  }

  /// Whoever cannot remember is no worse off.
  @Test(arguments: [
    "mkdir -p $N", "ln -s /nowhere $N", "mkfifo $N", ": > $N; chmod 0 $N",
    "head -c 2000000 /dev/zero > $N", "printf /half/of/a/path > $N",
  ])
  func aNoteThatCannotBeReadOrWrittenHindersNothing(_ makes: String) throws {
    let place = try Place()
    _ = try place.shell("N=\(note); mkdir -p $(dirname $N); \(makes)")
    for number in 1...2 {
      let message = customerMail(id: "\(number)@x")
      let run = try place.filter(message)
      #expect(run.status == 0 && run.output == message && run.errors.isEmpty, "\(run.errors)")
    }
    #expect(try place.counts == "2|2")
  }

  @Test func theNoteNamesEachStoreOnce() throws {
    let place = try Place()
    _ = try place.shell("N=\(note); mkdir -p $(dirname $N); printf '/a\\n/half/of/a/pa' > $N")
    for _ in 1...3 { _ = try place.filter(customerMail()) }
    let text = try place.shell("cat \(note)").text
    #expect(text == "/a\n\(place.store)\n")
    try place.write(customerMail(id: "2@x"), to: "mail")
    let mode = try place.shell(
      "umask 0; rm \(note); \"$F\" < mail > /dev/null; stat -c %a \(note)")
    #expect(mode.text == "600\n")
  }
}
