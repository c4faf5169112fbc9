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

  @Test("zsh and fish read theirs, where they are", arguments: ["zsh", "fish"])
  func others(shell: String) throws {
    let place = try Place()
    let script = try place.run("--generate-completion-script", shell)
    #expect(script.status == 0 && script.text.contains("crm-mailfilter"))
    let path = "/usr/bin/" + shell
    guard FileManager.default.isExecutableFile(atPath: path) else { return }
    try place.write(script.output, to: "script")
    let check = try place.shell("\(path) -n script")
    #expect(check.status == 0 && check.errors.isEmpty, "\(check.errors)")
  }
}
