import Foundation
import Glibc
import System
import Testing

@Suite struct AtomicFileTests {
  private let folder: String
  private var path: String { folder + "/f" }
  private var temporary: String { AtomicFile.temporaryPath(for: "f", in: folder) }

  init() throws {
    folder = NSTemporaryDirectory() + "crm-mailfilter-system-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  private func write(_ text: String, replaces: Bool = false) throws {
    try AtomicFile.write("f", in: folder, replaces: replaces) { write in
      try Array(text.utf8).withUnsafeBytes { try write($0) }
    }
  }

  private var names: [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
  }

  private func remove() { try? FileManager.default.removeItem(atPath: folder) }

  private func mode(of path: String) -> mode_t {
    var status = stat()
    return lstat(path, &status) == 0 ? status.st_mode & 0o7777 : 0o7777
  }

  @Test func itIsThereWholeAndPrivate() throws {
    defer { remove() }
    try write("one")
    #expect(names == ["f"] && mode(of: path) == 0o600)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "one")
  }

  @Test func whatIsThereIsReplacedOnlyWhereSaid() throws {
    defer { remove() }
    try write("one")
    #expect { try write("two") } throws: { ($0 as? FileError)?.code == EEXIST }
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "one" && names == ["f"])
    try write("two", replaces: true)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "two" && names == ["f"])
  }

  @Test func whatFailsInTheMiddleLeavesNothing() throws {
    defer { remove() }
    #expect(throws: CancellationError.self) {
      try AtomicFile.write("f", in: folder) { write in
        try [1, 2, 3].withUnsafeBytes { try write($0) }
        throw CancellationError()
      }
    }
    #expect(names.isEmpty)
  }

  @Test func ofTwoAtOnceTheSecondFails() throws {
    defer { remove() }
    let first = try AtomicFile.openTemporary(temporary, for: path)
    #expect { try write("two") } throws: { ($0 as? FileError)?.code == EEXIST }
    #expect(names == [".tmp-f"])
    close(first)
    // What somebody left who was killed is taken over.
    try write("three")
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "three" && names == ["f"])
  }

  @Test func whatSomebodyPutInItsPlaceIsNotUsed() throws {
    defer { remove() }
    let other = folder + "/other"
    let makers: [(String, () -> Int32)] = [
      ("a link", { symlink(other, self.temporary) }), ("a FIFO", { mkfifo(self.temporary, 0o600) }),
      (
        "a second name",
        {
          _ = FileManager.default.createFile(atPath: other, contents: Data("theirs".utf8))
          return link(other, self.temporary)
        }
      ),
    ]
    for (name, make) in makers {
      #expect(make() == 0, "\(name)")
      try write("ours", replaces: true)
      #expect(try String(contentsOfFile: path, encoding: .utf8) == "ours", "\(name)")
    }
    #expect(try String(contentsOfFile: other, encoding: .utf8) == "theirs")
  }

  @Test func itTakesTheModeOfTheOneThatItReplaces() throws {
    defer { remove() }
    try write("one")
    _ = chmod(path, 0o640)
    var original = stat()
    #expect(stat(path, &original) == 0)
    try AtomicFile.write("f", in: folder, like: original, replaces: true) { _ in }
    #expect(mode(of: path) == 0o640)
  }

  @Test func foldersAreMadeWithThoseAbove() throws {
    defer { remove() }
    try AtomicFile.makeFolder(folder + "/a/b/c")
    try AtomicFile.makeFolder(folder + "/a/b/c")
    #expect(mode(of: folder + "/a") == 0o700 && mode(of: folder + "/a/b/c") == 0o700)
    #expect { try AtomicFile.makeFolder("/dev/null/x") } throws: {
      ($0 as? FileError)?.code == ENOTDIR
    }
  }

  @Test func writesThatFailSayWhy() {
    let full = open("/dev/full", O_WRONLY)
    let reading = open("/dev/null", O_RDONLY)
    defer {
      close(full)
      close(reading)
    }
    [UInt8(1)].withUnsafeBytes { bytes in
      #expect(Descriptor.writeAll(bytes, to: full) == ENOSPC)
      #expect(Descriptor.writeAll(bytes, to: reading) == EBADF)
    }
    #expect(Descriptor.writeAll(UnsafeRawBufferPointer(start: nil, count: 0), to: full) == 0)
  }

  /// A pipe takes some of it at a time.
  @Test func shortWritesGoOn() {
    var pipes: [Int32] = [0, 0]
    #expect(pipe(&pipes) == 0)
    let (reading, writing) = (pipes[0], pipes[1])
    let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0) }
    let isStarted = WorkerThread.start {
      _ = bytes.withUnsafeBytes { Descriptor.writeAll($0, to: writing) }
      close(writing)
    }
    #expect(isStarted)
    var found: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1_000)
    while case let count = read(reading, &buffer, buffer.count), count > 0 {
      found += buffer[..<count]
    }
    close(reading)
    #expect(found == bytes)
  }
}
