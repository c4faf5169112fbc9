import Glibc

/// libidn2, which is loaded when the first domain that is not ASCII is compared.
enum DomainLibrary {
  private typealias Lookup =
    @convention(c) @Sendable (
      UnsafePointer<CChar>, UnsafeMutablePointer<UnsafeMutableRawPointer?>, Int32
    ) -> Int32
  private typealias Release = @convention(c) @Sendable (UnsafeMutableRawPointer?) -> Void

  private static let functions: (lookup: Lookup, release: Release)? = {
    guard let library = dlopen("libidn2.so.0", RTLD_NOW | RTLD_LOCAL),
      let lookup = dlsym(library, "idn2_lookup_u8"), let release = dlsym(library, "idn2_free")
    else { return nil }
    return (
      unsafeBitCast(lookup, to: Lookup.self), unsafeBitCast(release, to: Release.self)
    )
  }()

  // Of idn2.h, whose numbers are part of the library's binary interface.
  private static let isComposedFirst: Int32 = 1
  private static let transitional: Int32 = 4
  private static let nontransitional: Int32 = 8

  /// Whether it is there; this loads it.
  static var isThere: Bool { functions != nil }

  /// The ASCII form of a domain or label (UTS 46).
  ///
  /// - Parameters:
  ///   - domain: The domain; what follows a NUL is no part of it.
  ///   - limit: The most bytes that it may have.
  /// - Returns: The form; `nil` where the library is not there or refuses the domain.
  static func ascii(_ domain: String, limit: Int) -> String? {
    guard let functions else { return nil }
    var found: UnsafeMutableRawPointer?
    // Transitional processing stands in where the other refuses a domain.
    guard
      functions.lookup(domain, &found, isComposedFirst | nontransitional) == 0
        || functions.lookup(domain, &found, isComposedFirst | transitional) == 0, let found
    else { return nil }
    defer { functions.release(found) }
    let length = strnlen(found.assumingMemoryBound(to: CChar.self), limit + 1)
    guard length > 0, length <= limit else { return nil }
    return String(decoding: UnsafeRawBufferPointer(start: found, count: length), as: UTF8.self)
  }
}
