import Foundation
import Glibc
import Testing

extension Place {
  /// Runs `archive` into a folder of the place.
  func archive(_ name: String, _ arguments: String...) throws -> Program.Result {
    try Program.run(
      Program.path, ["archive", folder + "/" + name] + arguments, environment: environment,
      folder: folder)
  }
}

/// The files of an archive that `archive` wrote.
struct Site {
  let folder: String

  init(_ place: Place, _ name: String = "site") { folder = place.folder + "/" + name }

  /// What everybody reads, by its path: what begins with a dot is the program's own.
  var files: [String: [UInt8]] {
    get throws {
      var files: [String: [UInt8]] = [:]
      for name in paths where !name.hasPrefix(".") {
        let path = folder + "/" + name
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder),
          !isFolder.boolValue
        else { continue }
        files[name] = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
      }
      return files
    }
  }

  /// All files and folders, the program's own, too.
  var paths: [String] { (FileManager.default.subpaths(atPath: folder) ?? []).sorted() }

  func text(_ name: String) throws -> String {
    try String(contentsOfFile: folder + "/" + name, encoding: .utf8)
  }

  /// The names of all files in which some bytes stand, as they are or in the name.
  func filesWith(_ marker: String) throws -> [String] {
    paths.filter { name in
      if name.contains(marker) { return true }
      guard let data = FileManager.default.contents(atPath: folder + "/" + name) else {
        return false
      }
      return data.range(of: Data(marker.utf8)) != nil
    }
  }

  /// The targets of links and of what pages load that are not there, or lie elsewhere.
  func brokenLinks() throws -> [String] {
    let files = try files
    let expression = try NSRegularExpression(pattern: #"(?:href|src)="([^"]*)""#)
    var broken: [String] = []
    for (name, bytes) in files where name.hasSuffix(".html") || name.hasSuffix(".xml") {
      let text = String(decoding: bytes, as: UTF8.self)
      let base = URL(fileURLWithPath: "/" + name)
      for match in expression.matches(in: text, range: NSRange(text.startIndex..., in: text)) {
        guard let range = Range(match.range(at: 1), in: text) else { continue }
        let target = String(text[range].prefix { $0 != "#" })
        if target.isEmpty || target.hasPrefix("https://") || target.hasPrefix("http://")
          || target.hasPrefix("mailto:")
        {
          continue
        }
        let path = URL(fileURLWithPath: target, relativeTo: base).standardizedFileURL.path
        if files[String(path.dropFirst())] == nil { broken.append("\(name): \(target)") }
      }
    }
    return broken
  }

  /// The permissions of a file or folder.
  func mode(_ name: String) -> mode_t {
    var status = stat()
    return lstat(folder + "/" + name, &status) == 0 ? status.st_mode & 0o7777 : 0
  }
}
