import Foundation
import Glibc
import Testing

/// Whatever the process is limited to, the message passes unchanged with status 0, and is tracked or
/// waits; or it is handed back with 75 and nothing written.
@Suite struct LimitTests {
  /// What is set before the filter starts, in the same shell.
  struct Limit: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var command: String
    /// Runs the filter as a user without rights, whom the kernel does not exempt.
    var isForUser = false
  }

  static let limits =
    [3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16].map {
      Limit(testDescription: "\($0) descriptors", command: "ulimit -n \($0)")
    }
    + [
      Limit(testDescription: "no thread to be had", command: "ulimit -u 0", isForUser: true),
      Limit(testDescription: "256 KiB of stack", command: "ulimit -s 256"),
      Limit(testDescription: "files of 1 KiB at most", command: "ulimit -f 1"),
      Limit(testDescription: "files of 64 KiB at most", command: "ulimit -f 64"),
      Limit(
        testDescription: "no folder for temporary files", command: "export TMPDIR=/nowhere"),
    ]

  /// How the store is: well, or such that opening it fails in the middle.
  static let stores = ["well", "not there", "damaged", "a newer version"]

  private func prepared(_ store: String) throws -> Place {
    let place = try Place()
    if store != "not there" {
      _ = try place.run("org", "add", "contoso", "sqlite:contoso.sqlite")
    }
    switch store {
    case "damaged": try Data("nonsense ".utf8).write(to: URL(fileURLWithPath: place.store))
    case "a newer version": _ = try place.query("PRAGMA user_version = 99")
    default: break
    }
    return place
  }

  /// The words that run the filter under a limit.
  private func filter(_ limit: Limit, _ place: Place) throws -> String? {
    guard limit.isForUser, geteuid() == 0 else { return "exec \"$F\"" }
    // One of its own: what others of the user run counts, too.
    let user = String(Int.random(in: 61_010..<64_000))
    guard try place.shell("chown -R \(user):\(user) .").status == 0 else { return nil }
    return "exec setpriv --reuid=\(user) --regid=\(user) --clear-groups \"$F\""
  }

  @Test(arguments: limits, stores) func theMessagePassesOrIsHandedBack(
    _ limit: Limit, _ store: String
  ) throws {
    // Larger than a pipe, and larger than what is held in memory.
    for lines in [1, 60_000, 400_000] {
      for option in ["", "--strict"] {
        let place = try prepared(store)
        let message = customerMail(body: String(repeating: "a line of body\n", count: lines))
        try place.write(message, to: "mail")
        guard let filter = try filter(limit, place) else { return }
        // Below what the loader needs, nothing of ours runs.
        let starts = try place.shell("\(limit.command); \(filter) --version > /dev/null 2>&1")
        guard starts.status == 0 else { return }
        let run = try place.shell(
          "cat mail | (\(limit.command); \(filter) \(option)) 2> errors"
            + " | cat; echo ${PIPESTATUS[1]} > status")
        let status = String(decoding: try place.bytes(of: place.folder + "/status"), as: UTF8.self)
        let errors = String(decoding: try place.bytes(of: place.folder + "/errors"), as: UTF8.self)
        let copies = Int(try place.query("SELECT count(*) FROM copy")) ?? 0
        let what: Comment = "\(lines) lines \(option): status \(status) \(errors)"
        if status == "75\n" {
          #expect(run.output.isEmpty && copies == 0 && place.waiting.isEmpty, what)
          #expect(option == "--strict", what)
        } else {
          #expect(status == "0\n" && run.output == message, what)
          let isKept = copies == 1 || place.waiting.count == 1
          // No file can be made that is large enough for it.
          let isTold = limit.command.contains("-f") && errors.contains("NOT TRACKED AND NOT KEPT")
          #expect(isKept || isTold, what)
          #expect(!isKept || option == "" || copies == 1, what)
        }
        #expect(!errors.contains("internal error"), what)
      }
    }
  }

  @Test func aBatchGoesOnWithTheThreadsItGets() throws {
    for words in [false, true] {
      let place = try prepared("well")
      if words { _ = try place.run("org", "set", "contoso", "index-text", "no") }
      _ = try GeneratedMail(60, in: place)
      let limit = Limit(testDescription: "", command: "ulimit -u 0", isForUser: true)
      guard let batch = try filter(limit, place) else { return }
      let run = try place.shell(
        "(\(limit.command); \(batch) batch Maildir --jobs 4) & "
          + "pid=$!; (sleep 60; kill -9 $pid) & wait $pid; echo status $?; kill $!")
      #expect(run.text.hasSuffix("status 0\n"), "\(run)")
      let user = try place.shell("\"$F\" list --limit 0 | wc -l")
      #expect(try place.query("SELECT count(*) FROM copy") != "0", "\(user)")
      #expect(try place.query("SELECT count(*) FROM copy WHERE is_indexed = 0") == "0")
    }
  }

  /// Once is enough, whatever it waits for: a writer, or a file that is slow to read.
  @Test(
    .enabled(if: access(SystemCallTrace.strace, X_OK) == 0, "strace is not there"),
    arguments: ["lock", "file"])
  func aBatchEndsWhenItIsTold(_ waitsFor: String) throws {
    let place = try prepared("well")
    _ = try place.shell("mkdir -p box/cur box/new box/tmp")
    for number in 1...3 {
      try place.write(customerMail(id: "\(number)@fabrikam.example"), to: "box/new/\(number).x.y")
    }
    let slow =
      "strace -f -qq -o /dev/null -P $PLACE/box/new/2.x.y"
      + " -e trace=openat -e inject=openat:delay_enter=60s"
    let run = try place.shell(
      """
      exec 9>> \(place.store).lock
      \(waitsFor == "lock" ? "flock 9" : "")
      \(waitsFor == "file" ? slow : "") "$F" batch box 2> errors > out 9>> other & pid=$!
      sleep 2; kill -TERM $(pgrep -P $pid crm-mailfilter || echo $pid)
      # strace itself ends with its delay.
      for i in $(seq 80); do grep -q . errors && break; sleep 0.1; done
      cat errors; kill -9 $pid 2> kills; wait $pid
      """)
    #expect(run.text.hasPrefix("crm-mailfilter: interrupted; run it again to go on\n"), "\(run)")
    #expect(try place.run("batch", place.folder + "/box").status == 0)
    #expect(try place.counts == "3|3")
  }

  @Test(arguments: ["<&-", "< .", "0> written"]) func whatCannotBeReadIsHandedBack(
    _ input: String
  ) throws {
    let place = try prepared("well")
    for option in ["", "--strict", "--no-output"] {
      let run = try place.shell("\"$F\" filter \(option) \(input)")
      #expect(run.status == 75 && run.output.isEmpty, "\(run)")
    }
    #expect(place.waiting.isEmpty)
    #expect(try place.query("SELECT count(*) FROM copy") == "0")
  }
}
