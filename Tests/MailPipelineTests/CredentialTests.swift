import CSystem
import Glibc
import Synchronization
import Testing

@testable import MailPipeline
@testable import System
@testable import Tracking

/// Somebody who answers what he is told to, and remembers what he was asked.
private final class Typist: CredentialPrompt {
  private let state: Mutex<(answers: [String], asked: [String])>
  private let saves: Bool

  init(_ answers: [String], saves: Bool = false) {
    state = Mutex((answers, []))
    self.saves = saves
  }

  var asked: [String] { state.withLock { $0.asked } }

  func secret(_ question: String) throws(CredentialError) -> Secret? {
    let answer = state.withLock { state in
      state.asked.append(question)
      return state.answers.isEmpty ? nil : state.answers.removeFirst()
    }
    return answer.flatMap { Secret($0.utf8) }
  }

  func confirm(_ question: String) -> Bool {
    state.withLock { $0.asked.append(question) }
    return saves
  }

  func say(_ line: String) {}
}

@Suite struct CredentialTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func credentials(
    command: [String] = [], variables: [String: String] = [:], prompt: Typist? = nil
  ) -> Credentials {
    Credentials(
      organization: "contoso", command: command, folder: folder.path,
      environment: HostEnvironment(variables: variables), prompt: prompt)
  }

  private func write(_ text: String, _ name: String, mode: mode_t = 0o600) {
    let path = folder.path + "/" + name
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, mode)
    _ = Array(text.utf8).withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
    fchmod(file, mode)
    close(file)
  }

  private func error(_ body: () throws -> Void) -> CredentialError? {
    do {
      try body()
      return nil
    } catch {
      return error as? CredentialError
    }
  }

  @Test("the first place that has it is taken: the command, systemd's, the file, somebody")
  func order() throws {
    write("[contoso]\npassword = \"of the file\"\n", CredentialFile.name)
    write("of systemd\nand more\n", "crm-mailfilter.contoso")
    let variables = ["CREDENTIALS_DIRECTORY": folder.path]
    let typist = Typist(["typed"])
    func found(command: [String], _ variables: [String: String]) throws -> String? {
      try credentials(command: command, variables: variables, prompt: typist)
        .secret(.password, question: "?")?.text
    }
    #expect(try found(command: ["echo", "of the command"], variables) == "of the command")
    #expect(try found(command: [], variables) == "of systemd")
    #expect(try found(command: [], [:]) == "of the file")
    #expect(typist.asked.isEmpty)
    unlink(folder.path + "/" + CredentialFile.name)
    #expect(try found(command: [], [:]) == "typed")
    #expect(typist.asked == ["?"])
    #expect(try credentials().secret(.password, question: "?") == nil)
  }

  @Test("a place that has it and fails is not passed over")
  func failure() {
    write("[contoso]\npassword = \"of the file\"\n", CredentialFile.name)
    let failed = error {
      _ = try credentials(command: ["false"]).secret(.password, question: "?")
    }
    #expect(failed == .command("password_command 'false' ended with status 1"))
  }

  @Test("no shell reads the command, and only its first line counts")
  func command() throws {
    let secret = try CredentialCommand.run(
      ["printf", "%s\\r\\nsecond", "a $HOME;`id` 'b'"], within: 10_000)
    #expect(secret.text == "a $HOME;`id` 'b'")
  }

  @Test("what a command writes to its standard output stands in no error")
  func commandErrors() {
    func text(_ words: [String], within limit: Int = 10_000) -> String? {
      error { _ = try CredentialCommand.run(words, within: limit) }?.description
    }
    #expect(
      text(["sh", "-c", "echo hush; printf 'no\\033[1m key\\nmore' >&2; exit 3"])
        == "password_command 'sh' ended with status 3: no\u{FFFD}[1m key")
    #expect(
      text(["/nowhere/pass"])
        == "password_command '/nowhere/pass' cannot be run: No such file or directory")
    #expect(text(["sh", "-c", "kill -9 $$"]) == "password_command 'sh' ended with signal 9")
    let nothing = "password_command 'printf' printed no secret in its first line"
    #expect(text(["printf", ""]) == nothing)
    #expect(text(["printf", "\\nhush"]) == nothing)
    #expect(text(["printf", "\\377\\n"]) == nothing)
    let long = "password_command 'sh' writes more than 64 KiB; its first line is the secret"
    #expect(text(["sh", "-c", "echo hush; yes | head -c 100000"]) == long)
    // Nobody waits for what never ends.
    #expect(text(["sh", "-c", "exec yes"], within: 600_000) == long)
    #expect(text(["sh", "-c", "echo hush; exec yes >&2"], within: 600_000) == long)
    #expect(
      text(["sleep", "60"], within: 1_000) == "password_command 'sleep' took longer than 1 s")
  }

  @Test("a command that leaves something behind with its output does not hold us up")
  func daemon() throws {
    let secret = try CredentialCommand.run(
      ["sh", "-c", "sleep 60 2>/dev/null & echo hush"], within: 30_000)
    #expect(secret.text == "hush")
  }

  @Test("a command has nobody's input, and no descriptor of ours")
  func commandDescriptors() throws {
    let file = open("/dev/null", O_RDONLY)
    defer { close(file) }
    // No number that the shell takes for something of its own.
    let leaked: Int32 = 200
    #expect(dup2(file, leaked) == leaked)
    defer { close(leaked) }
    let secret = try CredentialCommand.run(
      ["sh", "-c", "cat; if [ -e /proc/$$/fd/200 ]; then echo leaked; else echo none; fi"],
      within: 10_000)
    #expect(secret.text == "none")
  }

  @Test(
    "a file that others may read, or that is a link, is refused", arguments: [0o640, 0o604, 0o620])
  func openFile(mode: Int) {
    write("[contoso]\npassword = \"hush\"\n", CredentialFile.name, mode: mode_t(mode))
    let path = folder.path + "/" + CredentialFile.name
    let refused = error { _ = try credentials().secret(.password, question: "?") }
    #expect(
      refused == .file("\(path): others than you may read it; chmod 600 '\(path)'"))
    _ = chmod(path, 0o600)
    #expect(error { _ = try credentials().secret(.password, question: "?") } == nil)
    _ = rename(path, path + ".there")
    symlink(path + ".there", path)
    #expect(
      error { _ = try credentials().secret(.password, question: "?") }?.description
        .hasPrefix("\(path): it is a symbolic link") == true)
  }

  @Test("what is wrong with the file is told without what stands in it")
  func brokenFile() {
    for text in [
      "password = \"hush\"\n", "[contoso]\npasswort = \"hush\"\n", "[contoso]\npassword = hush\n",
      "[contoso]\npassword = 7\n", "[#hush]\n", "[contoso]\npassword = \"\"\n", "hush",
      "[contoso\nhush",
      "[contoso]\npassword = \"hu\\nsh\"\n", "\u{0}",
    ] {
      write(text, CredentialFile.name)
      let refused = error { _ = try credentials().secret(.password, question: "?") }
      #expect(refused?.description.hasPrefix(folder.path) == true, "\(text)")
      #expect(refused?.description.contains("hush") == false, "\(text)")
    }
  }

  @Test("what was typed is saved after a yes, and only then")
  func saving() throws {
    let path = folder.path + "/" + CredentialFile.name
    write("[fabrikam]\nclient_secret = \"other\"\n", CredentialFile.name)
    let no = Typist(["hush \"\\\u{E9}"])
    let first = credentials(prompt: no)
    #expect(try first.secret(.clientSecret, question: "Secret?")?.text == "hush \"\\\u{E9}")
    try first.offerToSave()
    try first.offerToSave()
    #expect(no.asked == ["Secret?", "Save the client secret in \(path)?"])
    #expect(try credentials().secret(.clientSecret, question: "?") == nil)

    let second = credentials(prompt: Typist(["hush \"\\\u{E9}"], saves: true))
    _ = try second.secret(.clientSecret, question: "?")
    try second.offerToSave()
    #expect(try credentials().secret(.clientSecret, question: "?")?.text == "hush \"\\\u{E9}")
    var status = stat()
    #expect(stat(path, &status) == 0 && status.st_mode & 0o7777 == 0o600)
    let table = try CredentialFile(folder: folder.path).read()
    #expect(table["fabrikam", "client_secret"] == "other")

    try credentials().forget(.clientSecret)
    #expect(try credentials().secret(.clientSecret, question: "?") == nil)
    #expect(try CredentialFile(folder: folder.path).read()["fabrikam", "client_secret"] == "other")
  }

  @Test("a saved sign-in is in the file alone: no command and nobody is asked for it")
  func refreshToken() throws {
    let typist = Typist(["typed"])
    let one = credentials(command: ["echo", "of the command"], prompt: typist)
    #expect(try one.secret(.refreshToken, question: "?") == nil)
    try one.save(#require(Secret("0.AXoA".utf8)), as: .refreshToken)
    #expect(try one.isSaved(.refreshToken))
    #expect(try credentials().secret(.refreshToken, question: "?")?.text == "0.AXoA")
    #expect(typist.asked.isEmpty)
  }

  @Test("many who save at once lose nothing")
  func concurrent() async throws {
    let folder = folder.path
    await withTaskGroup(of: Bool.self) { group in
      for number in 0..<8 {
        group.addTask {
          let one = Credentials(
            organization: "o\(number)", command: [], folder: folder,
            environment: HostEnvironment(variables: [:]), prompt: nil)
          return (try? one.save(#require(Secret("s\(number)".utf8)), as: .password)) != nil
        }
      }
      for await isSaved in group { #expect(isSaved) }
    }
    let table = try CredentialFile(folder: folder).read()
    for number in 0..<8 { #expect(table["o\(number)", "password"] == "s\(number)") }
  }

  @Test("a secret is printed nowhere, and this process's memory is not dumped")
  func hiding() throws {
    let secret = try #require(Secret("hush".utf8))
    #expect(!"\(secret) \(String(reflecting: secret))".contains("hush"))
    var dumped = ""
    dump(secret, to: &dumped)
    #expect(!dumped.contains("hush"))
    #expect(csystem_hides_memory() == 1)
    #expect(Secret("".utf8) == nil)
    #expect(Secret("a\nb".utf8) == nil)
    #expect(Secret([0xFF]) == nil)
  }
}
