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
