import Foundation
import Glibc
import Testing

/// The programs of `samples/organizations`, each against a small server that answers as its CRM does.
@Suite struct OrganizationSampleTests {
  /// A sample, its settings, and which request's answer is withheld.
  struct Sample: Sendable, CustomTestStringConvertible {
    let name: String
    let settings: String
    let lost: [String]
    /// What is kept of three messages, in the log of the server, by key.
    let key: String
    let greeting: String
    var testDescription: String { name }
  }

  static let samples = [
    Sample(
      name: "request-tracker", settings: #"{"url": "URL", "token": "SECRET", "queue": "Mail"}"#,
      lost: ["POST /ticket", "/comment", "POST /attachments"], key: "comment",
      greeting: "Request Tracker 5.0.3; it does not know: regard, changes\n"),
    Sample(
      name: "odoo",
      settings: #"{"url": "URL", "database": "d", "login": "mail", "key": "SECRET"}"#,
      lost: ["create", "message_post", "search"], key: "note",
      greeting: "Odoo 17.0, as mail; it does not know: regard, changes\n"),
  ]

  /// The sample in a place, with its server.
  private final class Server {
    let place: Place
    let sample: Sample
    private let process = Process()
    private let input = Pipe()
    var program: String { place.folder + "/" + sample.name }

    init(_ sample: Sample) throws {
      self.sample = sample
      place = try Place(rules: "")
      try FileManager.default.copyItem(
        atPath: Repository.root + "/samples/organizations/" + sample.name, toPath: program)
      let text = try String(contentsOfFile: place.profile, encoding: .utf8)
      try text.replacingOccurrences(of: "sqlite:contoso.sqlite", with: "exec:\(program)")
        .write(toFile: place.profile, atomically: true, encoding: .utf8)
      process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
      process.arguments =
        [Repository.root + "/Tests/EndToEndTests/Elsewhere/crm-servers.py"]
        + ["port", "log", "fault"].map { place.folder + "/" + $0 }
      process.standardInput = input
      try process.run()
      while process.isRunning, access(place.folder + "/port", F_OK) != 0 { usleep(10_000) }
      try FileManager.default.createDirectory(
        atPath: place.folder + "/.config/crm-mailfilter", withIntermediateDirectories: true)
      try configure()
    }

    deinit {
      try? input.fileHandleForWriting.close()
      // Its input may stay open: what another test started meanwhile can have inherited it.
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
    }

    func configure(secret: String = "secret", url: String? = nil, mode: mode_t = 0o600) throws {
      let port = try String(contentsOfFile: place.folder + "/port", encoding: .utf8)
      let path = place.folder + "/.config/crm-mailfilter/" + sample.name + ".json"
      try sample.settings.replacingOccurrences(of: "SECRET", with: secret)
        .replacingOccurrences(of: "URL", with: url ?? "http://127.0.0.1:\(port)")
        .write(toFile: path, atomically: true, encoding: .utf8)
      chmod(path, mode)
    }

    var log: [[String: Any]] {
      let text = (try? String(contentsOfFile: place.folder + "/log", encoding: .utf8)) ?? ""
      return text.split(separator: "\n").compactMap {
        try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
      }
    }

    func kept() -> [[String: Any]] { log.filter { $0[sample.key] != nil } }
  }

  @Test(arguments: samples) func customersAndAnswersAreKeptOnce(_ sample: Sample) throws {
    let server = try Server(sample)
    let place = server.place
    let added = try place.run("org", "add", "contoso", "exec:\(server.program)")
    #expect(added.status == 0 && added.text.hasPrefix(sample.greeting), "\(added)")
    let offer = customerMail(id: "1@x.example", subject: "Offer\u{FC}", extra: "Cc: x@y.example")
    _ = try place.filter(offer)
    _ = try place.filter(
      customerMail(
        id: "2@x.example", from: "x@y.example", subject: "Re: Offer",
        extra: "In-Reply-To: <1@x.example>"))
    _ = try place.filter(customerMail(id: "3@x.example", from: "spam@z.example", subject: "Buy"))
    let sync = try place.run("sync")
    #expect(sync.status == 0 && sync.text == "contoso: 3 decided, 0 waiting\n", "\(sync)")
    #expect(server.kept().count == 2)
    // Byte for byte.
    let text = String(String.UnicodeScalarView(offer.map { Unicode.Scalar($0) }))
    #expect(server.log.contains { $0["text"] as? String == text })
    // The answer lies where the answered mail does.
    let places = server.kept().map { ($0["ticket"] ?? $0["of"]) as? String }
    #expect(places[0] == places[1] && places[0] != nil)
    #expect(try place.run("list", "--count").text.contains("2"))
    let shown = try place.run("show", "2")
    #expect(shown.text.contains("answers mail 1"), "\(shown)")
  }

  @Test(arguments: samples) func lostAnswersMakeNothingTwo(_ sample: Sample) throws {
    let server = try Server(sample)
    let place = server.place
    #expect(try place.run("org", "add", "contoso", "exec:\(server.program)").status == 0)
    for (number, fault) in sample.lost.enumerated() {
      _ = try place.filter(customerMail(id: "\(number)@x.example", subject: "Mail \(number)"))
      try place.write(fault, to: "fault")
      let first = try place.run("sync")
      #expect(first.status == 75, "\(fault): \(first)")
      #expect(access(place.folder + "/fault", F_OK) != 0, "\(fault)")
      let second = try place.run("sync")
      #expect(second.status == 0, "\(fault): \(second)")
      #expect(server.kept().count == number + 1, "\(fault)")
      let others = server.log.filter { $0["ticket"] != nil && $0["queue"] != nil }
      #expect(others.isEmpty || others.count == number + 1, "\(fault)")
      #expect(server.log.filter { $0["attachment"] != nil }.count <= number + 1, "\(fault)")
    }
  }

  @Test(arguments: samples) func secretsAndPlacesAreLookedAt(_ sample: Sample) throws {
    let server = try Server(sample)
    let add = ["org", "add", "contoso", "exec:\(server.program)"]
    func added() throws -> Program.Result {
      try Program.run(
        Program.path, add, environment: server.place.environment, folder: server.place.folder)
    }
    try server.configure(secret: "wrong")
    #expect(try added().status == 77)
    try server.configure(mode: 0o644)
    let readable = try added()
    #expect(readable.status == 77 && readable.errors.contains("chmod 600"), "\(readable)")
    try server.configure(url: "http://crm.example")
    let plain = try added()
    #expect(plain.status == 77 && plain.errors.contains("not https"), "\(plain)")
    // Nobody listens there.
    try server.configure(url: "http://127.0.0.1:1")
    #expect(try added().status == 75)
    unlink(server.place.folder + "/.config/crm-mailfilter/" + sample.name + ".json")
    #expect(try added().status == 77)
    try server.configure()
    #expect(try added().status == 0)
  }

  @Test func whatIsUntrackedIsGoneInOdooAndStaysInRequestTracker() throws {
    for sample in Self.samples {
      let server = try Server(sample)
      let place = server.place
      #expect(try place.run("org", "add", "contoso", "exec:\(server.program)").status == 0)
      _ = try place.filter(customerMail(id: "1@x.example"))
      #expect(try place.run("sync").status == 0)
      let untracked = try place.run("untrack", "1")
      let left = try place.run("list", "--count").text
      if sample.name == "odoo" {
        #expect(untracked.status == 0 && left.hasPrefix("0"), "\(untracked) \(left)")
        #expect(
          server.log.compactMap { $0["unlinked"] as? String } == ["mail.message", "ir.attachment"])
      } else {
        #expect(untracked.status == 65 && left.hasPrefix("1"), "\(untracked) \(left)")
        #expect(untracked.errors.contains("deletes no comments"))
      }
    }
  }

  @Test(arguments: samples) func aSampleIsShort(_ sample: Sample) throws {
    let text = try String(
      contentsOfFile: Repository.root + "/samples/organizations/" + sample.name, encoding: .utf8)
    #expect(text.utf8.count(where: { $0 == 10 }) < 150)
  }
}
