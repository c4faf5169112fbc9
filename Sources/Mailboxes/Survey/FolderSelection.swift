/// Which folders of a mailbox are taken.
public struct FolderSelection: Sendable {
  /// How a folder is taken.
  public enum Choice: Sendable {
    /// Not at all.
    case none
    /// All but what is flagged as trashed or a draft.
    case usual
    /// It was named: all of it.
    case named
  }

  /// The folder of a Maildir's own messages (RFC 9051 section 5.1).
  public static let inbox = "INBOX"

  // RFC 6154 names their use; these are the names that mail programs give them.
  private static let setAside: Set<String> = [
    "junk", "junk e-mail", "junk email", "spam", "bulk mail", "trash", "deleted", "deleted items",
    "deleted messages", "bin", "drafts", "draft",
  ]

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
  ///   but junk, trash and drafts.
  public init(_ names: [String] = []) {
    self.names = names.map(Self.levels)
    isAll = false
  }

  /// Whether a folder is taken.
  ///
  /// - Parameter name: Its name, levels parted by `/`.
  /// - Returns: How.
  public func choice(_ name: String) -> Choice {
    guard !isAll else { return .usual }
    let levels = Self.levels(name)
    if names.isEmpty {
      return levels.contains { Self.setAside.contains($0) } ? .none : .usual
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
    name.lowercased().split { $0 == "/" || $0 == "." }.map(String.init)
  }
}
