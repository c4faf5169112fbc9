import Glibc

/// The C.UTF-8 locale, used on one thread for the time of one call.
///
/// Where the system has no such locale, the process's is used: patterns then match ASCII without
/// case and other characters as they stand.
enum UTF8Locale {
  // An opaque handle of glibc, which is made once and never changed.
  private nonisolated(unsafe) static let handle: locale_t? = newlocale(
    1 << LC_CTYPE, "C.UTF-8", nil)

  static func use<Result>(_ body: () -> Result) -> Result {
    guard let handle else { return body() }
    let previous = uselocale(handle)
    defer { uselocale(previous) }
    return body()
  }
}
