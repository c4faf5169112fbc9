import InternetMessage
import Testing
import Tracking

@Suite struct ProfileTests {
  static let base = """
    # mine
    synchronizing = "c" # the one

    [[mailbox]]
    owner = "dana@contoso.example"

    [[organization]]
    name = "c"
    url = "sqlite:c.sqlite"

    """

  private func problem(_ text: String) -> ProfileError? {
    do {
      _ = try Profile(toml: Array(text.utf8), path: "p")
      return nil
    } catch {
      return error
    }
  }

  /// What is wrong, on which line (from the end of `base`), and a word of what is said.
  static let mistakes: [(String, Int, String)] = [
    // The library that reads TOML ends the process at such a header.
    ("[é]\nx = 1", 1, "begins with a letter"), ("\n [[ .a]]", 2, "begins with a letter"),
    ("[#", 1, "begins with a letter"),
    ("x = [\n [[1]], \n]\n[\u{3000}a]", 4, "begins with a letter"),
    // Likewise in a list.
    ("exclude = [ }", 1, "a '}'"), ("x = [1,\n# ]\n } ]", 3, "a '}'"),
    ("x = [{ a = [\"}\", }] }]", 1, "a '}'"),
    ("[[rule]]\nname = \"r\"\nactoin = \"track\"", 3, "did you mean 'action'"),
    ("[[rule]]\nname = \"r\"\naction = \"trak\"\nfrom = \"a@b\"", 3, "did you mean 'track'"),
    ("[[rule]]\nname = \"r\"\naction = \"track\"", 1, "no condition"),
    ("[[rule]]\naction = \"track\"\nfrom = \"a@b\"", 1, "name"),
    ("[[rule]]\nname = \"r\"\naction = \"track\"\nfrom = 3", 4, "from"),
    ("[[rule]]\nname = \"r\"\naction = \"track\"\nfrom = \"not an address\"", 4, "address"),
    ("[[rule]]\nname = \"r\"\naction = \"track\"\nsubject = '/(a/'", 4, "without its ')'"),
    ("[[rule]]\nname = \"r\"\naction = \"track\"\nsubject = '/(a)\\1/'", 4, "back reference"),
    ("[[rule]]\nname = \"r\"\naction = \"track\"\nregarding = \"x\"\nfrom = \"a@b\"", 4, "type:id"),
    ("[[rule]]\nname = \"r\"\naction = \"track\"\nnot = { frm = \"a@b\" }", 4, "'from'"),
    ("[[rule]]\nname = \"r\"\naction = \"track\"\nauthenticated = true", 4, "trusted_authserv_ids"),
    ("[[rule]]\nname = \"r\"\naction = \"track\"\nlarger = \"5X\"", 4, "size"),
    ("[[organization]]\nname = \"d\"\nurl = \"ldap://x\"", 3, "sqlite:FILE"),
    ("[[organization]]\nname = \"c\"\nurl = \"sqlite:x\"", 2, "second"),
    ("[[mailbox]]\nowner = \"nobody\"", 2, "name@domain"),
    ("x = = 1", 1, "value"), ("x = t\n", 1, "\\n"),
  ]

  @Test(arguments: mistakes.indices) func mistakesHaveTheirLine(_ index: Int) throws {
    let (text, line, word) = Self.mistakes[index]
    let error = try #require(problem(Self.base + text))
    #expect(
      error.line == Self.base.split(separator: "\n", omittingEmptySubsequences: false).count - 1
        + line)
    #expect(error.problem.contains(word), "\(error)")
    #expect(!error.problem.contains("\n"))
  }

  @Test func bracketsWithinAValueAreNoTables() {
    let rule = "[[rule]]\nname = \"r\"\naction = \"track\"\n"
    #expect(problem(Self.base + rule + "subject = \"\"\"\n[é\n[#\"\"\"\n") == nil)
    #expect(problem(Self.base + rule + "subject = '\'\'\n[[.\'\''\n") == nil)
    #expect(
      problem(Self.base + rule + "any = [\n{ subject = \"a\" },\n{ from = [\n\"a@b\" ] } ]\n")
        == nil)
  }

  @Test func aNULIsAnErrorAndNotTheEnd() {
    #expect(problem(Self.base + "\0[[rule]]")?.line == 10)
    #expect(problem("")?.problem.contains("[[mailbox]]") == true)
  }

  @Test func defaultsAreSafe() throws {
    let profile = try Profile(toml: Array(Self.base.utf8), path: "p")
    #expect(profile.exclude == [.private, .automatic, .bulk, .internal, .spam])
    #expect(profile.maxSize == 50 << 20)
    #expect(profile.synchronizingOrganization?.name == "c")
  }

  @Test func editsLeaveTheRestAsItIs() throws {
    var editor = ProfileEditor(Array(Self.base.utf8), path: "p")
    try editor.addOrganization(name: "d", url: "sqlite:d \"x\".sqlite")
    try editor.setSynchronizing("d")
    let text = String(decoding: editor.text, as: UTF8.self)
    #expect(text.hasPrefix("# mine\nsynchronizing = \"d\" # the one\n\n[[mailbox]]"))
    #expect(text.hasPrefix(Self.base.replacing("= \"c\" #", with: "= \"d\" #")))
    let profile = try Profile(toml: editor.text, path: "p")
    #expect(profile.synchronizing == "d" && profile.organizations.count == 2)
    #expect(profile.organizations[1].url.description == "sqlite:d \"x\".sqlite")
    try editor.setSynchronizing(nil)
    #expect(try Profile(toml: editor.text, path: "p").synchronizing == nil)
    try editor.setSynchronizing("c")
    #expect(try Profile(toml: editor.text, path: "p").synchronizing == "c")
  }
}
