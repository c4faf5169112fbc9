import ArgumentParser
import Glibc
import InternetMessage
import MailPipeline
import System
import Tracking

/// `setup`.
struct SetupCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "setup",
    abstract: "Sets everything up: profile, organizations, records, filter, mail host.",
    discussion: """
      It tells what is kept of whom, asks, and then does it all at once; until then nothing is \
      changed. It can be run again: what is there is proposed, and kept.
      """)

  @Flag(help: "Ask nothing: add what is missing, and change nothing else.")
  var defaults = false

  @Option(
    parsing: .unconditionalSingleValue,
    help: "An address of your mailbox, your own first; may be given again.")
  var address: [String] = []

  @Option(
    help: "A file of records to import, as 'record import' reads it.", completion: .file())
  var records: String?

  @Flag(help: "Import no records of a file of which something would be left out.")
  var noSkip = false

  @OptionGroup var profile: ProfileOptions

  func run() throws {
    let environment = HostEnvironment.process
    let location = profile.location(in: environment)
    let path = try profilePath(location)
    let present = try presentProfile(path)
    let proposal = SetupDefaults(profile: present?.profile)
    let given = try address.map(parseAddress)
    let addresses = given.isEmpty ? proposal.addresses(in: environment) : given
    let console = Console()
    let opener = { Self.opener($0, path: path) }
    let application = SetupApplication(path: path, present: present, opener: opener)
    let trial = SignInTrial(opener: opener)
    let answers: SetupAnswers
    if defaults {
      guard !addresses.isEmpty else {
        throw CommandError(.usage, "whose mailbox is it? give --address name@domain")
      }
      answers = try withRecords(proposal.answers(addresses), proposal, opener)
    } else {
      guard isatty(0) == 1, isatty(1) == 1 else {
        throw CommandError(
          .usage, "setup asks questions: run it on a terminal, or with --defaults")
      }
      answers = try console.interview {
        let answers = try SetupInterview(
          console: console, defaults: proposal, opener: opener, trial: trial,
          records: records.map(ArgumentBytes.path), isStrict: noSkip
        ).answers(proposed: addresses)
        console.say("\nThe profile, \(path), will be:\n")
        console.say(
          try String(decoding: application.text(answers), as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false).map { "  " + $0 }
            .joined(separator: "\n"))
        try sayForecast(console, answers, application, proposal)
        guard try console.confirm("\nDo it?", default: true) else {
          throw CommandError.nothingChanged
        }
        return answers
      }
    }
    try application.run(answers) { console.say($0) }
    // Who was not asked reads it now: before, it was not known whether they may.
    if defaults { try sayForecast(console, answers, application, proposal) }
    // What was named by an option or a variable, no mail host finds by itself.
    let isNamed = if case .named = location { true } else { false }
    sayRecipes(console, profile: isNamed ? path : nil, environment)
    sayNext(console, try Profile(toml: ProfileContents.read(path), path: path), environment)
  }

  /// The answers with the records that are to be imported; nobody is asked.
  ///
  /// - Throws: `CommandError` where they cannot be; what reading them throws.
  private func withRecords(
    _ answers: SetupAnswers, _ proposal: SetupDefaults, _ opener: (Profile) -> OrganizationOpener
  ) throws -> SetupAnswers {
    guard let records else { return answers }
    var answers = answers
    guard let name = answers.synchronizing else { return answers }
    let opened = try proposal.temporary(name, answers, opener: opener)
    guard !opened.entry.isElsewhere else {
      throw CommandError(
        .usage, "--records: \(name) has records of its own; see 'record import' and 'record sync'")
    }
    let path = ArgumentBytes.path(records)
    let summary = try RecordImport(
      path: path, administration: opened.administration(), state: opened.localState
    ).check { Terminal.tell($0) }
    if let error = summary.refusal(isStrict: noSkip) { throw error }
    answers.records = path
    return answers
  }

  /// Says what will be tracked, before it is done.
  private func sayForecast(
    _ console: Console, _ answers: SetupAnswers, _ application: SetupApplication,
    _ proposal: SetupDefaults
  ) throws {
    let new = try Profile(toml: application.text(answers), path: application.path)
    for line in try proposal.forecast(
      answers, new, opener: { Self.opener($0, path: application.path) }
    ).lines {
      console.say(line)
    }
  }

  /// Says which three commands come next.
  private func sayNext(_ console: Console, _ new: Profile, _ environment: HostEnvironment) {
    let option = profile.profile.map { " --profile " + HostRecipe.Call.quoted($0) } ?? ""
    var commands: [(line: String, what: String)] = []
    if let entry = new.synchronizingOrganization {
      if !entry.isConnected {
        commands.append(("org connect \(entry.name)", "mail is brought to it again"))
      }
    } else if let first = new.organizations.first {
      commands.append(("org synchronize \(first.name)", "let it receive mail"))
    }
    let folder = ["Maildir", "mail", "Mail"].first { name in
      environment.home.map { access($0 + "/" + name, R_OK) == 0 } ?? false
    }
    commands.append(("explain mail.eml", "what would become of a message"))
    // A dry run asks nobody elsewhere.
    commands.append(
      new.synchronizingOrganization?.isElsewhere == true
        ? ("sync", "ask about the mail that waits")
        : (
          "batch ~/\(folder ?? "Maildir") --dry-run", "what would become of the mail that is there"
        ))
    commands.append(("list", "what is tracked"))
    console.say("\nNext:\n")
    for command in commands.prefix(3) {
      console.sayToPaste("  crm-mailfilter \(command.line)\(option)")
      console.say("      \(command.what)")
    }
  }

  /// Where the profile is or will be: never the system's, unless it is named.
  private func profilePath(_ location: ProfileLocation) throws -> String {
    switch location {
    case .named(let path): return path
    case .found(let path):
      guard path != ProfileLocation.systemPath || geteuid() == 0 else {
        throw CommandError(
          .usage, "\(path) is for everybody here; for a profile of your own give --profile")
      }
      return path
    case .none(let usual?): return usual
    case .none(nil):
      throw CommandError(.configuration, "there is no home folder; give --profile")
    }
  }

  private func presentProfile(_ path: String) throws -> (profile: Profile, text: [UInt8])? {
    do {
      let text = try ProfileContents.read(path)
      return (try Profile(toml: text, path: path), text)
    } catch let error as FileError where error.code == ENOENT {
      return nil
    }
  }

  private static func opener(_ profile: Profile, path: String) -> OrganizationOpener {
    var opener = OrganizationOpener(
      profile: profile, dataFolder: HostEnvironment.process.dataFolder,
      deadline: Deadline(milliseconds: FilterRun.patience), now: TextOutput.now)
    opener.login = UnixLogin.current
    opener.usedStores = HostEnvironment.process.usedStores
    opener.profileFolder = FilePath.folder(of: path)
    opener.asking.prompt = TerminalPrompt.present
    return opener
  }

  private func sayRecipes(
    _ console: Console, profile: String?, _ environment: HostEnvironment
  ) {
    let recipes = HostRecipe.found(home: environment.home)
    guard !recipes.isEmpty else {
      console.say(
        "\nNo mail host that a recipe is known for was found here; see EXAMPLES in "
          + "crm-mailfilter(1).")
      return
    }
    var program = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink("/proc/self/exe", &program, program.count - 1)
    let name =
      count > 0
      ? String(decoding: program[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
      : "crm-mailfilter"
    let call = HostRecipe.Call(
      program: name, arguments: ["filter"] + (profile.map { ["--profile", $0] } ?? []))
    for recipe in recipes {
      console.say("\nFor \(recipe.host), paste into \(recipe.file):\n")
      console.sayToPaste(
        recipe.lines(call).split(separator: "\n", omittingEmptySubsequences: false)
          .map { $0.isEmpty ? "" : "    " + $0 }.joined(separator: "\n"))
    }
  }
}
