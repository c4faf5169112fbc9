import Glibc
import MailPipeline

/// What to paste for the mail host of this machine, so that mail comes through the filter.
struct HostRecipe {
  /// The host.
  let host: String
  /// The file into which it goes, for people.
  let file: String
  /// The lines.
  let lines: String
  /// What tells that the host is used here: files of the user, below the home folder.
  private let ownFiles: [String]
  /// What tells that it is installed.
  private let programs: [String]

  /// How the filter is called in the recipes.
  static let call = "crm-mailfilter filter"

  /// All hosts, those that deliver for one user first.
  static let all = [
    HostRecipe(
      host: "procmail", file: "~/.procmailrc, above the recipes that deliver",
      lines: """
        :0 fWr
        | crm-mailfilter filter
        """, ownFiles: [".procmailrc"], programs: ["/usr/bin/procmail"]),
    HostRecipe(
      host: "maildrop", file: "~/.mailfilter, above the statements that deliver",
      lines: "xfilter \"crm-mailfilter filter\"", ownFiles: [".mailfilter"],
      programs: ["/usr/bin/maildrop"]),
  ]

  /// The hosts of this machine: those that the user has set up, else those that are installed.
  static func found(home: String?) -> [HostRecipe] {
    let used = all.filter { recipe in
      recipe.ownFiles.contains { name in home.map { access($0 + "/" + name, F_OK) == 0 } ?? false }
    }
    guard used.isEmpty else { return used }
    return all.filter { recipe in recipe.programs.contains { access($0, X_OK) == 0 } }
  }

  /// The lines with the whole call: the program's path, and the profile where it is not in its usual
  /// place.
  func lines(program: String, profile: String?) -> String {
    var call = program + " filter"
    if let profile { call += " --profile " + profile }
    return lines.replacing(Self.call, with: call)
  }
}
