/// The rules of time zones as the system holds them.
package enum ZoneFiles {
  /// Where they lie on Debian and most others (tzfile(5)).
  private static let folder = "/usr/share/zoneinfo/"
  /// No zone's history is longer.
  private static let limit = 1 << 20

  /// The contents of a zone's file.
  ///
  /// - Parameter name: The name of the zone, such as `Europe/Berlin`; without `.` in it.
  /// - Returns: `nil` where there is none.
  package static func contents(of name: String) -> [UInt8]? {
    try? FileContents.read(folder + name, limit: limit)
  }
}
