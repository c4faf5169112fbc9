/// Which folders of a mailbox are taken.
public struct FolderSelection: Sendable {
  /// How a folder is taken.
  public enum Choice: Sendable {
    /// Not at all.
    case none
    /// All but what is flagged as trashed, a draft or junk.
    case usual
    /// It was named: all of it.
    case named
  }

  /// The folder of a Maildir's own messages (RFC 9051 section 5.1).
  public static let inbox = "INBOX"

  /// All folders, whatever their names.
  public static let all = FolderSelection(isAll: true)

  private let names: [[String]]
  private let isAll: Bool

  private init(isAll: Bool) {
    names = []
    self.isAll = isAll
  }

  /// Makes a selection.
  ///
  /// - Parameter names: The only folders to take, with their subfolders; where there are none, all
  ///   but junk, trash, drafts and what is not sent yet. As people see them, or as they are on disk.
  public init(_ names: [String] = []) {
    self.names = names.map(Self.levels)
    isAll = false
  }

  /// Whether folders are named; no other is taken then.
  var hasNames: Bool { !names.isEmpty }

  /// Whether a folder is taken.
  ///
  /// - Parameter name: Its name, levels parted by `/`.
  /// - Returns: How.
  public func choice(_ name: String) -> Choice {
    guard !isAll else { return .usual }
    let levels = Self.levels(name)
    if names.isEmpty {
      return levels.contains { SpecialFolderNames.contains($0) } ? .none : .usual
    }
    return names.contains { levels.starts(with: $0) } ? .named : .none
  }

  /// The names that no folder of a list bears.
  public func unused(among folders: [String]) -> [String] {
    let all = folders.map(Self.levels)
    return names.filter { name in !all.contains { $0.starts(with: name) } }
      .map { $0.joined(separator: "/") }
  }

  private static func levels(_ name: String) -> [String] {
    name.split { $0 == "/" || $0 == "." }.map { ModifiedUTF7.decoded(String($0)).lowercased() }
  }
}
