import Foundation
import Glibc
import Testing

/// An archive that is made in steps, or after whatever ended a run, is the one that is made at once; and of
/// what was withdrawn nothing is left in it.
@Suite struct ArchiveStepTests {
  /// Mail that is one conversation with itself here and there, with people and attachments in common.
  private static func message(_ number: Int) -> [UInt8] {
    let answered = number % 3 == 0 ? "" : "In-Reply-To: <s\(number - 1)@fabrikam.example>"
    return customerMail(
      id: "s\(number)@fabrikam.example", from: "p\(number % 4)@fabrikam.example",
      subject: number % 3 == 0 ? "Topic \(number)" : "Re: Topic \(number / 3 * 3)",
      extra: answered, body: "Text \(number) Marker\(number)x\n")
  }

  /// Compares all that is to be read.
  private func expectSame(
    _ left: Site, _ right: Site, _ comment: Comment = "",
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let (left, right) = (try left.files, try right.files)
    #expect(
      Set(left.keys).symmetricDifference(right.keys).isEmpty, comment,
      sourceLocation: sourceLocation)
    let other = left.keys.filter { left[$0] != right[$0] }.sorted()
    #expect(other.isEmpty, "\(comment) \(other)", sourceLocation: sourceLocation)
  }

  @Test func inStepsItIsTheOneThatIsMadeAtOnce() throws {
    let place = try Place()
    let steps = Site(place, "steps")
    let commands = [
      "record add contact:7 --address p1@fabrikam.example --name Kim",
      "regarding 2 account:9", "record set contact:7 --name Kimberly",
      "thread split 5", "untrack 6",
      "record add account:9 --name Fabrikam --domain fabrikam.example",
      "record merge contact:7 account:9",
    ]
    var number = 0
    for command in commands {
      for _ in 0..<3 {
        #expect(try place.filter(Self.message(number)).status == 0)
        number += 1
      }
      #expect(try place.archive("steps").status == 0)
      let done = try place.shell("\"$F\" " + command)
      #expect(done.status == 0, "\(command): \(done)")
      let run = try place.archive("steps")
      #expect(run.status == 0, "\(run)")
      let whole = Site(place, "whole-\(number)")
      #expect(try place.archive("whole-\(number)").status == 0)
      try expectSame(steps, whole, "\(command)")
      #expect(try steps.brokenLinks().isEmpty, "\(command)")
    }
  }

  @Test func aRunWritesWhatIsNewAndTheListsItStandsIn() throws {
    let place = try Place()
    for number in 0..<12 { #expect(try place.filter(Self.message(number)).status == 0) }
    #expect(try place.archive("site").status == 0)
    let site = Site(place)
    // Of a file that was written anew the name leads to another one.
    func numbers() -> [String: ino_t] {
      var numbers: [String: ino_t] = [:]
      for name in site.paths where name.hasPrefix("m/") {
        var status = stat()
        if lstat(site.folder + "/" + name, &status) == 0 { numbers[name] = status.st_ino }
      }
      return numbers
    }
    let before = numbers()
    #expect(try place.filter(Self.message(12)).status == 0)
    #expect(try place.archive("site").status == 0)
    let after = numbers()
    #expect(after.count == before.count + 2 || after.count == before.count + 3)
    #expect(before.allSatisfy { after[$0.key] == $0.value })
  }

  @Test(arguments: [
    "untrack 4", "forget p3@fabrikam.example --yes", "untrack --query id:4 --yes",
    "prune --before 2100-01-01 --yes",
  ])
  func whatWasWithdrawnIsGoneFromEveryFile(_ command: String) throws {
    let place = try Place()
    for number in 0..<6 { #expect(try place.filter(Self.message(number)).status == 0) }
    #expect(try place.archive("site").status == 0)
    let site = Site(place)
    #expect(try !site.filesWith("Marker3x").isEmpty)
    let done = try place.shell("\"$F\" " + command)
    #expect(done.status == 0, "\(done)")
    let run = try place.archive("site")
    #expect(run.status == 0 && run.text.contains("taken away"), "\(run)")
    for marker in ["Marker3x", "Topic 3", "p3@fabrikam.example"] {
      let found = try site.filesWith(marker)
      // The subject of its answers stays where they do.
      #expect(
        found.isEmpty || marker == "Topic 3" && !command.hasPrefix("prune"), "\(marker): \(found)")
    }
    #expect(try site.brokenLinks().isEmpty)
    #expect(try place.archive("whole").status == 0)
    try expectSame(site, Site(place, "whole"), "\(command)")
  }

  // MARK: Whatever ends a run

  /// Calls that change what is in the folder.
  private static let changing = [
    "openat", "write", "fsync", "syncfs", "mkdirat", "unlinkat", "renameat", "fchmod", "fchown",
  ]

  private static let hasStrace = access(SystemCallTrace.strace, X_OK) == 0

  /// A place with an archive, after which mail came and went: what the next run does has all kinds of
  /// writing.
  private func prepared() throws -> (place: Place, calls: [SystemCallTrace.Call]) {
    let place = try Place()
    for number in 0..<3 { #expect(try place.filter(Self.message(number)).status == 0) }
    #expect(try place.archive("kept").status == 0)
    #expect(try place.filter(Self.message(3)).status == 0)
    #expect(try place.run("untrack", "2").status == 0)
    _ = try place.shell("cp -a kept site")
    let trace = try SystemCallTrace(
      place, message: [], arguments: ["archive", place.folder + "/site"], expectsMessage: false)
    let calls = trace.calls.filter {
      Self.changing.contains($0.name) && !$0.line.hasPrefix("write(1,")
        && !$0.line.contains("O_RDONLY|O_CLOEXEC)")
    }
    _ = try place.shell("\"$F\" archive whole")
    return (place, calls)
  }

  @Test(.enabled(if: hasStrace, "strace is not there"))
  func killedAnywhereTheNextRunCompletesIt() throws {
    let (place, calls) = try prepared()
    #expect(calls.count > 60)
    // Threads make the order of calls another each time: each name is met, if not each of its calls.
    for (number, call) in calls.enumerated() where number % 5 == 0 || call.name == "renameat" {
      _ = try place.shell("rm -rf site && cp -a kept site")
      _ = try SystemCallTrace.run(
        place, message: [], arguments: ["archive", place.folder + "/site"], call: call,
        injection: "signal=SIGKILL")
      let next = try place.archive("site")
      #expect(next.status == 0, "\(call): \(next)")
      try expectSame(Site(place), Site(place, "whole"), "\(call)")
      #expect(try Site(place).filesWith("Marker1x").isEmpty, "\(call)")
    }
  }

  @Test(.enabled(if: hasStrace, "strace is not there"))
  func killedWhileItIsMadeTheNextRunCompletesIt() throws {
    let (place, _) = try prepared()
    let trace = try SystemCallTrace(
      place, message: [], arguments: ["archive", place.folder + "/new"], expectsMessage: false)
    let calls = trace.calls.filter {
      Self.changing.contains($0.name) && !$0.line.hasPrefix("write(1,") && $0.name != "openat"
    }
    #expect(calls.count > 40)
    for (number, call) in calls.enumerated() where number % 8 == 0 || number < 6 {
      _ = try place.shell("rm -rf site")
      _ = try SystemCallTrace.run(
        place, message: [], arguments: ["archive", place.folder + "/site"], call: call,
        injection: "signal=SIGKILL")
      let next = try place.archive("site")
      #expect(next.status == 0, "\(call): \(next)")
      try expectSame(Site(place), Site(place, "whole"), "\(call)")
    }
  }

  /// What calls fail with.
  static let errors = ["ENOSPC", "EIO", "EDQUOT"]

  @Test(.enabled(if: hasStrace, "strace is not there"), arguments: errors)
  func letDownAnywhereItSaysSoAndTheNextRunCompletesIt(_ error: String) throws {
    let (place, calls) = try prepared()
    let names = ["write", "renameat", "mkdirat", "syncfs", "unlinkat"]
    var failures = 0
    for call in calls where names.contains(call.name) && call.number < 12 {
      _ = try place.shell("rm -rf site && cp -a kept site")
      let run = try SystemCallTrace.run(
        place, message: [], arguments: ["archive", place.folder + "/site"], call: call,
        injection: "error=\(error)")
      // strace counts the calls of each thread by itself: not each is met.
      if run.status == 0 { continue }
      failures += 1
      #expect(
        run.status == 74 && run.errors.hasPrefix("crm-mailfilter: ")
          && run.errors.split(separator: "\n").count == 1,
        "\(call): \(run.status) \(run.errors)")
      let next = try place.archive("site")
      #expect(next.status == 0, "\(call): \(next)")
      try expectSame(Site(place), Site(place, "whole"), "\(call)")
    }
    #expect(failures > 10)
  }

  @Test func aFolderThatCannotBeWrittenIsSaid() throws {
    let place = try Place()
    #expect(try place.filter(Self.message(0)).status == 0)
    let run = try place.run("archive", "/proc/archive")
    #expect(run.status == 66 || run.status == 77, "\(run)")
    #expect(run.errors.contains("/proc"), "\(run)")
  }
}
