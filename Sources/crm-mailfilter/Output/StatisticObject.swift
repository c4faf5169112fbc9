import TrackingStore

/// A line of `stats` as JSON.
struct StatisticObject: Encodable {
  let by: String
  /// What the line is about; `nil` where the messages have none.
  let value: String?
  let statistic: CopyStatistic

  private enum CodingKeys: String, CodingKey {
    case schema, by, value, count, incoming, outgoing, size
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(JSONOutput.schema, forKey: .schema)
    try container.encode(by, forKey: .by)
    try container.encode(value, forKey: .value)
    try container.encode(statistic.count, forKey: .count)
    try container.encode(statistic.incoming, forKey: .incoming)
    try container.encode(statistic.outgoing, forKey: .outgoing)
    try container.encode(statistic.size, forKey: .size)
  }
}
