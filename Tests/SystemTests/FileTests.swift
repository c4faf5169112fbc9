import Foundation
import Glibc
import System
import Testing

/// What becomes of files that are made: whole or not at all, ours alone, and by one at a time.
@Suite struct FileTests {
  /// A folder of its own for each test.
  private final class Folder {
    let path: String

    init() {
      var template = Array("/tmp/crm-system-XXXXXX".utf8CString)
      _ = template.withUnsafeMutableBufferPointer { $0.baseAddress.map { mkdtemp($0) } }
      path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var names: [String] {
      ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
    }

    func text(_ name: String) -> String? {
      try? String(contentsOfFile: path + "/" + name, encoding: .utf8)
    }
  }

  private let folder = Folder()

  private func write(_ text: String, to name: String, replaces: Bool = false) throws {
    try AtomicFile.write(name, in: folder.path, replaces: replaces) { write in
      try Array(text.utf8).withUnsafeBytes(write)
    }
  }

  @Test("a file is there whole, 0600, and nothing else is left")
  func whole() throws {
    try write("one", to: "a")
    #expect(folder.names == ["a"])
    #expect(folder.text("a") == "one")
    var status = stat()
    #expect(stat(folder.path + "/a", &status) == 0 && status.st_mode & 0o777 == 0o600)
  }

  @Test("what is there is replaced only where that is asked for")
  func replacing() throws {
    try write("one", to: "a")
    #expect(throws: FileError(path: folder.path + "/a", code: EEXIST)) { try write("two", to: "a") }
    #expect(folder.text("a") == "one")
    try write("two", to: "a", replaces: true)
    #expect(folder.text("a") == "two")
    #expect(folder.names == ["a"])
  }

  @Test("what fails while it is written leaves nothing")
  func failing() throws {
    struct Stop: Error {}
    #expect(throws: Stop.self) {
      try AtomicFile.write("a", in: folder.path) { write in
        try [1, 2, 3].withUnsafeBytes(write)
        throw Stop()
      }
    }
    #expect(folder.names.isEmpty)
  }

  @Test("of two who make one file at once the second fails, and the first one's is whole")
  func twoAtOnce() throws {
    try AtomicFile.write("a", in: folder.path) { write in
      try Array("first ".utf8).withUnsafeBytes(write)
      #expect(throws: FileError(path: folder.path + "/a", code: EEXIST)) {
        try self.write("second", to: "a")
      }
      try Array("whole".utf8).withUnsafeBytes(write)
    }
    #expect(folder.text("a") == "first whole")
    #expect(folder.names == ["a"])
  }

  @Test("what somebody left who was killed is taken over, and a link there is not followed")
  func leftOver() throws {
    try Data("half of it, long".utf8).write(to: URL(fileURLWithPath: folder.path + "/.tmp-a"))
    try write("one", to: "a")
    #expect(folder.text("a") == "one")
    try Data("kept".utf8).write(to: URL(fileURLWithPath: folder.path + "/victim"))
    #expect(symlink("victim", folder.path + "/.tmp-b") == 0)
    try write("two", to: "b")
    #expect(folder.text("b") == "two")
    #expect(link(folder.path + "/victim", folder.path + "/.tmp-c") == 0)
    try write("three", to: "c")
    #expect(folder.text("victim") == "kept")
    #expect(folder.names == ["a", "b", "c", "victim"])
  }

  @Test(
    "paths are taken apart as dirname and basename do",
    arguments: [
      ("/a/b", "/a", "b"), ("/a", "/", "a"), ("a", ".", "a"), ("a/b", "a", "b"), ("a/", "a", ""),
      ("/", "/", ""),
    ])
  func paths(path: String, folder: String, name: String) {
    #expect(FilePath.folder(of: path) == folder)
    #expect(FilePath.name(of: path) == name)
  }

  @Test("a descriptor that does not block takes all bytes as soon as they are read")
  func nonBlocking() throws {
    var ends: [Int32] = [0, 0]
    #expect(pipe(&ends) == 0)
    let (reading, writing) = (ends[0], ends[1])
    #expect(fcntl(writing, F_SETFL, O_NONBLOCK) == 0)
    // A thread of its own: a task would wait for its turn behind all tests, and this one for it.
    nonisolated(unsafe) var total = 0
    let isDone = DispatchSemaphore(value: 0)
    Thread.detachNewThread {
      var room = [UInt8](repeating: 0, count: 4_096)
      while case let count = read(reading, &room, room.count), count > 0 { total += count }
      isDone.signal()
    }
    let bytes = [UInt8](repeating: 7, count: 1 << 20)
    let code = bytes.withUnsafeBytes { Descriptor.writeAll($0, to: writing) }
    close(writing)
    #expect(code == 0)
    isDone.wait()
    #expect(total == bytes.count)
    close(reading)
    #expect(bytes.withUnsafeBytes { Descriptor.writeAll($0, to: -1) } == EBADF)
  }

  @Test(
    "text that strangers wrote moves no cursor and turns no line",
    arguments: [
      ("plain é 日本", "plain é 日本"), ("\u{1B}[31m", "\u{FFFD}[31m"), ("a\u{202E}b", "a\u{FFFD}b"),
      ("\u{9B}2J", "\u{FFFD}2J"), ("two\nlines", "two\u{FFFD}lines"),
    ])
  func safeText(text: String, safe: String) {
    #expect(SafeText.neutralised(text) == safe)
  }

  @Test("a file is read up to a limit, and not half of it")
  func limits() throws {
    try write("12345", to: "a")
    #expect(try FileContents.read(folder.path + "/a", limit: 5) == Array("12345".utf8))
    #expect(throws: FileError(path: folder.path + "/a", code: EFBIG)) {
      try FileContents.read(folder.path + "/a", limit: 4)
    }
  }

  @Test("who may not be trusted with a spool is told from its mode")
  func spoolFolder() {
    var status = stat()
    func distrust(_ mode: mode_t) -> Distrust? {
      _ = chmod(folder.path, mode)
      _ = lstat(folder.path, &status)
      return Distrust.ofSpool(status)
    }
    #expect(distrust(0o700) == nil)
    #expect(distrust(0o770) == .writableByGroup)
    #expect(distrust(0o707) == .writableByAll)
    _ = chmod(folder.path, 0o700)
  }

  @Test("a deadline that has passed leaves nothing, and one to come not more than it was given")
  func deadlines() {
    #expect(Deadline(milliseconds: 0).hasPassed)
    #expect(Deadline(milliseconds: -5).remainingMilliseconds == 0)
    let later = Deadline(milliseconds: 60_000)
    #expect(!later.hasPassed)
    #expect((1...60_000).contains(later.remainingMilliseconds))
  }
}
