import Foundation
import Glibc
import Testing

/// A power cut after status 0 takes nothing; one before it leaves a store that opens.
@Suite(.enabled(if: access(SystemCallTrace.strace, X_OK) == 0, "strace is not there"))
struct PowerCutTests {
  private let message = customerMail(body: String(repeating: "a line\n", count: 2_000))

  private func expectOneCopy(_ place: Place, _ comment: Comment = "") throws {
    #expect(try place.counts == "1|1", comment)
    let raw = try place.run("show", "1", "--raw")
    #expect(raw.output == message, comment)
    let verify = try place.run("verify")
    #expect(verify.status == 0, "\(comment) \(verify.text)")
  }

  @Test func theFirstCopySurvives() throws {
    let place = try Place()
    let cut = try PowerCut(place, input: message)
    cut.replay(cut.calls.count)
    try cut.cut(place)
    try expectOneCopy(place)
  }

  @Test func aCopySurvivesWhateverElseOfTheRunDoes() throws {
    let place = try Place()
    _ = try place.run("org", "add", "contoso", "sqlite:contoso.sqlite")
    let cut = try PowerCut(place, input: message)
    cut.replay(cut.calls.count)
    for seed in [nil, 1, 2, 3] as [UInt64?] {
      try cut.cut(place, tearing: seed)
      try expectOneCopy(place, "\(seed ?? 0)")
    }
  }

  @Test func aCopySurvivesWhereTheLogIsBroughtIntoTheStore() throws {
    let place = try Place()
    _ = try place.filter(customerMail(id: "2@x", body: String(repeating: "y\n", count: 100_000)))
    let long = customerMail(id: "3@x", body: String(repeating: "z\n", count: 200_000))
    let cut = try PowerCut(place, input: long)
    #expect(cut.calls.contains { $0.hasPrefix("ftruncate") })
    cut.replay(cut.calls.count)
    for seed in [nil, 1, 2] as [UInt64?] {
      try cut.cut(place, tearing: seed)
      #expect(try place.counts == "2|2")
      #expect(try place.run("show", "2", "--raw").output == long)
      #expect(try place.run("verify").status == 0)
    }
  }

  @Test func whatWaitsSurvives() throws {
    let place = try Place()
    _ = try place.shell("cp crm-mailfilter.toml kept; echo 'x =' >> crm-mailfilter.toml")
    let cut = try PowerCut(place, input: message)
    cut.replay(cut.calls.count)
    try cut.cut(place)
    #expect(place.waiting.count == 1)
    _ = try place.shell("mv kept crm-mailfilter.toml")
    #expect(try place.run("retry").status == 0)
    try expectOneCopy(place)
  }

  @Test func aBatchSurvives() throws {
    let place = try Place()
    _ = try place.shell("mkdir -p box/new box/cur box/tmp")
    for number in 1...30 {
      let body = String(repeating: "a line\n", count: number * 100)
      try place.write(customerMail(id: "\(number)@x", body: body), to: "box/new/\(number).a.b")
    }
    let cut = try PowerCut(place, ["batch", place.folder + "/box"])
    cut.replay(cut.calls.count)
    try cut.cut(place)
    #expect(try place.counts == "30|30")
    let verify = try place.run("verify")
    #expect(verify.status == 0, "\(verify.text)")
  }

  /// A reader that was there before hinders all that brings the log into the store, and with it every
  /// sync but the last of a batch.
  @Test func aBatchSurvivesBesideAReader() throws {
    let place = try Place()
    _ = try place.filter(customerMail(id: "0@x"))
    _ = try place.shell("mkdir -p box/new box/cur box/tmp")
    for number in 1...30 {
      try place.write(customerMail(id: "\(number)@x"), to: "box/new/\(number).a.b")
    }
    let reader = try place.shell(
      """
      sqlite3 \(place.store) 'PRAGMA wal_checkpoint(PASSIVE)' > /dev/null
      python3 -c '
      import sqlite3, time
      store = sqlite3.connect("\(place.store)", isolation_level=None)
      store.execute("BEGIN")
      store.execute("SELECT count(*) FROM copy").fetchall()
      open("reads", "w").close()
      time.sleep(1000)
      ' > /dev/null 2>&1 &
      until [ -e reads ] || ! kill -0 $!; do sleep 0.05; done; echo $!
      """)
    let process = try #require(pid_t(reader.text.dropLast()))
    defer { kill(process, SIGKILL) }
    let cut = try PowerCut(place, ["batch", place.folder + "/box"])
    kill(process, SIGKILL)
    cut.replay(cut.calls.count)
    try cut.cut(place)
    #expect(try place.counts == "31|31")
  }

  @Test func aBackupSurvives() throws {
    let place = try Place()
    _ = try place.filter(message)
    _ = try place.shell("mkdir data/kept")
    let cut = try PowerCut(place, ["backup", place.folder + "/data/kept/copy"])
    cut.replay(cut.calls.count)
    try cut.cut(place)
    _ = try place.shell("rm \(place.store)*; mv data/kept/copy \(place.store)")
    try expectOneCopy(place)
  }

  @Test func theStoreOpensWheneverThePowerIsCut() throws {
    let place = try Place()
    _ = try place.filter(customerMail(id: "0@x"))
    let cut = try PowerCut(place, input: message)
    // From one call to the next there is one difference: each is a cut of its own.
    let changes = cut.calls.indices.filter { index in
      ["pwrite64", "write", "fdatasync", "fsync", "ftruncate"].contains {
        cut.calls[index].hasPrefix($0)
      }
    }
    var done = 0
    for index in changes {
      for call in done...index { cut.replay(at: call) }
      done = index + 1
      try cut.cut(place, tearing: UInt64(index))
      #expect(try place.query("PRAGMA integrity_check") == "ok", "\(index)")
      let count = try place.query("SELECT count(*) FROM copy")
      #expect(["1", "2"].contains(count), "\(index): \(count)")
    }
    #expect(try place.query("SELECT count(*) FROM copy") == "2")
  }
}
