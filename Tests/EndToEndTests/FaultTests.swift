import Foundation
import Glibc
import Testing

/// The filter killed, or let down by the system, at each of its system calls.
@Suite(.enabled(if: access(SystemCallTrace.strace, X_OK) == 0, "strace is not there"))
struct FaultTests {
  private let message = customerMail(body: String(repeating: "a line\n", count: 500))

  /// A place with a store that holds nothing, to which each run is set back.
  private func prepared() throws -> Place {
    let place = try Place()
    _ = try place.run("org", "add", "contoso", "sqlite:contoso.sqlite")
    _ = try place.shell("mkdir kept; cp -a data state kept")
    return place
  }

  private func reset(_ place: Place) throws {
    let files = FileManager.default
    for name in ["data", "state"] {
      try? files.removeItem(atPath: place.folder + "/" + name)
      try files.copyItem(
        atPath: place.folder + "/kept/" + name, toPath: place.folder + "/" + name)
    }
  }

  @Test func killedAnywhereAndRunAgainItIsOneCopy() throws {
    let place = try prepared()
    let calls = try SystemCallTrace(place, message: message).calls
    #expect(calls.count > 50)
    var killed = 0
    for call in calls {
      try reset(place)
      let first = try SystemCallTrace.run(
        place, message: message, call: call, injection: "signal=SIGKILL")
      if first.status != 0 { killed += 1 }
      #expect(message.starts(with: first.output), "\(call)")
      let second = try place.filter(message)
      #expect(second.status == 0 && second.output == message, "\(call)")
      #expect(try place.run("retry").status == 0, "\(call)")
      #expect(
        try place.query("SELECT (SELECT count(*) FROM copy), (SELECT count(*) FROM delivery)")
          == "1|1", "\(call)")
    }
    #expect(killed > calls.count / 2)
  }

  /// What a clean run leaves in the store, but for when and how often.
  private func content(of place: Place) throws -> String {
    try place.query(
      """
      SELECT id, direction, sent, sender, recipients, subject, regarding, owner, rule, reason,
        message_id, size FROM mail;
      SELECT * FROM mail_participant; SELECT mail, mailbox FROM mail_delivery;
      SELECT id, hex(bytes) FROM content
      """)
  }

  /// Errors that may come from any call.
  static let errors = ["EIO", "ENOSPC", "EINTR", "EMFILE", "ENOMEM", "EACCES"]

  /// Errors that come from calls that change a disk.
  static let writeErrors = ["EFBIG", "EDQUOT", "EROFS", "EPERM"]

  @Test(arguments: errors + writeErrors)
  func letDownAnywhereNothingIsLost(_ error: String) throws {
    let place = try prepared()
    let calls = try SystemCallTrace(place, message: message).calls
    let clean = try content(of: place)
    #expect(clean.contains("a1@fabrikam.example"))
    for call in calls where Self.mayFail(call, error) {
      try reset(place)
      let run = try SystemCallTrace.run(
        place, message: message, call: call, injection: "error=\(error)")
      if Self.isMessage(call), error != "EINTR" {
        // The message itself could not be read or written: the host has to try again.
        #expect(run.status == 75, "\(call)")
        #expect(try place.filter(message).output == message)
      } else {
        #expect(run.status == 0 && run.output == message, "\(call): \(run.status) \(run.errors)")
        #expect(!run.errors.contains("NOT KEPT"), "\(call): \(run.errors)")
      }
      let retry = try place.run("retry")
      #expect(retry.status == 0, "\(call): \(retry.text) \(retry.errors)")
      #expect(try content(of: place) == clean, "\(call): \(run.errors)")
    }
  }

  @Test(arguments: errors + writeErrors)
  func strictHandsBackOrTracks(_ error: String) throws {
    let place = try prepared()
    let calls = try SystemCallTrace(place, message: message, arguments: ["--strict"]).calls
    for call in calls where Self.mayFail(call, error) && !Self.isMessage(call) {
      try reset(place)
      let run = try SystemCallTrace.run(
        place, message: message, arguments: ["--strict"], call: call, injection: "error=\(error)")
      if run.status == 75 {
        #expect(run.output.isEmpty && place.waiting.isEmpty, "\(call)")
      } else {
        #expect(run.status == 0 && run.output == message, "\(call)")
        #expect(try place.query("SELECT count(*) FROM copy") == "1", "\(call)")
      }
    }
  }

  /// Files that may grow so far and no further: the last write before is a short one.
  static let limits = [
    0, 1, 100, 511, 512, 4_000, 4_095, 4_096, 4_097, 20_000, 32_767, 33_000, 50_000, 100_000,
    150_000,
  ]

  @Test(arguments: limits) func shortWritesLoseNothing(_ limit: Int) throws {
    let place = try prepared()
    try place.write(message, to: "mail")
    let run = try place.shell(
      """
      { prlimit --fsize=\(limit) "$F" < mail | cmp - mail; echo "${PIPESTATUS[@]}"; } 2>&1 | cat
      { prlimit --fsize=\(limit) "$F" --strict < mail | wc -c; echo "${PIPESTATUS[0]}"; } 2>&1 | cat
      """)
    let lines = run.text.split(separator: "\n").filter { !$0.hasPrefix("crm-mailfilter: ") }
    #expect(lines.first == "0 0", "\(run.text)")
    #expect(
      lines.dropFirst() == ["0", "75"] || lines.dropFirst() == ["\(message.count)", "0"],
      "\(run.text)")
    if run.text.contains("NOT KEPT") { #expect(place.waiting.isEmpty) }
    #expect(try place.run("retry").status == 0)
    if run.text.contains("NOT KEPT") { #expect(try place.filter(message).status == 0) }
    #expect(try place.query("SELECT count(*) FROM copy") == "1", "\(run.text)")
    #expect(try place.run("verify").status == 0)
  }

  /// Calls that the system can refuse with an error.
  private static func mayFail(_ call: SystemCallTrace.Call, _ error: String) -> Bool {
    if writeErrors.contains(error) {
      return [
        "openat", "write", "pwrite64", "fsync", "fdatasync", "ftruncate", "mkdir", "unlink",
        "fchmod",
      ].contains(call.name)
    }
    return [
      "openat", "open", "read", "write", "pread64", "pwrite64", "fsync", "fdatasync", "ftruncate",
      "mkdir", "close", "fstat", "newfstatat", "stat", "lstat", "flock", "fcntl", "mmap", "unlink",
      "getcwd", "socket", "connect", "sendto", "readlink", "geteuid", "fchmod",
    ].contains(call.name)
  }

  /// Whether a call reads the message or writes it.
  private static func isMessage(_ call: SystemCallTrace.Call) -> Bool {
    call.line.hasPrefix("read(0,") || call.line.hasPrefix("write(1,")
      || call.line.hasPrefix("close(1)")
  }
}
