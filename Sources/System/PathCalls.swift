import CSystem
import Glibc

// The calls of Glibc that take a path, for paths as `FilePath.text(of:)` makes them: a folder whose name is
// no UTF-8 is found, too. A String that is given to one of these takes this way wherever System is imported.

package func open(_ path: String, _ flags: Int32) -> Int32 {
  FilePath.withCString(path) { Glibc.open($0, flags) }
}

package func open(_ path: String, _ flags: Int32, _ mode: mode_t) -> Int32 {
  FilePath.withCString(path) { Glibc.open($0, flags, mode) }
}

package func opendir(_ path: String) -> OpaquePointer? {
  FilePath.withCString(path) { Glibc.opendir($0) }
}

package func access(_ path: String, _ mode: Int32) -> Int32 {
  FilePath.withCString(path) { Glibc.access($0, mode) }
}

package func stat(_ path: String, _ status: UnsafeMutablePointer<stat>) -> Int32 {
  FilePath.withCString(path) { stat($0, status) }
}

package func lstat(_ path: String, _ status: UnsafeMutablePointer<stat>) -> Int32 {
  FilePath.withCString(path) { Glibc.lstat($0, status) }
}

package func chmod(_ path: String, _ mode: mode_t) -> Int32 {
  FilePath.withCString(path) { Glibc.chmod($0, mode) }
}

package func chown(_ path: String, _ user: uid_t, _ group: gid_t) -> Int32 {
  FilePath.withCString(path) { Glibc.chown($0, user, group) }
}

package func mkdir(_ path: String, _ mode: mode_t) -> Int32 {
  FilePath.withCString(path) { Glibc.mkdir($0, mode) }
}

@discardableResult
package func rmdir(_ path: String) -> Int32 { FilePath.withCString(path) { Glibc.rmdir($0) } }

@discardableResult
package func unlink(_ path: String) -> Int32 { FilePath.withCString(path) { Glibc.unlink($0) } }

package func rename(_ old: String, _ new: String) -> Int32 {
  FilePath.withCString(old) { old in FilePath.withCString(new) { Glibc.rename(old, $0) } }
}

package func renameNew(_ old: String, _ new: String) -> Int32 {
  FilePath.withCString(old) { old in
    FilePath.withCString(new) { csystem_rename_new(old, $0) }
  }
}

package func isOnNetwork(_ path: String) -> Bool {
  FilePath.withCString(path) { csystem_is_on_network($0) != 0 }
}
