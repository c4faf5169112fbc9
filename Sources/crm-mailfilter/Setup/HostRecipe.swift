import Glibc

/// What to paste for the mail host of this machine, so that mail comes through the filter.
///
/// `samples/hosts` has the same, with what there is to know of each host.
struct HostRecipe: Sendable {
  /// How the filter is called.
  struct Call: Sendable {
    /// The program's path.
    let program: String
    /// Its arguments, of which the first is the command.
    let arguments: [String]

    /// For a shell.
    var line: String { ([program] + arguments).map(Self.quoted).joined(separator: " ") }

    /// The arguments as texts in double quotes.
    var list: String { arguments.map { "\"\($0)\"" }.joined(separator: ", ") }

    static func quoted(_ word: String) -> String {
      let isPlain = word.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"):
          true
        default: Array("/._-+@:=".utf8).contains(byte)
        }
      }
      return isPlain ? word : "'" + word.replacing("'", with: "'\\''") + "'"
    }
  }

  /// The host.
  let host: String
  /// The file into which it goes, for people.
  let file: String
  /// The lines.
  let lines: @Sendable (Call) -> String
  /// What tells that the host is used here: files of the user, below the home folder.
  private let ownFiles: [String]
  /// What tells that it is installed.
  private let programs: [String]

  /// All hosts, those that deliver before those that fetch.
  static let all = [
    HostRecipe(
      host: "procmail", file: "~/.procmailrc, above the recipes that deliver",
      lines: { ":0 fWr\n| \($0.line)" }, ownFiles: [".procmailrc"],
      programs: ["/usr/bin/procmail"]),
    HostRecipe(
      host: "maildrop", file: "~/.mailfilter, above the statements that deliver",
      lines: { "xfilter \"\($0.line)\"" }, ownFiles: [".mailfilter"],
      programs: ["/usr/bin/maildrop"]),
    HostRecipe(
      host: "Dovecot's Sieve",
      file:
        "~/.dovecot.sieve, above the statements that deliver; samples/hosts/dovecot.conf has what "
        + "Dovecot itself needs",
      lines: {
        "require [\"vnd.dovecot.filter\"];\n\nfilter \"crm-mailfilter\" [\($0.list)];"
      },
      ownFiles: [".dovecot.sieve", "sieve"], programs: ["/usr/lib/dovecot/dovecot-lda"]),
    HostRecipe(
      host: "fdm", file: "~/.fdm.conf, above the rules that deliver",
      lines: {
        "action \"crm\" pipe \"\($0.line) --no-output\"\nmatch all action \"crm\" continue"
      }, ownFiles: [".fdm.conf"], programs: ["/usr/bin/fdm"]),
    HostRecipe(
      host: "getmail", file: "~/.config/getmail/getmailrc",
      lines: { call in
        """
        [filter-crm]
        type = Filter_external
        path = \(call.program)
        arguments = (\(call.list),)
        ignore_stderr = True
        """
      }, ownFiles: [".config/getmail/getmailrc", ".getmail/getmailrc"],
      programs: ["/usr/bin/getmail"]),
  ]

  /// The hosts of this machine: those that the user has set up, else those that are installed.
  static func found(home: String?) -> [HostRecipe] {
    let used = all.filter { recipe in
      recipe.ownFiles.contains { name in home.map { access($0 + "/" + name, F_OK) == 0 } ?? false }
    }
    guard used.isEmpty else { return used }
    return all.filter { recipe in recipe.programs.contains { access($0, X_OK) == 0 } }
  }
}
