import Foundation
import Testing

/// What waits and what failed is listed until somebody has dealt with it.
@Suite struct FailuresTests {
  /// A place in which some messages wait.
  private func waiting(_ count: Int) throws -> Place {
    let place = try Place()
    _ = try place.run("org", "add", "contoso", "sqlite:contoso.sqlite")
    _ = try place.shell("mv crm-mailfilter.toml kept")
    for number in 1...count {
      #expect(
        try place.filter(customerMail(id: "\(number)@x", subject: "No. \(number)")).status == 0)
    }
    _ = try place.shell("mv kept crm-mailfilter.toml")
    #expect(place.waiting.count == count)
    return place
  }

  @Test func oneIsTriedAlone() throws {
    let place = try waiting(3)
    let name = place.waiting[1]
    let retry = try place.run("failures", "retry", name)
    #expect(retry.status == 0 && retry.text.contains("1 brought in, 0 wait"), "\(retry)")
    #expect(try place.query("SELECT subject FROM copy") == "No. 2")
    #expect(place.waiting.count == 2)
    #expect(try place.run("failures", "retry", name).status == 66)
    #expect(try place.run("failures", "retry", place.waiting[0], "none.mail").status == 66)
    #expect(place.waiting.count == 2)
  }

  @Test func itIsListedUntilItIsDealtWith() throws {
    let place = try waiting(2)
    let list = try place.run("failures").text
    for name in place.waiting { #expect(list.contains(name)) }
    #expect(list.contains("profile") && list.contains("tried 0 times") && list.contains("today "))
    _ = try place.run("failures", "discard", place.waiting[0])
    #expect(try place.run("retry").status == 0)
    #expect(try place.run("failures").text.isEmpty)
    #expect(try place.query("SELECT subject FROM copy") == "No. 2")
  }

  /// What it needs is gone for good; the others come in all the same.
  @Test func aPoisonousMessageBlocksNoOther() throws {
    let place = try waiting(3)
    let poison = place.waitingFiles[0]
    _ = try place.shell("sed -i 's|^profile .*|profile /nowhere/x.toml|' \(poison)")
    for number in 4...12 {
      let message = customerMail(id: "\(number)@x")
      let run = try place.filter(message)
      #expect(run.status == 0 && run.output == message && run.errors.isEmpty, "\(run.errors)")
    }
    #expect(try place.query("SELECT count(*) FROM copy") == "11")
    #expect(place.waiting.count == 1)
    let retry = try place.run("retry")
    #expect(retry.status == 75 && retry.text.contains("0 brought in, 1 waits"), "\(retry)")
  }

  @Test func aFileThatNoBatchCanReadIsListedUntilSomebodyKnows() throws {
    let place = try Place()
    _ = try place.shell("mkdir -p box/new box/cur box/tmp; mkfifo pipe")
    try place.write(customerMail(), to: "box/new/1.a.b")
    let batch = try place.shell("timeout 60 \"$F\" batch box pipe")
    #expect(batch.status == 75)
    #expect(try place.counts == "1|1")
    let path = place.folder + "/pipe"
    #expect(try place.run("failures").text.contains(path))
    #expect(try place.run("failures", "discard", path, "no.such").status == 66)
    #expect(try place.run("failures").text.contains(path))
    #expect(try place.run("failures", "discard", path).status == 0)
    #expect(try !place.run("failures").text.contains(path))
    _ = try place.shell("timeout 60 \"$F\" batch box pipe")
    #expect(try !place.run("failures").text.contains(path))
  }

  @Test func nothingToWriteToIsSaidLoudly() throws {
    let place = try Place()
    _ = try place.run("org", "add", "contoso", "sqlite:contoso.sqlite")
    try place.write(customerMail(), to: "mail")
    // Neither store nor spool may grow; pipes may.
    let run = try place.shell(
      """
      { (ulimit -f 0; exec "$F") < mail | cmp - mail; echo "${PIPESTATUS[0]}"; } 2>&1 | cat
      { (ulimit -f 0; exec "$F" --strict) < mail | wc -c; echo "${PIPESTATUS[0]}"; } 2>&1 | cat
      """)
    let lines = run.text.split(separator: "\n")
    #expect(lines.count == 5 && lines[0].contains("NOT TRACKED AND NOT KEPT"), "\(run.text)")
    #expect(lines[1] == "0" && lines[3...] == ["0", "75"], "\(run.text)")
    #expect(place.waiting.isEmpty)
    #expect(try place.filter(customerMail()).status == 0)
    #expect(try place.counts == "1|1")
  }
}
