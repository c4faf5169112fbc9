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
      Limit(testDescription: "150 MB of address space", command: "ulimit -v 150000"),
      Limit(testDescription: "300 MB of address space", command: "ulimit -v 300000"),
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
        // Below what the loader needs, nothing of ours runs; the host sees that, and nothing passes.
        let starts = try place.shell("\(limit.command); \(filter) --version > /dev/null 2>&1")
        guard starts.status == 0 else {
          let run = try place.shell("\(limit.command); \(filter) \(option) < mail 2> errors")
          #expect(run.status != 0 && run.output.isEmpty, "\(run.status)")
          continue
        }
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

  /// The soft limit of processor time, while the message comes in.
  @Test(arguments: ["", "--strict"]) func outOfProcessorTimeTheMessagePassesOrIsHandedBack(
    _ option: String
  ) throws {
    let place = try prepared("well")
    let message = customerMail(body: String(repeating: "a line of body\n", count: 10_000))
    try place.write(message, to: "mail")
    let run = try place.shell(
      """
      mkfifo in; "$F" \(option) < in > out 2> errors & pid=$!
      { head -c 50000 mail; sleep 1; kill -XCPU $pid; kill -XCPU $pid; tail -c +50001 mail; } > in
      wait $pid; echo $?
      """)
    let output = try place.bytes(of: place.folder + "/out")
    if option == "--strict" {
      #expect(run.text == "75\n" && output.isEmpty && place.waiting.isEmpty, "\(run)")
    } else {
      #expect(run.text == "0\n" && output == message && place.waiting.count == 1, "\(run)")
      #expect(try place.run("retry").status == 0)
    }
    #expect(try place.query("SELECT count(*) FROM copy") == (option == "" ? "1" : "0"))
  }

  /// Where the soft limit of processor time is the hard one, the kernel kills and says nothing before.
  @Test(arguments: ["", "--strict"]) func beforeTheHardLimitOfProcessorTimeItIsLikewise(
    _ option: String
  ) throws {
    // Each rule goes to the end of its steps.
    let rules = (1...200).map {
      """
      [[rule]]
      name = "r\($0)"
      subject = '/a.{\(3_900 + $0)}b/'
      action = "track"

      """
    }.joined()
    let place = try Place(rules: rules + Place.usualRules)
    _ = try place.run("org", "add", "contoso", "sqlite:contoso.sqlite")
    var bits: UInt32 = 1
    let subject = (0..<60_000).map { _ in
      bits = bits &* 1_664_525 &+ 1_013_904_223
      return bits >> 31 == 0 ? "a" : "c"
    }.joined()
    let message = customerMail(subject: subject)
    try place.write(message, to: "mail")
    let run = try place.shell("ulimit -t 1; \"$F\" \(option) < mail > out 2> errors; echo $?")
    let output = try place.bytes(of: place.folder + "/out")
    if option == "--strict" {
      #expect(run.text == "75\n" && output.isEmpty && place.waiting.isEmpty, "\(run)")
    } else {
      #expect(run.text == "0\n" && output == message && place.waiting.count == 1, "\(run)")
    }
  }

  /// A folder for temporary files that is full, or becomes so with the message.
  @Test(
    .enabled(
      if: geteuid() == 0 && system("unshare -m true 2>/dev/null") == 0,
      "needs root and mount namespaces"),
    arguments: ["", "--strict"])
  func aSmallFolderForTemporaryFilesIsNotTheLast(_ option: String) throws {
    for store in ["well", "damaged"] {
      let place = try prepared(store)
      let message = customerMail(body: String(repeating: "a line of body\n", count: 400_000))
      try place.write(message, to: "mail")
      let run = try place.shell(
        """
        mkdir small; export TMPDIR=$PLACE/small
        unshare -m sh -c 'mount -t tmpfs -o size=64k none small && "$F" \(option) < mail > out'
        echo $?
        """)
      let output = try place.bytes(of: place.folder + "/out")
      if store == "damaged", option == "--strict" {
        #expect(run.text == "75\n" && output.isEmpty && place.waiting.isEmpty, "\(run)")
      } else {
        #expect(run.text == "0\n" && output == message, "\(run)")
        #expect(place.waiting.count == (store == "damaged" ? 1 : 0))
      }
      if store == "well" { #expect(try place.query("SELECT size FROM copy") == "\(message.count)") }
    }
  }

  /// A clock that somebody set, by years before or after the true time.
  static let clocks = [-100, -60, -30, 200]

  @Test(
    .enabled(if: access("/usr/bin/cc", X_OK) == 0, "cc is not there"), arguments: clocks)
  func whateverTheClockSaysMailIsTracked(_ years: Int) throws {
    let place = try prepared("well")
    try place.write(
      """
      #define _GNU_SOURCE
      #include <dlfcn.h>
      #include <time.h>
      int clock_gettime(clockid_t clock, struct timespec *time) {
        int (*real)(clockid_t, struct timespec *) = dlsym(RTLD_NEXT, "clock_gettime");
        int result = real(clock, time);
        if (clock == CLOCK_REALTIME) time->tv_sec += \(years) * 31557600L;
        return result;
      }
      """, to: "clock.c")
    #expect(try place.shell("cc -shared -fPIC -o clock.so clock.c -ldl").status == 0)
    // One waits since the clock was right, and another since it is wrong.
    try place.breakProfile()
    #expect(try place.filter(customerMail(id: "1@fabrikam.example")).status == 0)
    let second = customerMail(
      id: "2@fabrikam.example", extra: "In-Reply-To: <1@fabrikam.example>")
    try place.write(second, to: "second")
    try place.write(
      customerMail(id: "3@fabrikam.example", extra: "In-Reply-To: <2@fabrikam.example>"),
      to: "third")
    let wrong = "LD_PRELOAD=$PLACE/clock.so \"$F\""
    #expect(try place.shell("\(wrong) < second | cmp - second").status == 0)
    try place.repairProfile()
    let run = try place.shell(
      """
      \(wrong) < third | cmp - third; echo "${PIPESTATUS[@]}"
      \(wrong) retry > /dev/null; echo $?; \(wrong) list | wc -l; \(wrong) verify > /dev/null; echo $?
      """)
    #expect(run.text == "0 0\n0\n3\n0\n", "\(run)")
    #expect(place.waiting.isEmpty)
    #expect(try place.query("SELECT count(*), count(DISTINCT conversation) FROM copy") == "3|1")
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
