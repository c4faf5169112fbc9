import Glibc
import Synchronization

/// Finds messages of a Maildir that moved from `new` to `cur` or changed their flags since they
/// were listed.
package final class MaildirLocator: Sendable {
  private struct Index: Sendable {
    let stamps: [FileStamp?]
    let places: [[UInt8]: MailPath]
  }

  private let indexes = Mutex([MailPath: Index]())

  /// Makes a locator that knows nothing yet.
  package init() {}

  /// Where a message lies now.
  ///
  /// A folder is listed once, and again only after it has changed: a mail program may rename all
  /// messages at one go.
  ///
  /// - Parameters:
  ///   - unique: The unique name.
  ///   - folder: The Maildir's folder, which holds `new` and `cur`.
  /// - Returns: Its path; `nil` where no file bears the name.
  package func find(_ unique: some Sequence<UInt8>, in folder: MailPath) -> MailPath? {
    let unique = Array(unique)
    let subfolders = [folder.appending("new"), folder.appending("cur")]
    return indexes.withLock { indexes in
      let stamps = subfolders.map { FileStamp($0) }
      if let index = indexes[folder], index.stamps == stamps { return index.places[unique] }
      let index = Index(stamps: stamps, places: Self.places(in: subfolders))
      indexes[folder] = index
      return index.places[unique]
    }
  }

  /// Where a message lies whose flags are among the usual ones: looked for by name, whatever the
  /// number of messages beside it.
  ///
  /// - Parameters:
  ///   - unique: The unique name.
  ///   - folder: The Maildir's folder.
  /// - Returns: Its path; `nil` where it has other flags or is not there.
  static func guess(_ unique: String, in folder: MailPath) -> MailPath? {
    let current = folder.appending("cur")
    let names = usualFlags.map { current.appending("\(unique):2,\($0)") }
    return ([folder.appending("new").appending(unique)] + names).first { FileStamp($0) != nil }
  }

  private static let usualFlags = ["S", "RS", "", "FS", "FRS", "R", "F", "PS", "PRS", "FPS", "FR"]

  private static func places(in subfolders: [MailPath]) -> [[UInt8]: MailPath] {
    var places: [[UInt8]: MailPath] = [:]
    for subfolder in subfolders {
      // One that cannot be listed holds nothing that could be opened.
      for name in (try? DirectoryReader.fileNames(in: subfolder)) ?? [] {
        places[Array(MaildirName(name[...]).unique)] = subfolder.appending(name)
      }
    }
    return places
  }
}
