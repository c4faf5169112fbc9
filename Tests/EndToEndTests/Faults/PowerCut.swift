import Foundation
import Testing

/// What a disk holds after a power cut: the writes of a run, as strace(1) saw them, as far as they
/// were synced.
///
/// Of a file that is its content at its last fsync or fdatasync; of a folder the names at its last
/// fsync. What was there before the run is held to be safe.
final class PowerCut {
  /// A file or a folder; one object whatever names it has.
  private final class Node {
    let isFolder: Bool
    var bytes: [UInt8]
    var synced: [UInt8]
    /// What was done to it since.
    var pending: [(inout [UInt8]) -> Void] = []

    init(isFolder: Bool, bytes: [UInt8] = []) {
      self.isFolder = isFolder
      self.bytes = bytes
      synced = bytes
    }

    func change(_ change: @escaping (inout [UInt8]) -> Void) {
      change(&bytes)
      pending.append(change)
    }

    func sync() {
      synced = bytes
      pending = []
    }
  }

  private var names: [String: Node] = [:]
  private var syncedNames: [String: Node] = [:]
  private let root: String

  /// The calls, in order, each on one line.
  let calls: [Substring]

  /// Runs the program under strace, from a folder whose content is held to be safe.
  ///
  /// - Parameters:
  ///   - place: Where; all of its folder counts.
  ///   - arguments: Of the program.
  ///   - input: What it reads.
  /// - Throws: Where it cannot be run.
  init(_ place: Place, _ arguments: [String] = [], input: [UInt8] = []) throws {
    root = place.folder
    let traceFile = NSTemporaryDirectory() + "crm-mailfilter-trace-" + UUID().uuidString
    defer { unlink(traceFile) }
    for case let name as String in FileManager.default.enumerator(atPath: root) ?? .init() {
      let path = root + "/" + name
      var isFolder: ObjCBool = false
      _ = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      names[path] = Node(
        isFolder: isFolder.boolValue, bytes: isFolder.boolValue ? [] : try place.bytes(of: path))
    }
    names[root] = Node(isFolder: true)
    syncedNames = names
    let calls = "openat,write,pwrite64,ftruncate,fsync,fdatasync,rename,renameat2,unlink,mkdir,link"
    let result = try Program.run(
      SystemCallTrace.strace,
      [
        "-f", "-qq", "-xx", "-y", "-s", "100000000", "-e", "trace=" + calls, "-o", traceFile,
        Program.path,
      ] + arguments, input: input, environment: place.environment, folder: NSTemporaryDirectory())
    #expect(result.status == 0, "\(result.errors)")
    self.calls = Self.whole(try String(contentsOfFile: traceFile, encoding: .utf8))
  }

  /// Calls that another thread interrupted in the trace are put together.
  private static func whole(_ trace: String) -> [Substring] {
    var begun: [Substring: Substring] = [:]
    var calls: [Substring] = []
    for line in trace.split(separator: "\n") {
      let thread = line.prefix { $0.isNumber }
      let text = line.dropFirst(thread.count).drop { $0 == " " }
      if let end = text.range(of: " <unfinished ...>") {
        begun[thread] = text[..<end.lowerBound]
      } else if text.hasPrefix("<... "), let end = text.range(of: "resumed>") {
        calls.append((begun.removeValue(forKey: thread) ?? "") + text[end.upperBound...])
      } else {
        calls.append(text)
      }
    }
    return calls
  }

  // MARK: Replaying

  /// Replays the first calls.
  func replay(_ count: Int) {
    for call in calls.prefix(count) { replay(call) }
  }

  /// Replays one call.
  func replay(at index: Int) { replay(calls[index]) }

  private func replay(_ call: Substring) {
    // Between the parenthesis and the result of a short line there are more blanks.
    guard let mark = call.range(of: " = ", options: .backwards),
      let end = call[..<mark.lowerBound].lastIndex(of: ")"),
      let parenthesis = call.firstIndex(of: "("), parenthesis < end
    else { return }
    let result = call[mark.upperBound...]
    guard !result.hasPrefix("-") else { return }
    let arguments = call[call.index(after: parenthesis)..<end]
    let texts = Self.texts(arguments)
    let file = Self.path(arguments).flatMap { names[$0] }
    switch call[..<parenthesis] {
    case "mkdir": if let path = texts.first { names[Self.name(path)] = Node(isFolder: true) }
    case "openat":
      guard let path = texts.first.map(Self.name), path.hasPrefix(root) else { return }
      if arguments.contains("O_CREAT"), names[path] == nil { names[path] = Node(isFolder: false) }
      if arguments.contains("O_TRUNC") { names[path]?.change { $0 = [] } }
    case "write":
      let bytes = texts.first ?? []
      file?.change { $0 += bytes }
    case "pwrite64":
      guard let bytes = texts.first, let offset = Self.lastNumber(arguments) else { return }
      file?.change { content in
        let end = offset + bytes.count
        if content.count < end { content += [UInt8](repeating: 0, count: end - content.count) }
        content.replaceSubrange(offset..<end, with: bytes)
      }
    case "ftruncate":
      guard let length = Self.lastNumber(arguments) else { return }
      file?.change { content in
        content = Array(content.prefix(length))
        content += [UInt8](repeating: 0, count: length - content.count)
      }
    case "fsync", "fdatasync":
      guard let path = Self.path(arguments), let file else { return }
      file.isFolder ? syncNames(in: path) : file.sync()
    case "rename", "renameat2", "link":
      guard texts.count == 2 else { return }
      let (from, to) = (Self.name(texts[0]), Self.name(texts[1]))
      names[to] = names[from]
      if !call.hasPrefix("link") { names[from] = nil }
    case "unlink": if let path = texts.first { names[Self.name(path)] = nil }
    default: break
    }
  }

  private func syncNames(in folder: String) {
    func isIn(_ path: String) -> Bool {
      path.hasPrefix(folder + "/") && !path.dropFirst(folder.count + 1).contains("/")
    }
    for path in syncedNames.keys where isIn(path) && names[path] == nil { syncedNames[path] = nil }
    for (path, node) in names where isIn(path) { syncedNames[path] = node }
  }

  // MARK: The lines of strace

  private static func texts(_ arguments: Substring) -> [[UInt8]] {
    arguments.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
      .filter { $0.offset % 2 == 1 }.map { bytes($0.element) }
  }

  /// The path of the descriptor that is the first argument.
  private static func path(_ arguments: Substring) -> String? {
    guard arguments.first?.isNumber == true, let start = arguments.firstIndex(of: "<"),
      let end = arguments.firstIndex(of: ">")
    else { return nil }
    return name(bytes(arguments[arguments.index(after: start)..<end]))
  }

  private static func lastNumber(_ arguments: Substring) -> Int? {
    arguments.lastIndex(of: " ").flatMap { Int(arguments[arguments.index(after: $0)...]) }
  }

  private static func bytes(_ escaped: Substring) -> [UInt8] {
    escaped.utf8.split(separator: UInt8(ascii: "\\")).compactMap { digits in
      UInt8(String(decoding: digits.dropFirst(), as: UTF8.self), radix: 16)
    }
  }

  private static func name(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  // MARK: After the cut

  /// Puts what is left in the place of the place's data and state.
  ///
  /// - Parameters:
  ///   - place: The place.
  ///   - seed: By this number some of what was not synced is there; none where it is `nil`.
  /// - Throws: Where it cannot be written.
  func cut(_ place: Place, tearing seed: UInt64? = nil) throws {
    var random = SplitMix(state: seed ?? 0)
    for name in ["data", "state"] {
      try? FileManager.default.removeItem(atPath: root + "/" + name)
    }
    let inside = syncedNames.keys.filter {
      $0.hasPrefix(root + "/data") || $0.hasPrefix(root + "/state")
    }
    for path in inside.sorted() {
      let above = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
      guard syncedNames[above] != nil, let node = syncedNames[path],
        FileManager.default.fileExists(atPath: above)
      else { continue }
      if node.isFolder {
        try FileManager.default.createDirectory(
          atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
      } else {
        var bytes = node.synced
        if seed != nil {
          for change in node.pending where random.next() % 2 == 0 { change(&bytes) }
        }
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        chmod(path, 0o600)
      }
    }
  }

  /// Numbers that look random and are the same each time.
  private struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var value = state
      value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
      value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
      return value ^ (value >> 31)
    }
  }
}
