import Foundation
import Testing

/// Paths that are no UTF-8.
@Suite struct OddPathTests {
  /// A way in which the profile is named.
  struct Way: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// Shell lines; `$d` is the folder, in which the profile is `p.toml`.
    let lines: String
  }

  static let ways = [
    Way(testDescription: "--profile PATH", lines: "set -- --profile \"$d/p.toml\""),
    Way(testDescription: "--profile=PATH", lines: "set -- \"--profile=$d/p.toml\""),
    Way(testDescription: "a relative path", lines: "cd \"$d\"; set -- --profile p.toml"),
    Way(
      testDescription: "CRM_MAILFILTER_PROFILE",
      lines: "export CRM_MAILFILTER_PROFILE=\"$d/p.toml\""),
    Way(
      testDescription: "XDG_CONFIG_HOME",
      lines: "place .; export XDG_CONFIG_HOME=\"$d\""),
    Way(
      testDescription: "HOME, and all lies there",
      lines: "place .config; unset XDG_DATA_HOME XDG_STATE_HOME; export HOME=\"$d\""),
    Way(
      testDescription: "XDG_DATA_HOME and XDG_STATE_HOME",
      lines: """
        set -- --profile "$d/p.toml"
        export XDG_DATA_HOME="$d/data" XDG_STATE_HOME="$d/state" TMPDIR="$d"
        """),
  ]

  @Test(arguments: ways) func theProfileIsFound(_ way: Way) throws {
    let place = try Place()
    try place.write(customerMail(), to: "first")
    // Too large for memory, so that a temporary file is made.
    try place.write(
      customerMail(
        id: "b@fabrikam.example", body: String(repeating: "a line of body\n", count: 100_000)),
      to: "second")
    let result = try place.shell(
      """
      unset CRM_MAILFILTER_PROFILE; p=$PLACE; d=$p/$(printf 'j\\366rg \\\\xFC'); mkdir "$d"
      cp crm-mailfilter.toml "$d/p.toml"
      place() { mkdir -p "$d/$1/crm-mailfilter"; mv "$d/p.toml" "$d/$1/crm-mailfilter/crm-mailfilter.toml"; }
      \(way.lines)
      "$F" filter "$@" < $p/first | cmp - $p/first || exit 1
      store=$(find $p -name contoso.sqlite); mv "$store" "$store.away"; mkdir "$store"
      "$F" filter "$@" < $p/second 2> /dev/null | cmp - $p/second || exit 2
      rmdir "$store"; mv "$store.away" "$store"
      "$F" failures "$@" > /dev/null 2>&1
      # By the profile that the entry names.
      (cd /; "$F" retry) || exit 3
      "$F" org disconnect contoso "$@" && "$F" org connect contoso "$@" || exit 4
      "$F" verify "$@" > $p/verify || { cat $p/verify; exit 5; }
      "$F" backup "$d/copy.sqlite" "$@" && ls "$d/copy.sqlite" > /dev/null || exit 6
      "$F" list --count "$@"
      """)
    #expect(result.status == 0 && result.text.hasSuffix("\n2\n"), "\(result)")
    // Nothing is made in another place whose name is like it.
    let names = try FileManager.default.contentsOfDirectory(atPath: place.folder)
    #expect(names.count { $0.hasPrefix("j") } <= 1)
  }

  @Test func aFolderOfMailIsNamedSoThatItIsFoundAgain() throws {
    let place = try Place()
    try place.write(customerMail(), to: "mail")
    let layout = try place.shell(
      """
      d=M/$(printf '.lat\\374in'); mkdir -p M/cur M/new "$d/cur"; cp mail "$d/cur/$(printf '17.M1P\\3741.h'):2,S"
      "$F" batch M
      """)
    #expect(layout.status == 0, "\(layout)")
    let text = try place.run("show", "1").text
    #expect(text.contains("/M/.lat\\xFCin/cur/17.M1P\\xFC1.h:2,S\n"), "\(text)")
    let json = try place.run("show", "1", "--json").text
    #expect(json.contains("\"folder\":\"\(place.folder)/M/.lat\\\\xFCin\""))
    #expect(json.contains(".lat\\\\xFCin/cur/17.M1P\\\\xFC1.h:2,S\""), "\(json)")
    for name in ["'lat\\xFCin'", "'LAT\\xfcin'", "\"$(printf 'lat\\374in')\""] {
      let again = try place.shell("\"$F\" batch M --again --json --folder \(name)")
      #expect(again.status == 0 && again.text.contains("\"seen\":1,"), "\(name): \(again)")
    }
    let other = try place.shell("\"$F\" batch M --folder none")
    #expect(other.status == 64 && other.errors.contains("lat\\xFCin"), "\(other)")
  }
}
