/// Takes paths apart as dirname(1) and basename(1) do: by bytes, for a name may begin with a character
/// that joins the slash before it.
package enum FilePath {
  /// The folder that a file lies in: `/` for what lies in the root, `.` for a bare name.
  package static func folder(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// What follows the last slash.
  package static func name(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return path }
    return String(path[path.utf8.index(after: slash)...])
  }
}
