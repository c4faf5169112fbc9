import Foundation
import Glibc
import Testing

/// How somebody adds an organization in Dynamics 365, and signs in to it, from a terminal and without.
@Suite struct WebSignInTests {
  /// A place without an organization.
  private func emptyPlace() throws -> Place {
    let place = try Place()
    try place.write("[[mailbox]]\nowner = \"dana@contoso.example\"\n", to: "crm-mailfilter.toml")
    return place
  }

  private func profile(_ place: Place) throws -> String {
    String(decoding: try place.bytes(of: place.profile), as: UTF8.self)
  }

  /// The ids of the stand-in: version 5 of its namespace and a name.
  private func id(_ name: String, _ place: Place) throws -> String {
    try place.shell(
      "/usr/bin/python3 -c 'import uuid; "
        + "print(uuid.uuid5(uuid.UUID(\"d365da7a-0000-4000-8000-000000000000\"), \"\(name)\"))'"
    ).text.trimmingCharacters(in: .newlines)
  }

  private static let tenant = "11111111-2222-3333-4444-555555555555"

  // MARK: Without a server

  @Test(
    "a wrong address is told what it is, and nothing is made of it",
    arguments: [
      ("https://make.powerapps.com/environments/1", "is the maker portal"),
      ("http://contoso.crm4.dynamics.com", "is not encrypted; write https://"),
      ("https://dana:hush@contoso.crm4.dynamics.com", "holds a user or password"),
      ("https://globaldisco.crm.dynamics.com", "is the discovery service"),
    ])
  func wrongAddress(url: String, words: String) throws {
    let place = try emptyPlace()
    let result = try place.run("org", "add", "contoso", url)
    #expect(result.status == 64)
    #expect(result.errors.contains(words), "\(result.errors)")
    #expect(!result.errors.contains("hush"))
    #expect(result.errors.split(separator: "\n").count == 1)
    #expect(!(try profile(place).contains("organization")))
    #expect(!FileManager.default.fileExists(atPath: place.folder + "/data"))
  }

  @Test(
    "whatever ends a hidden question from outside, the terminal shows what is typed again",
    arguments: [SIGTERM, SIGHUP, SIGINT])
  func endedQuestion(signal: Int32) throws {
    let place = try emptyPlace()
    let terminal = try PseudoTerminal(
      ["org", "add", "contoso", "https://127.0.0.1:1/Contoso", "--user", "dana"], in: place)
    try terminal.expect("Password of dana at contoso: ")
    #expect(!terminal.isEchoing)
    terminal.type("half", ending: "")
    // The kernel takes what is typed a moment later, and would show it once the program had let go.
    usleep(200_000)
    terminal.signal(signal)
    #expect(try terminal.wait() == 256 + signal)
    #expect(terminal.isEchoing)
    #expect(!terminal.screen.contains("half"))
    #expect(!(try profile(place).contains("organization")))
  }

  @Test("options that do not fit together are refused before anybody is asked")
  func wrongOptions() throws {
    let place = try emptyPlace()
    for (options, words) in [
      (["--user", "dana", "--client-id", "c"], "'user' is of no use"),
      (["--certificate", "/c.pem", "--client-id", "c"], "needs 'key'"),
      (["--device-code"], "needs 'client_id'"),
      (["--device-code", "--integrated"], "exclude each other"),
      (["--client-id", "a b"], "no client_id"),
    ] {
      let result = try Program.run(
        Program.path, ["org", "add", "contoso", "https://contoso.crm4.dynamics.com"] + options,
        environment: place.environment, folder: place.folder)
      #expect(result.status == 64, "\(options)")
      #expect(result.errors.contains(words), "\(result.errors)")
    }
    #expect(!(try profile(place).contains("organization")))
  }

  @Test("the filter passes mail on and keeps it, and loads nothing that speaks to a server")
  func filterLoadsNothing() throws {
    let place = try Place(rules: "")
    let text = try profile(place)
      .replacingOccurrences(of: "sqlite:contoso.sqlite", with: "https://contoso.crm4.dynamics.com")
    try place.write(text, to: "crm-mailfilter.toml")
    let mail = "From: erin@fabrikam.example\nTo: dana@contoso.example\nSubject: Pumps\n\nForty.\n"
    var environment = place.environment
    environment["LD_DEBUG"] = "libs"
    environment["LD_DEBUG_OUTPUT"] = place.folder + "/loaded"
    let result = try Program.run(
      Program.path, [], input: Array(mail.utf8), environment: environment, folder: place.folder)
    #expect(result.status == 0)
    #expect(result.output == Array(mail.utf8))
    let loaded = try place.shell("cat loaded.*").text
    #expect(loaded.contains("libsqlite3"))
    for library in ["libcurl", "libcrypto", "libpq"] { #expect(!loaded.contains(library)) }
    #expect(try place.run("failures").text.contains("contoso"))
  }

  // MARK: The tests' own server

  private static let server =
    Repository.root + "/Tests/MailPipelineTests/SignIn/sign-in-server.py"

  @Test(
    "a person finds their organizations by a code",
    .enabled(if: WebServer.hasCurl, "needs python3 and libcurl.so.4"))
  func discovery() throws {
    let place = try emptyPlace()
    let server = try WebServer(Self.server, [place.folder], in: place.folder)
    try server.control("/control", #"{"device": ["pending", "done"]}"#)
    let arguments = [
      "org", "discover", "--url", server.url + "/api/discovery/v2.0/", "--client-id",
      "aaaaaaaa-0000-4000-8000-000000000001", "--authority", "\(server.url)/\(Self.tenant)",
    ]
    let terminal = try PseudoTerminal(arguments + ["--device-code", "--no-pager"], in: place)
    try terminal.expect("To sign in, open \(server.url)/device and enter ABC\u{FFFD}D")
    try terminal.expect("contoso")
    try terminal.expect(server.url)
    try terminal.expect("9.2.24.1  Contoso\u{FFFD} GmbH")
    try terminal.expect("(disabled)")
    #expect(try terminal.wait() == 0)
    #expect(!FileManager.default.fileExists(atPath: place.folder + "/credentials.toml"))

    let command = ["--password-command", "printf", "%s", "s3cret with blanks & \u{FC}"]
    let json = try Program.run(
      Program.path, arguments + ["--json"] + command, environment: place.environment,
      folder: place.folder)
    #expect(json.status == 0, "\(json.errors)")
    let lines = json.text.split(separator: "\n").map(String.init)
    #expect(lines.count == 2)
    let schema = try JSONSchema(path: Repository.root + "/samples/schema.json")
    for line in lines { #expect(schema.faults(of: line, as: "instance") == []) }

    let nobody = try Program.run(
      Program.path, arguments + ["--device-code"], environment: place.environment,
      folder: place.folder)
    #expect(nobody.status == 77)
    #expect(nobody.errors.contains("nobody signed in"))
  }

  // MARK: The stand-in

  private static let standInIsThere = Comment("needs ../shared/tools/dataverse and libcurl.so.4")

  @Test(
    "a secret is typed without being shown, and saved after a yes once it proved right",
    .enabled(if: WebServer.hasStandIn, standInIsThere))
  func typedSecret() throws {
    let place = try emptyPlace()
    let server = try WebServer.standIn(in: place)
    let client = try id("tracker client", place)
    let arguments = [
      "org", "add", "contoso", server.url + "/main.aspx?appid=1", "--client-id", client,
      "--ca-file",
      server.folder + "/ca.pem", "--authority", "\(server.url)/\(Self.tenant)",
    ]
    let wrong = try PseudoTerminal(arguments, in: place)
    try wrong.expect("Client secret of application \(client) at contoso: ")
    wrong.type("not-this-one")
    try wrong.expect("invalid_client: AADSTS7000215")
    #expect(try wrong.wait() == 77)
    #expect(!wrong.screen.contains("not-this-one"))
    #expect(!wrong.screen.contains("Save"))
    #expect(!(try profile(place).contains("organization")))

    let terminal = try PseudoTerminal(arguments, in: place)
    try terminal.expect("at contoso: ")
    terminal.type("tracker-s3cret")
    try terminal.expect("Save the client secret in \(place.folder)/credentials.toml? [y/N]")
    terminal.type("y")
    try terminal.expect("Dataverse 9.2")
    try terminal.expect("contoso: 0 messages")
    #expect(try terminal.wait() == 0, "\(terminal.screen)")
    #expect(!terminal.screen.contains("tracker-s3cret"))
    #expect(
      try place.shell("stat -c %a credentials.toml; cat credentials.toml").text.hasPrefix(
        "600\n# Secrets"))

    let written = try profile(place)
    #expect(written.contains("url"))
    #expect(written.contains("\"\(server.url)\""))
    #expect(!written.contains("s3cret"))
    // No one is there any more.
    let connected = try place.run("org", "connect", "contoso")
    #expect(connected.status == 0, "\(connected.errors)")
    #expect(connected.text.contains("Dataverse 9.2"))
    for file in ["data", "state", "standin/requests.log"] {
      #expect(try place.shell("grep -r tracker-s3cret \(file)").status == 1)
    }

    chmod(place.folder + "/credentials.toml", 0o644)
    let open = try place.run("org", "connect", "contoso")
    #expect(open.status == 77)
    #expect(open.errors.contains("others than you may read it; chmod 600"))
  }

  @Test(
    "a person signs in by a code, and later runs use what is saved",
    .enabled(if: WebServer.hasStandIn, standInIsThere))
  func person() throws {
    let place = try emptyPlace()
    let server = try WebServer.standIn(in: place)
    try server.control("/control/config", #"{"device_interval": 1, "refresh_single_use": true}"#)
    let terminal = try PseudoTerminal(
      [
        "org", "add", "contoso", server.url, "--client-id", id("public client", place),
        "--ca-file", server.folder + "/ca.pem", "--authority", "\(server.url)/\(Self.tenant)",
        "--device-code",
      ], in: place)
    try terminal.expect("To sign in, open \(server.url)/common/oauth2/deviceauth and enter ")
    try terminal.expect("\n")
    let line = try #require(terminal.screen.split(separator: "\n").last)
    let code = try #require(line.split(separator: " ").last)
    try server.control(
      "/control/device",
      #"{"user_code": "\#(code)", "user": "dana@contoso.example", "decision": "approve"}"#)
    try terminal.expect("Save the sign-in in")
    terminal.type("y")
    try terminal.expect("as Dana")
    #expect(try terminal.wait() == 0, "\(terminal.screen)")
    // Each run uses up what the one before left.
    for _ in 0..<2 {
      let again = try place.run("org", "connect", "contoso")
      #expect(again.status == 0, "\(again.errors)")
      #expect(again.text.contains("as Dana"))
    }
    try server.control("/control/expire", #"{"tokens": "all"}"#)
    let over = try place.run("org", "connect", "contoso")
    #expect(over.status == 77)
    #expect(over.errors.contains("the sign-in holds no more; run 'crm-mailfilter org connect"))
  }

  @Test(
    "a user of one's own servers signs in by NTLM, with the password that systemd gives",
    .enabled(if: WebServer.hasStandIn, standInIsThere))
  func ownServers() throws {
    let place = try emptyPlace()
    let server = try WebServer.standIn("--onpremises", "NTLM", in: place)
    let authorities = ["--ca-file", server.folder + "/ca.pem"]
    func run(_ arguments: [String], password: String?) throws -> Program.Result {
      var environment = place.environment
      if let password {
        let folder = place.folder + "/given"
        try FileManager.default.createDirectory(
          atPath: folder, withIntermediateDirectories: true)
        try place.write(password + "\n", to: "given/crm-mailfilter.contoso")
        environment["CREDENTIALS_DIRECTORY"] = folder
      }
      return try Program.run(
        Program.path, arguments, environment: environment, folder: place.folder)
    }
    let add = ["org", "add", "contoso", server.url + "/main.aspx"] + authorities
    let unknown = try run(add, password: nil)
    #expect(unknown.status == 77)
    #expect(unknown.errors.contains("it wants an integrated sign-in"))
    let dana = add + ["--user", #"CONTOSO\dana"#]
    #expect(try run(dana, password: nil).errors.contains("there is no password of 'contoso'"))
    let wrong = try run(dana, password: "nope")
    #expect(wrong.status == 77)
    #expect(wrong.errors.contains("user or password are wrong"))
    let added = try run(dana, password: "dana-password")
    #expect(added.status == 0, "\(added.errors)")
    #expect(added.text.contains("as Dana"))
    #expect(try profile(place).contains(#"user    = "CONTOSO\\dana""#))
    let found = try Program.run(
      Program.path,
      ["org", "discover", "--url", server.url, "--user", #"CONTOSO\dana"#] + authorities
        + ["--password-command", "echo", "dana-password"],
      environment: place.environment, folder: place.folder)
    #expect(found.text.contains(server.url), "\(found.errors)")
  }

  @Test(
    "setup asks who signs in, tries it, and asks again until somebody is let in",
    .enabled(if: WebServer.hasStandIn, standInIsThere))
  func setup() throws {
    let place = try emptyPlace()
    try FileManager.default.removeItem(atPath: place.profile)
    let server = try WebServer.standIn(in: place)
    let client = try id("tracker client", place)
    let terminal = try PseudoTerminal(["setup", "--address", "dana@contoso.example"], in: place)
    try terminal.expect("Go on?")
    terminal.type("")
    try terminal.expect("Addresses")
    terminal.type("")
    try terminal.expect("Its name")
    terminal.type("")
    try terminal.expect("Where it is")
    terminal.type(server.url + "/main.aspx?appid=1")
    for secret in ["nope", "tracker-s3cret"] {
      try terminal.expect("Which [3]")
      terminal.type("application")
      try terminal.expect("client id")
      terminal.type(client)
      try terminal.expect("certificate authorities")
      terminal.type(server.folder + "/ca.pem")
      try terminal.expect("Where sign-ins are made")
      terminal.type("\(server.url)/\(Self.tenant)")
      try terminal.expect("Client secret of application \(client) at contoso: ")
      terminal.type(secret)
      if secret == "nope" { try terminal.expect("invalid_client: AADSTS7000215") }
    }
    try terminal.expect("Save the client secret in \(place.folder)/credentials.toml? [y/N]")
    terminal.type("y")
    try terminal.expect("Dataverse 9.2")
    try terminal.expect("colleagues' mail")
    // Whoever goes back is not asked for the secret again.
    terminal.type("<")
    try terminal.expect("Where sign-ins are made")
    terminal.type("\(server.url)/\(Self.tenant)")
    for question in [
      "colleagues' mail", "Connect it?", "Add another", "Which [1]", "Leave out",
    ] {
      try terminal.expect(question)
      terminal.type("")
    }
    try terminal.expect("Do it?")
    #expect(!FileManager.default.fileExists(atPath: place.profile))
    terminal.type("y")
    #expect(try terminal.wait() == 0, "\(terminal.screen)")
    #expect(!terminal.screen.contains("tracker-s3cret"))
    let written = try profile(place)
    #expect(written.contains("\"\(server.url)\""))
    #expect(written.contains("client_id = \"\(client)\""))
    #expect(try place.run("org", "connect").status == 0)
  }

  @Test(
    "setup lists the organizations of who signs in to a server, and asks for one",
    .enabled(if: WebServer.hasStandIn, standInIsThere))
  func setupDiscovers() throws {
    let place = try emptyPlace()
    try FileManager.default.removeItem(atPath: place.profile)
    let server = try WebServer.standIn("--onpremises", "NTLM", in: place)
    let terminal = try PseudoTerminal(["setup", "--address", "dana@contoso.example"], in: place)
    for question in ["Go on?", "Addresses", "Its name"] {
      try terminal.expect(question)
      terminal.type("")
    }
    try terminal.expect("exec:/PROGRAM")
    try terminal.expect("Where it is")
    terminal.type(server.url + "/api/discovery/v9.0/")
    try terminal.expect("Which [3]")
    terminal.type("")
    try terminal.expect(#"DOMAIN\NAME"#)
    terminal.type(#"CONTOSO\dana"#)
    try terminal.expect("certificate authorities")
    terminal.type(server.folder + "/ca.pem")
    try terminal.expect("Password of ")
    terminal.type("dana-password")
    try terminal.expect("Organizations of who signed in:")
    try terminal.expect("Which [1]")
    terminal.type("")
    try terminal.expect("at contoso: ")
    terminal.type("dana-password")
    try terminal.expect("Save the password in")
    terminal.type("y")
    try terminal.expect("as Dana")
    for question in [
      "colleagues' mail", "Connect it?", "Add another", "Which [1]", "Leave out",
    ] {
      try terminal.expect(question)
      terminal.type("")
    }
    try terminal.expect("Do it?")
    terminal.type("y")
    #expect(try terminal.wait() == 0, "\(terminal.screen)")
    #expect(!terminal.screen.contains("dana-password"))
    #expect(try profile(place).contains("\"\(server.url)"))
    #expect(try place.run("org", "connect").status == 0)
  }

  @Test(
    "who may not do all is told what is missing for what",
    .enabled(if: WebServer.hasStandIn, standInIsThere))
  func missingPrivileges() throws {
    let place = try emptyPlace()
    let server = try WebServer.standIn(in: place)
    let result = try Program.run(
      Program.path,
      [
        "org", "add", "contoso", server.url, "--client-id", id("reader client", place), "--ca-file",
        server.folder + "/ca.pem", "--authority", "\(server.url)/\(Self.tenant)",
        "--password-command", "echo", "reader-s3cret",
      ], environment: place.environment, folder: place.folder)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.text.contains("prvCreateActivity is missing: it cannot deliver"))
  }

  @Test(
    "a certificate of an authority that is not named is told, and nothing is added",
    .enabled(if: WebServer.hasStandIn, standInIsThere))
  func certificateAuthority() throws {
    let place = try emptyPlace()
    let server = try WebServer.standIn(in: place)
    let result = try place.run("org", "add", "contoso", server.url)
    #expect(result.status == 75)
    #expect(result.errors.contains("certificate") && result.errors.contains("'ca_file'"))
    #expect(!(try profile(place).contains("organization")))
  }
}
