import Glibc

/// The Unix login of whoever runs this program.
enum UnixLogin {
  /// The name; the number of the user where the system knows no name.
  static var current: String { name(of: geteuid()) ?? String(geteuid()) }

  /// Whether a login is that of this process.
  static func isCurrent(_ login: String) -> Bool { number(of: login) == geteuid() }

  /// The number of a login: of a name that the system knows, or one that is a number itself.
  static func number(of login: String) -> uid_t? {
    if let number = uid_t(login), login.utf8.first != UInt8(ascii: "+") { return number }
    return getpwnam(login)?.pointee.pw_uid
  }

  private static func name(of number: uid_t) -> String? {
    getpwuid(number).map { String(cString: $0.pointee.pw_name) }
  }
}
