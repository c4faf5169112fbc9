import CSystem
import Glibc

/// Arguments as the system gave them: a path need not be UTF-8.
enum ArgumentBytes {
  /// The bytes of an argument.
  ///
  /// - Parameter text: The argument as the parser of arguments gave it: what is no UTF-8 is
  ///   replaced.
  /// - Returns: The bytes.
  static func bytes(of text: String) -> [UInt8] {
    for index in 1..<max(2, Int(csystem_argc())) {
      guard let argument = csystem_argv()?[index], String(cString: argument) == text else {
        continue
      }
      return UnsafeRawBufferPointer(start: argument, count: strlen(argument)).map { $0 }
    }
    return Array(text.utf8)
  }
}
