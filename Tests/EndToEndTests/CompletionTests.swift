import Foundation
import Testing

/// Shells complete commands and options.
@Suite("Completions")
struct CompletionTests {
  @Test(
    "bash completes what the program has",
    arguments: [
      ("crm-mailfilter ex", "explain export"), ("crm-mailfilter org sy", "synchronize"),
      ("crm-mailfilter export --form", "--format"),
      ("crm-mailfilter export --format m", "mbox maildir"),
    ])
  func bash(line: String, words: String) throws {
    let place = try Place()
    let result = try place.shell(
      """
      source <($F --generate-completion-script bash)
      complete -p crm-mailfilter > /dev/null || exit 1
      COMP_LINE='\(line)'; COMP_POINT=${#COMP_LINE}; COMP_WORDS=($COMP_LINE)
      COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
      _crm-mailfilter crm-mailfilter "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
      printf '%s\\n' "${COMPREPLY[@]}" | sort | tr -d ' ' | paste -sd ' '
      """)
    let expected = words.split(separator: " ").sorted().joined(separator: " ")
    #expect(result.text == expected + "\n", "\(result.errors)")
  }

  /// A place with two organizations, a record of a type of its own, a user, and something that waits.
  private static func place() throws -> Place {
    let place = try Place(
      rules: Place.usualRules.replacingOccurrences(of: "account:1", with: "matter:1"))
    for arguments in [
      ["org", "add", "contoso", "sqlite:contoso.sqlite"],
      ["org", "add", "second", "sqlite:second.sqlite"],
      ["user", "add", "lee@contoso.example"],
      ["record", "add", "account:7", "--domain", "fabrikam.example"],
      // What a stranger could have named, and a shell would run.
      ["record", "add", "account:$(>ran)", "--domain", "w.example"],
      ["org", "disconnect", "contoso"],
    ] {
      let result = try Program.run(
        Program.path, arguments, environment: place.environment, folder: place.folder)
      #expect(result.status == 0, "\(result)")
    }
    #expect(try place.filter(customerMail()).status == 0)
    try place.write("", to: "letter.eml")
    _ = try place.shell("mkdir bin; ln -s $F bin/crm-mailfilter")
    return place
  }

  /// What is typed, and what the whole line is when Tab is pressed behind it.
  private static let lines: [(typed: String, completed: String)] = [
    ("explain let", "explain letter.eml"), ("batch let", "batch letter.eml"),
    ("record import let", "record import letter.eml"), ("backup let", "backup letter.eml"),
    ("org show sec", "org show second"), ("list --org sec", "list --org second"),
    ("org disconnect sec", "org disconnect second"),
    ("org set contoso ret", "org set contoso retention"),
    ("org set contoso filter cont", "org set contoso filter contacts"),
    ("org set contoso index-text n", "org set contoso index-text no"),
    ("record list mat", "record list matter"), ("record remove acc", "record remove account:7"),
    ("list --regarding mat", "list --regarding matter"),
    ("user remove le", "user remove lee@contoso.example"),
    ("search subj", "search subject:"),
  ]

  /// What bash offers of what a line goes on with; it breaks words at colons.
  @Test("bash completes names of files, profile and store", arguments: lines)
  func bash(line: (typed: String, completed: String)) throws {
    let place = try Self.place()
    let result = try place.shell(
      """
      PATH=$PLACE/bin:$PATH
      source <(crm-mailfilter --generate-completion-script bash)
      COMP_LINE='crm-mailfilter \(line.typed)'; COMP_POINT=${#COMP_LINE}; COMP_WORDS=($COMP_LINE)
      COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
      _crm-mailfilter crm-mailfilter "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
      echo "${COMP_WORDS[@]:1:COMP_CWORD-1}" "${COMPREPLY[@]}"
      test ! -e ran || echo 'it ran what a record is called'
      """)
    #expect(result.text == line.completed + "\n", "\(result.errors)")
  }

  /// Whether a shell is there to be asked.
  private static func has(_ shell: String) -> Bool {
    FileManager.default.isExecutableFile(atPath: "/usr/bin/" + shell)
  }

  /// What lines are when Tab was pressed behind each, on a terminal of the shell.
  private static func completed(
    by shell: String, _ options: [String], _ first: String, _ place: Place
  ) throws -> [String] {
    let terminal = try PseudoTerminal(options, in: place, program: "/usr/bin/" + shell)
    terminal.type("cd \(place.folder); \(first)")
    for line in lines + [("search rule:F", "search rule:Fabrikam")] {
      // Then to the beginning of the line, and to its end: what was typed becomes words of another.
      terminal.type("crm-mailfilter \(line.typed)\t\u{1}echo \u{5} >> out")
    }
    terminal.type("exit")
    // Each Tab starts the program, and in fish a hundred functions.
    for _ in 0..<8 where (try? terminal.wait()) != nil { break }
    #expect(try place.shell("ls ran").errors != "", "it ran what a record is called")
    return try place.shell("cat out").text.split(separator: "\n").map {
      $0.split(separator: " ").dropFirst().joined(separator: " ")
    }
  }

  private static let expected = lines.map(\.completed) + ["search rule:Fabrikam"]

  @Test(
    "fish completes names of files, profile and store",
    .enabled(if: has("fish"), "there is no fish; 'make host-packages' installs it"))
  func fish() throws {
    let place = try Self.place()
    let check = try place.shell("$F --generate-completion-script fish > script; fish -n script")
    #expect(check.errors == "")
    let lines = try Self.completed(
      by: "fish", ["--no-config", "-i"], "set PATH bin $PATH; source script", place)
    #expect(lines == Self.expected)
  }

  @Test(
    "zsh completes names of files, profile and store",
    .enabled(if: has("zsh"), "there is no zsh; 'make host-packages' installs it"))
  func zsh() throws {
    let place = try Self.place()
    _ = try place.shell("mkdir zsh; $F --generate-completion-script zsh > zsh/_crm-mailfilter")
    #expect(try place.shell("zsh -n zsh/_crm-mailfilter").errors == "")
    let lines = try Self.completed(
      by: "zsh", ["-f", "-i"],
      "path=($PWD/bin $path); fpath=($PWD/zsh $fpath); bindkey -e; autoload -U compinit; compinit -u -D",
      place)
    #expect(lines == Self.expected)
  }
}
