import Foundation
import Glibc
import System
import Testing

@Suite struct DistrustTests {
  private let folder: String
  private var path: String { folder + "/store" }

  init() throws {
    folder = NSTemporaryDirectory() + "crm-mailfilter-distrust-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    _ = chmod(folder, 0o700)
  }

  private func ofStore() -> Distrust? {
    var status = stat()
    #expect(lstat(path, &status) == 0)
    return Distrust.ofStore(path, status)
  }

  /// What is done to a store that is safe, as a shell would, and what speaks against it then.
  private static let cases: [(does: String, expected: Distrust?)] = [
    ("true", nil), ("chmod 644 store", nil), ("chmod 666 store", .writableByAll),
    ("chmod 660 store", .writableByGroup), ("rm store; ln -s elsewhere store", .symbolicLink),
    ("rm store; mkfifo store", .notRegular), ("rm store; mkdir store", .notRegular),
    ("chmod 777 .", .openFolder), ("chmod 1777 .", .openFolder),
    ("mkfifo store-journal", .notRegular), ("ln -s elsewhere store-wal", .symbolicLink),
    ("touch store-shm; chmod 666 store-shm", .writableByAll),
    ("touch store.lock; chmod 602 store.lock", .writableByAll), ("touch store-other", nil),
    ("chmod 2770 .; chmod 660 store", nil),
  ]

  @Test(arguments: cases.indices) func aStoreIsTrustedByAllThatStandsThere(_ index: Int) throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let (does, expected) = Self.cases[index]
    #expect(FileManager.default.createFile(atPath: path, contents: Data()))
    _ = chmod(path, 0o600)
    #expect(system("cd '\(folder)' && { \(does); }") == 0, "\(does)")
    #expect(ofStore() == expected, "\(does)")
  }

  @Test func spoolsAndProfilesAreTheUsersOwn() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var status = stat()
    #expect(stat(folder, &status) == 0)
    #expect(Distrust.ofSpool(status) == nil)
    #expect(Distrust.ofProfile(status) == .notRegular)
    status.st_mode |= 0o002
    #expect(Distrust.ofSpool(status) == .writableByAll)
    status.st_mode = S_IFDIR | 0o720
    #expect(Distrust.ofSpool(status) == .writableByGroup)
    status.st_uid = geteuid() + 1
    #expect(Distrust.ofSpool(status) == .foreignOwner)
    status.st_mode = S_IFREG | 0o600
    #expect(Distrust.ofSpool(status) == .notRegular)
    #expect(Distrust.ofProfile(status) == .foreignOwner)
    status.st_uid = 0
    #expect(Distrust.ofProfile(status) == nil)
    status.st_mode = S_IFREG | 0o602
    #expect(Distrust.ofProfile(status) == .writableByAll)
  }

  /// What mends it is pasted into a shell.
  @Test func pathsAreQuotedAsAShellTakesThem() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for path in ["/a b", "/it's", "/'", "/$(touch x)`", "/a'\u{301}; touch x; '\u{301}", "''"] {
      let quoted = Distrust.quoted(path)
      let file = folder + "/out"
      #expect(system("cd '\(folder)' && printf %s \(quoted) > out") == 0, "\(path)")
      #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == Data(path.utf8), "\(path)")
      #expect(access(folder + "/x", F_OK) != 0, "\(path)")
    }
  }
}

@Suite struct FilePathTests {
  /// As dirname(1) and basename(1) say.
  @Test(arguments: [
    ("/a/b", "/a", "b"), ("/a", "/", "a"), ("a", ".", "a"), ("a/b", "a", "b"), ("/a/", "/a", ""),
    // A character that joins the one before it.
    ("/a/\u{301}b", "/a", "\u{301}b"), ("\u{301}", ".", "\u{301}"),
  ]) func aPathIsAFolderAndAName(_ path: String, _ folder: String, _ name: String) {
    #expect(Array(FilePath.folder(of: path).utf8) == Array(folder.utf8))
    #expect(Array(FilePath.name(of: path).utf8) == Array(name.utf8))
  }
}
