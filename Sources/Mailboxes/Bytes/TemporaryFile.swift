import Glibc
import System

/// Makes temporary files that have no name.
enum TemporaryFile {
  /// Opens one for reading and writing.
  ///
  /// - Parameter folders: Where it may lie, the first that works is taken.
  /// - Returns: The descriptor.
  /// - Throws: `InputError.cannotHold`.
  static func open(in folders: [String]) throws(InputError) -> Int32 {
    var code = ENOENT
    for folder in folders {
      let descriptor = openUnnamed(folder)
      if descriptor >= 0 { return descriptor }
      code = errno
    }
    throw InputError.cannotHold(code)
  }

  private static func openUnnamed(_ folder: String) -> Int32 {
    // O_TMPFILE of the Linux headers: a macro that Swift does not import.
    let unnamed: Int32 = 0o20000000 | O_DIRECTORY
    let descriptor = System.open(folder, O_RDWR | O_CLOEXEC | unnamed, 0o600)
    if descriptor >= 0 { return descriptor }
    return FilePath.withCString(folder + "/crm-mailfilter-XXXXXX") { name in
      guard let template = strdup(name) else { return -1 }
      defer { free(template) }
      let named = mkstemp(template)
      if named >= 0 { Glibc.unlink(template) }
      return named
    }
  }
}
