import Foundation
import Testing

/// A crash of the program's own, before its output starts, loses nothing.
@Suite struct CrashTests {
  /// Stops the filter by a signal while the message is still arriving, as a trap in our code would.
  ///
  private func crash(_ place: Place, _ signal: String, options: String = "") throws
    -> Program.Result
  {
    let body = String(repeating: "a line of the body\n", count: 20_000)
    try place.write(customerMail(body: body), to: "mail")
    return try place.shell(
      """
      cd \(place.folder); mkfifo pipe
      "$F" \(options) < pipe > out & filter=$!
      { head -c 50000 mail; sleep 0.5; kill -\(signal) $filter; sleep 0.5; tail -c +50001 mail; } > pipe
      wait $filter; echo $?
      """)
  }

  @Test(arguments: ["SEGV", "ILL", "ABRT", "TRAP", "FPE", "BUS"]) func theMessagePassesAndWaits(
    _ signal: String
  ) throws {
    let place = try Place(
      rules: "[[rule]]\nname = \"f\"\nfrom = \"@fabrikam.example\"\naction = \"track\"")
    let result = try crash(place, signal)
    #expect(result.text == "0\n", "\(result)")
    #expect(
      try place.bytes(of: place.folder + "/out") == place.bytes(of: place.folder + "/mail"))
    #expect(result.errors.contains("internal error"))
    #expect(place.waiting.count == 1)
    #expect(try place.run("retry").status == 0)
    #expect(try place.counts == "1|1")
    let raw = try place.run("show", "1", "--raw").output
    #expect(try raw == place.bytes(of: place.folder + "/mail"))
  }

  @Test func strictHandsItBack() throws {
    let place = try Place()
    let result = try crash(place, "SEGV", options: "--strict")
    #expect(result.text == "75\n", "\(result)")
    #expect(try place.bytes(of: place.folder + "/out").isEmpty && place.waiting.isEmpty)
  }

  static let traps = [
    "index", "precondition", "overflow", "null", "stack", "memory", "abort", "division",
  ]

  /// Runs the probe that crashes by itself, with 6 MB of message.
  private func probe(
    _ place: Place, _ kind: String, _ strictness: String, limit: String = ""
  ) throws -> (result: Program.Result, message: [UInt8]) {
    let message = customerMail(body: String(repeating: "a line of the body\n", count: 320_000))
    try place.write(message, to: "mail")
    let spool = place.folder + "/spool"
    try FileManager.default.createDirectory(atPath: spool, withIntermediateDirectories: true)
    var environment = place.environment
    environment["SWIFT_BACKTRACE"] = "enable=no"
    let probe = Program.besideTests("crash-probe")
    let result = try Program.shell(
      "cat \(place.folder)/mail | (\(limit) exec \(probe) \(kind) \(spool) \(strictness)) | cat; "
        + "exit ${PIPESTATUS[1]}",
      environment: environment, folder: place.folder)
    return (result, message)
  }

  @Test(arguments: traps.flatMap { [$0, "late-" + $0] }) func ownTrapsLoseNothing(
    _ kind: String
  ) throws {
    let place = try Place()
    let (result, message) = try probe(place, kind, "lenient")
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output == message)
    #expect(result.errors.contains("waits in the spool"))
    let names = try FileManager.default.contentsOfDirectory(atPath: place.folder + "/spool")
    #expect(names == ["00000000000000000001-1.mail"])
    let entry = try place.bytes(of: place.folder + "/spool/" + (names.first ?? ""))
    #expect(entry.suffix(message.count).elementsEqual(message))
    #expect(entry.starts(with: Array("crm-mailfilter spool entry 1\n".utf8)))
  }

  @Test(arguments: traps) func ownTrapsHandBackUnderStrict(_ kind: String) throws {
    let place = try Place()
    let (result, _) = try probe(place, kind, "strict")
    #expect(result.status == 75 && result.output.isEmpty)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: place.folder + "/spool").isEmpty)
  }

  /// Another thread crashes while the main thread reads: one of them saves the message, not both.
  @Test func aCrashOnAnotherThreadLosesNothing() throws {
    for delay in stride(from: 0, to: 20_000, by: 700) {
      let place = try Place()
      let (result, message) = try probe(place, "thread-\(delay)", "lenient")
      #expect(result.status == 0, "\(delay): \(result.errors)")
      #expect(result.output == message, "\(delay): \(result.output.count) bytes")
      let names = try FileManager.default.contentsOfDirectory(atPath: place.folder + "/spool")
      #expect(names == ["00000000000000000001-1.mail"])
      let entry = try place.bytes(of: place.folder + "/spool/" + (names.first ?? ""))
      #expect(entry.suffix(message.count).elementsEqual(message), "\(delay)")
    }
  }

  /// Half a message is never kept as a whole one, wherever the room ends.
  @Test(arguments: [1, 64, 4096, 4200, 5900]) func whereThereIsNoRoomNothingIsKept(
    _ kilobytes: Int
  ) throws {
    let place = try Place()
    // The output goes through a pipe: the limit is for files.
    let (result, message) = try probe(
      place, "index", "lenient", limit: "ulimit -f \(kilobytes);")
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output == message, "\(result.output.count) bytes")
    #expect(result.errors.contains("is not tracked"))
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: place.folder + "/spool").isEmpty)
  }
}
