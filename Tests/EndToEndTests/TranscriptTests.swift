import Foundation
import Testing

/// What the pages and samples show is what a new user sees.
@Suite("Transcripts")
struct TranscriptTests {
  /// A command line and what is shown below it.
  private struct Step {
    var command: String
    var output: [String]
  }

  /// The steps of some lines of a terminal; those before the first belong to none.
  private static func steps(_ lines: [Substring]) -> [Step] {
    var steps: [Step] = []
    for line in lines {
      if line.hasPrefix("$ ") {
        steps.append(Step(command: String(line.dropFirst(2)), output: []))
      } else if !steps.isEmpty {
        steps[steps.count - 1].output.append(String(line))
      }
    }
    return steps
  }

  /// The blocks of a page that are set apart by four blanks.
  private static func blocks(of page: String) -> [[Substring]] {
    var blocks: [[Substring]] = [[]]
    for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("    ") {
        blocks[blocks.count - 1].append(line.dropFirst(4))
      } else if !line.isEmpty {
        blocks.append([])
      } else if blocks.last?.isEmpty == false {
        blocks[blocks.count - 1].append("")
      }
    }
    return blocks.filter { !$0.isEmpty }
  }

  /// What is another on each day and machine, made equal.
  private static func normalised(_ lines: [String]) -> [String] {
    var lines = lines
    while lines.last?.isEmpty == true { lines.removeLast() }
    while lines.first?.isEmpty == true { lines.removeFirst() }
    return lines.map { line in
      [
        ("in [0-9.]+ s, [0-9,]+/s", "in 0.1 s, 90/s"), ("today [0-9]{2}:[0-9]{2}", "today HH:MM"),
        // Within half a year a day has a name.
        ("Mon 2 Nov|2026-11-02", "Mon 2 Nov"),
      ].reduce(line) { text, change in
        text.replacingOccurrences(of: change.0, with: change.1, options: .regularExpression)
      }
    }
  }

  /// Runs steps in a home without anything but what is given.
  private static func check(_ steps: [Step], in folder: String, _ place: Place) throws {
    _ = try place.shell("mkdir -p bin; ln -sf $F bin/crm-mailfilter")
    var environment = ["HOME": place.folder + "/home", "LANG": "C", "TZ": "UTC0"]
    environment["NO_COLOR"] = "1"
    for step in steps {
      let result = try Program.shell(
        "PATH=$PLACE/bin:$PATH; cd \(folder)\n{\n\(step.command)\n} 2>&1", environment: environment,
        folder: place.folder)
      let seen = result.text.split(separator: "\n", omittingEmptySubsequences: false).map(
        String.init)
      #expect(normalised(seen) == normalised(step.output), "\(step.command)")
    }
  }

  @Test("the README's, from a fresh home")
  func readme() throws {
    let place = try Place()
    let page = try String(contentsOfFile: Repository.root + "/README.md", encoding: .utf8)
    let blocks = Self.blocks(of: page)
    let profile = try #require(blocks.first { $0.first == "[[mailbox]]" })
    _ = try place.shell("mkdir -p -m 700 home/.config/crm-mailfilter")
    try place.write(
      profile.joined(separator: "\n") + "\n", to: "home/.config/crm-mailfilter/crm-mailfilter.toml")
    let steps = blocks.flatMap(Self.steps)
    #expect(steps.count >= 8)
    #expect(steps.contains { $0.command.contains(" import ") })
    #expect(steps.contains { $0.command.contains(" batch ") })
    try Self.check(steps, in: Repository.root, place)
    // What is shown without an output is at least understood.
    for line in blocks.flatMap({ $0 }) where line.hasPrefix("crm-mailfilter ") {
      let words = line.split(separator: "#")[0].split(separator: " ").dropFirst()
      let options = words.filter { $0.hasPrefix("--") }.map { $0.prefix { $0 != "=" } }
      // A group of commands is followed by one of its own.
      let names = words.prefix { $0.allSatisfy { $0.isLowercase && $0.isLetter } }
      let help = try place.shell(
        names.indices.map { "$F \(names[...$0].joined(separator: " ")) --help" }.reversed()
          .joined(separator: " 2> /dev/null || "))
      #expect(help.status == 0, "\(line)")
      for option in options { #expect(help.text.contains(option), "\(line)") }
    }
  }

  @Test("the demo's: what stands below a command is what it prints")
  func demo() throws {
    let place = try Place()
    let shown = try place.shell("TZ=UTC0 \(Repository.root)/samples/demo $F 2>&1")
    #expect(shown.status == 0)
    let lines = shown.text.split(separator: "\n", omittingEmptySubsequences: false)
      .filter { !$0.hasPrefix("# ") }
    let steps = Self.steps(lines)
    #expect(steps.count > 20)
    #expect(lines.first { !$0.isEmpty }?.hasPrefix("$ ") == true)
    _ = try place.shell(
      """
      mkdir -p home/.config/crm-mailfilter
      cp \(Repository.root)/samples/crm-mailfilter.toml home/.config/crm-mailfilter/
      """)
    try Self.check(steps, in: Repository.root + "/samples", place)
  }

  @Test("cron and systemd find the program with the PATH that they have")
  func timers() throws {
    let place = try Place(isHome: true)
    _ = try place.shell(
      "mkdir -p bin Maildir/new Maildir/cur Maildir/tmp; ln -s $F bin/crm-mailfilter")
    try place.write(customerMail(), to: "Maildir/new/1.a.b")
    let lines = try String(contentsOfFile: Repository.root + "/samples/crontab", encoding: .utf8)
      .split(separator: "\n").filter { !$0.hasPrefix("#") }
    let path = try #require(lines.first { $0.hasPrefix("PATH=") }?.dropFirst(5))
    // Where 'make install' and the package put it.
    let folders = path.split(separator: ":")
    #expect(folders.contains("/usr/local/bin") && folders.contains("/usr/bin"))
    let command = try #require(lines.last).split(separator: " ", maxSplits: 5)[5]
    let result = try place.shell(
      """
      env -i HOME=$PLACE SHELL=/bin/sh PATH="\(path)" /bin/sh -c '\(
        command.replacingOccurrences(of: "crm-mailfilter", with: "\(place.folder)/bin/crm-mailfilter"))'
      """)
    #expect(result.status == 0 && result.text.isEmpty && result.errors.isEmpty, "\(result)")
    #expect(try place.query("SELECT count(*) FROM copy") == "1")
    // systemd takes a name without a folder from a path of its own, which has both.
    let unit = try String(
      contentsOfFile: Repository.root + "/samples/systemd/crm-mailfilter-batch.service",
      encoding: .utf8)
    #expect(unit.contains("\nExecStart=crm-mailfilter batch %h/Maildir\n"))
    let search = try place.shell("systemd-path search-binaries-default 2> /dev/null || true").text
    #expect(search.isEmpty || search.contains("/usr/local/bin") && search.contains("/usr/bin"))
  }

  @Test("what is installed is taken away again, and the pages name the places that it has")
  func uninstalling() throws {
    let place = try Place()
    for prefix in ["/usr", "/opt/mail"] {
      let make = "make -s -C \(Repository.root) PROGRAM=$F DESTDIR=$PLACE/root PREFIX=\(prefix)"
      let installed = try place.shell("\(make) install 2>&1")
      #expect(installed.status == 0, "\(installed.text)")
      let root = "root\(prefix)"
      let page = try place.shell("cat \(root)/share/man/man1/crm-mailfilter.1").text
      #expect(page.contains(".It Pa \(prefix)/share/doc/crm-mailfilter/\n"))
      #expect(!page.contains("/usr/local/share/"))
      let files = try place.shell("find root -type f | wc -l; find root ! -type d ! -perm -044")
        .text
      #expect((Int(files.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0) > 30, "\(files)")
      // What the page says is there, is there.
      let samples = try place.shell("cd \(root)/share/doc/crm-mailfilter/samples && ls").text
      for name in ["contacts.csv", "records.csv", "schema.json", "hosts", "systemd", "crontab"] {
        #expect(samples.contains(name + "\n"), "\(name)")
      }
      #expect(try place.shell("\(make) uninstall 2>&1").status == 0)
      #expect(try place.shell("find root ! -type d").text == "")
    }
  }
}
