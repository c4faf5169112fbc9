/// A request that was sent to an organization elsewhere about a message, as it is kept for people to look
/// at.
///
/// It holds neither who sent it nor anything that proves that. What is long is cut, and files stand in it
/// by their lengths and digests.
package struct SentRequest: Sendable, Hashable {
  /// A header field.
  package struct Field: Sendable, Hashable {
    /// Its name.
    package var name: String
    /// Its value.
    package var value: String

    /// Makes one.
    package init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// When, in seconds since 1970.
  package var sentAt: Int64
  /// Whether it was a part of a request with several.
  package var isPart: Bool
  /// The method of HTTP.
  package var method: String
  /// The path and what follows it.
  package var path: String
  /// The header fields that not every request has.
  package var fields: [Field]
  /// The body, as far as it is kept; `nil` for none.
  package var body: [UInt8]?
  /// How many bytes of the path and of the body are not kept.
  package var left: Int
  /// The status of the answer; `nil` where there was none.
  package var status: Int?

  /// So many bytes of a path, and of a body, are kept.
  package static let longest = 64 << 10
  /// So many requests about a message are kept.
  package static let most = 100

  /// Notes a request; what is long of it is cut.
  package init(
    sentAt: Int64, isPart: Bool, method: String, path: String, fields: [Field], body: [UInt8]?,
    status: Int?
  ) {
    self.sentAt = sentAt
    self.isPart = isPart
    self.method = method
    self.path = String(decoding: path.utf8.prefix(Self.longest), as: UTF8.self)
    self.fields = fields
    self.body = body.map { $0.count > Self.longest ? Array($0.prefix(Self.longest)) : $0 }
    left = max(0, path.utf8.count - Self.longest) + max(0, (body?.count ?? 0) - Self.longest)
    self.status = status
  }
}
