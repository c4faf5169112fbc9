import Foundation
import Glibc
import Testing

/// The recipes of `samples/`, under the real hosts.
@Suite(.serialized) struct HostTests {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

  /// A recipe with our program's path in place of its name.
  private func recipe(_ name: String, _ place: Place, options: String = "") throws -> String {
    let text = try String(contentsOfFile: Self.root + "/samples/hosts/" + name, encoding: .utf8)
    return text.replacingOccurrences(
      of: "crm-mailfilter filter", with: "\(Program.path) filter \(options)")
  }

  private static let isProcmailThere = access("/usr/bin/procmail", X_OK) == 0
  private static let isMaildropThere = access("/usr/bin/maildrop", X_OK) == 0

  private func deliveredMail(_ place: Place) throws -> [[UInt8]] {
    let folder = place.folder + "/Maildir/new"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return try names.map { try place.bytes(of: folder + "/" + $0) }
  }

  private func procmail(
    _ place: Place, _ message: [UInt8], options: String = "", recipe name: String = "procmailrc"
  ) throws -> Program.Result {
    try place.write(
      "MAILDIR=\(place.folder)\nDEFAULT=\(place.folder)/Maildir/\nLOGFILE=\(place.folder)/log\n"
        + (try recipe(name, place, options: options)), to: "rc")
    return try Program.run(
      "/usr/bin/procmail", ["-p", "-m", place.folder + "/rc"], input: message,
      environment: place.environment, folder: place.folder)
  }

  private func maildrop(
    _ place: Place, _ message: [UInt8], options: String = ""
  ) throws -> Program.Result {
    _ = try Program.run(
      "/usr/bin/maildirmake.maildrop", [place.folder + "/Maildir"], folder: place.folder)
    try place.write(
      try recipe("mailfilter", place, options: options) + "\nto \"\(place.folder)/Maildir\"\n",
      to: "filter")
    chmod(place.folder + "/filter", 0o600)
    return try Program.run(
      "/usr/bin/maildrop", [place.folder + "/filter"], input: message,
      environment: place.environment, folder: place.folder)
  }

  private static let messages: [[UInt8]] = [
    customerMail(), customerMail(body: "no end"), customerMail(body: "a\0b\n"),
    customerMail(body: "crlf\r\n\r\nFrom here\r\n"),
    customerMail(body: String(repeating: "long ", count: 800_000)),
  ]

  @Test(.enabled(if: isProcmailThere)) func procmailDeliversTheSameBytes() throws {
    for message in Self.messages {
      let place = try Place()
      let result = try procmail(place, message)
      #expect(result.status == 0, "\(result)")
      #expect(try deliveredMail(place) == [message])
      #expect(try place.counts == "1|1")
    }
  }

  @Test(.enabled(if: isProcmailThere)) func procmailDeliversWhenTheStoreIsDown() throws {
    for options in ["", "--strict"] {
      let place = try Place()
      try place.write("not toml", to: "crm-mailfilter.toml")
      #expect(try procmail(place, customerMail(), options: options).status == 0)
      #expect(try deliveredMail(place) == [customerMail()])
      #expect(place.waiting.count == (options.isEmpty ? 1 : 0))
    }
  }

  @Test(.enabled(if: isProcmailThere)) func procmailHandsBackWithTheStrictRecipe() throws {
    let place = try Place()
    try place.write("not toml", to: "crm-mailfilter.toml")
    let down = try procmail(place, customerMail(), recipe: "procmailrc-strict")
    #expect(down.status == 75)
    #expect(try deliveredMail(place).isEmpty && place.waiting.isEmpty)
    let up = try Place()
    #expect(try procmail(up, customerMail(), recipe: "procmailrc-strict").status == 0)
    #expect(try deliveredMail(up) == [customerMail()])
  }

  @Test(.enabled(if: isProcmailThere)) func procmailDeliversWithoutTheProgram() throws {
    let place = try Place()
    try place.write(
      "DEFAULT=\(place.folder)/Maildir/\n:0 fWr\n| \(place.folder)/missing filter\n", to: "rc")
    let result = try Program.run(
      "/usr/bin/procmail", ["-p", "-m", place.folder + "/rc"], input: customerMail(),
      environment: place.environment, folder: place.folder)
    #expect(result.status == 0)
    #expect(try deliveredMail(place) == [customerMail()])
  }

  @Test(.enabled(if: isMaildropThere)) func maildropDeliversTheSameBytes() throws {
    for message in Self.messages {
      let place = try Place()
      let result = try maildrop(place, message)
      #expect(result.status == 0, "\(result)")
      // maildrop ends the last line itself, before we see the message.
      let expected = message.last == 10 ? message : message + [10]
      #expect(try deliveredMail(place) == [expected])
      #expect(try place.counts == "1|1")
    }
  }

  @Test(.enabled(if: isMaildropThere)) func maildropDeliversWhenTheStoreIsDown() throws {
    let place = try Place()
    try place.write("not toml", to: "crm-mailfilter.toml")
    #expect(try maildrop(place, customerMail()).status == 0)
    #expect(try deliveredMail(place) == [customerMail()])
    #expect(place.waiting.count == 1)
    let strict = try Place()
    try strict.write("not toml", to: "crm-mailfilter.toml")
    #expect(try maildrop(strict, customerMail(), options: "--strict").status == 75)
    #expect(try deliveredMail(strict).isEmpty)
  }

  @Test(.enabled(if: isMaildropThere)) func maildropHandsBackWithoutTheProgram() throws {
    let place = try Place()
    try place.write(
      "xfilter \"\(place.folder)/missing filter\"\nto \"\(place.folder)/Maildir\"\n", to: "filter")
    chmod(place.folder + "/filter", 0o600)
    let result = try Program.run(
      "/usr/bin/maildrop", [place.folder + "/filter"], input: customerMail(),
      environment: place.environment, folder: place.folder)
    #expect(result.status == 75)
    #expect(try deliveredMail(place).isEmpty)
  }
}
