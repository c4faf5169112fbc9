import Glibc
import Tracking

/// A path that somebody typed where no shell reads it: `~`, quotes and backslashes mean what they
/// mean to one.
enum TypedPath {
  /// The path that a text names.
  ///
  /// - Parameters:
  ///   - text: What was typed.
  ///   - home: The home folder of a login; of whoever runs this for the empty one.
  /// - Returns: The path; a relative one stays so.
  static func path(_ text: String, home: (String) -> String? = Self.home) -> String {
    var word = ""
    var quote: Character?
    var isEscaped = false
    /// Where the first quote or backslash stands: a `~` behind it is none.
    var plain: Int?
    for character in text {
      if isEscaped {
        if quote == "\"", character != "\"", character != "\\" { word.append("\\") }
        word.append(character)
        isEscaped = false
      } else if character == "\\", quote != "'" {
        plain = plain ?? word.count
        isEscaped = true
      } else if character == quote {
        quote = nil
      } else if quote == nil, character == "'" || character == "\"" {
        plain = plain ?? word.count
        quote = character
      } else {
        word.append(character)
      }
    }
    // What is not closed was no quoting.
    if quote != nil || isEscaped { return expanded(text, home) }
    let end = word.firstIndex(of: "/").map { word.distance(from: word.startIndex, to: $0) }
    return plain.map { $0 <= end ?? word.count } ?? false ? word : expanded(word, home)
  }

  /// The URL of an organization: of a path, the store there.
  ///
  /// A name alone after `sqlite:` stays what it is, a file among the other stores; `~`, `./` and `../`
  /// are a shell's.
  ///
  /// - Parameters:
  ///   - text: What was typed.
  ///   - folder: The working directory.
  /// - Returns: The URL; the text itself where it is none of these.
  static func url(_ text: String, in folder: String? = Self.workingDirectory) -> String {
    let scheme = OrganizationURL.sqlite + ":"
    let isStore = text.hasPrefix(scheme)
    let rest = isStore ? String(text.dropFirst(scheme.count)) : text
    guard ["~", "/", "./", "../"].contains(where: rest.hasPrefix) else { return text }
    let path = path(rest)
    guard !path.hasPrefix("/"), let folder else { return scheme + path }
    return scheme + folder + "/" + (path.hasPrefix("./") ? String(path.dropFirst(2)) : path)
  }

  private static func expanded(_ word: String, _ home: (String) -> String?) -> String {
    guard word.hasPrefix("~") else { return word }
    let login = String(word.dropFirst().prefix { $0 != "/" })
    guard let folder = home(login) else { return word }
    return folder + word.dropFirst(1 + login.count)
  }

  private static func home(_ login: String) -> String? {
    if login.isEmpty, let home = getenv("HOME") { return String(cString: home) }
    let entry = login.isEmpty ? getpwuid(geteuid()) : getpwnam(login)
    return entry?.pointee.pw_dir.map { String(cString: $0) }
  }

  private static var workingDirectory: String? {
    guard let path = getcwd(nil, 0) else { return nil }
    defer { free(path) }
    return String(cString: path)
  }
}
