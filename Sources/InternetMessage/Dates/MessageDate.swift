/// The instant and the zone of a Date field (`date-time`, RFC 5322 section 3.3).
public struct MessageDate: Hashable, Sendable {
  /// Seconds since 1970-01-01 00:00:00 UTC.
  public let secondsSince1970: Int64

  /// The zone of the writer, in minutes east of UTC; 0 where the zone is unknown.
  public let zoneMinutes: Int

  /// Makes a date of its parts.
  public init(secondsSince1970: Int64, zoneMinutes: Int) {
    self.secondsSince1970 = secondsSince1970
    self.zoneMinutes = zoneMinutes
  }
}
