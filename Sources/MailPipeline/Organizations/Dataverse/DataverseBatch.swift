import Tracking

/// Several requests in one, and their answers (execute-batch-operations-using-web-api; OData 4.0 part 1,
/// section 11.7).
///
/// What stands in a URL here stands in the body of a request, so that no proxy and no server writes
/// addresses and subjects into its log.
package enum DataverseBatch {
  /// So many answers are read, at the most.
  package static let maxParts = 1_000

  /// One request for several.
  ///
  /// - Parameters:
  ///   - requests: Those to be done one after the other.
  ///   - root: The path of the API.
  ///   - goesOn: Whether those behind one that fails are done, too.
  ///   - boundary: What stands between them; no line of theirs begins like it, since JSON has no line
  ///     ends of others, and URLs have none.
  /// - Returns: The request.
  package static func request(
    _ requests: [DataverseRequest], root: String, goesOn: Bool, boundary: String
  ) -> DataverseRequest {
    var body: [UInt8] = []
    body.reserveCapacity(requests.reduce(0) { $0 + $1.length + 512 })
    for request in requests {
      body += "--\(boundary)\r\n".utf8
      body += "Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n".utf8
      body += "\(request.method.rawValue) \(request.path(below: root)) HTTP/1.1\r\n".utf8
      for field in DataverseRequest.commonFields + request.fields {
        body += "\(field.name): \(field.value)\r\n".utf8
      }
      body += "\r\n".utf8
      if let content = request.body { body += content }
      body += "\r\n".utf8
    }
    body += "--\(boundary)--\r\n".utf8
    return DataverseRequest(
      .post, "$batch",
      fields: [.init("Content-Type", "multipart/mixed; boundary=\(boundary)")]
        + (goesOn ? [.init("Prefer", "odata.continue-on-error")] : []),
      body: body)
  }

  /// The answers in an answer to `$batch`, in their order.
  ///
  /// - Throws: `RemoteTrouble.unknownOutcome` where it is no such answer.
  package static func answers(
    in answer: DataverseAnswer
  ) throws(RemoteTrouble) -> [DataverseAnswer] {
    guard let boundary = boundary(in: answer.fields["content-type"] ?? "") else {
      throw .unknownOutcome("it answered a batch with something else than parts")
    }
    let found: [DataverseAnswer]? = answer.body.withUnsafeBytes { bytes in
      var reader = Reader(bytes: bytes, boundary: boundary)
      return reader.parts()
    }
    guard let found else {
      throw .unknownOutcome("it answered a batch with parts that cannot be understood")
    }
    return found
  }

  /// The boundary that a field names (RFC 2046 section 5.1.1), with two hyphens before it.
  private static func boundary(in field: String) -> [UInt8]? {
    let parts = field.split(separator: ";", omittingEmptySubsequences: true)
    guard let type = parts.first, type.lowercased().hasPrefix("multipart/mixed") else { return nil }
    for part in parts.dropFirst() {
      let text = part.drop { $0 == " " || $0 == "\t" }
      guard text.lowercased().hasPrefix("boundary=") else { continue }
      var value = text.dropFirst("boundary=".count)
      if value.first == "\"", value.last == "\"", value.count > 1 {
        value = value.dropFirst().dropLast()
      }
      while value.last == " " { value.removeLast() }
      // Longer than a boundary may be, with room for a service that does not count.
      guard (1...200).contains(value.utf8.count) else { return nil }
      return Array("--".utf8) + Array(value.utf8)
    }
    return nil
  }

  /// Reads parts, each line once.
  private struct Reader {
    let bytes: UnsafeRawBufferPointer
    let boundary: [UInt8]
    private var position = 0

    init(bytes: UnsafeRawBufferPointer, boundary: [UInt8]) {
      self.bytes = bytes
      self.boundary = boundary
    }

    private enum Line {
      case delimiter
      case end
      case other
    }

    /// The next line without its end; `nil` behind the last.
    private mutating func line() -> Range<Int>? {
      guard position < bytes.count else { return nil }
      let start = position
      var end = start
      while end < bytes.count, bytes[end] != 10 { end += 1 }
      position = min(end + 1, bytes.count)
      if end > start, bytes[end - 1] == 13 { end -= 1 }
      return start..<end
    }

    private func kind(_ line: Range<Int>) -> Line {
      guard line.count >= boundary.count,
        zip(bytes[line], boundary).allSatisfy({ $0 == $1 })
      else { return .other }
      var rest = line.dropFirst(boundary.count)
      let isEnd = rest.count >= 2 && rest.prefix(2).allSatisfy { bytes[$0] == UInt8(ascii: "-") }
      if isEnd { rest = rest.dropFirst(2) }
      guard rest.allSatisfy({ bytes[$0] == 32 || bytes[$0] == 9 }) else { return .other }
      return isEnd ? .end : .delimiter
    }

    private func text(_ range: Range<Int>) -> String {
      String(decoding: bytes[range], as: UTF8.self)
    }

    mutating func parts() -> [DataverseAnswer]? {
      while let line = line() {
        switch kind(line) {
        case .delimiter: return partsAfterDelimiter()
        case .end: return []
        case .other: continue
        }
      }
      return nil
    }

    private mutating func partsAfterDelimiter() -> [DataverseAnswer]? {
      var parts: [DataverseAnswer] = []
      while parts.count < DataverseBatch.maxParts {
        guard let headers = fields(), isHTTP(headers), let status = statusLine(),
          let fields = fields(), let (body, isLast) = body()
        else { return nil }
        parts.append(
          DataverseAnswer(status: status, fields: fields, body: Array(bytes[body])))
        if isLast { return parts }
      }
      return nil
    }

    private func isHTTP(_ headers: [String: String]) -> Bool {
      (headers["content-type"] ?? "").lowercased().hasPrefix("application/http")
    }

    /// `HTTP/1.1 204 No Content`.
    private mutating func statusLine() -> Int? {
      guard let line = line(), line.count <= 1_000 else { return nil }
      let words = text(line).split(separator: " ", maxSplits: 2)
      guard words.count >= 2, words[0].hasPrefix("HTTP/"), words[1].utf8.count == 3,
        let status = Int(words[1]), (100...599).contains(status)
      else { return nil }
      return status
    }

    /// Header fields up to an empty line; `nil` where a boundary or the end comes first.
    private mutating func fields() -> [String: String]? {
      var fields: [String: String] = [:]
      while let line = line() {
        if line.isEmpty { return fields }
        guard kind(line) == .other else { return nil }
        guard fields.count < 100, line.count <= 8_192,
          let colon = line.first(where: { bytes[$0] == UInt8(ascii: ":") })
        else { continue }
        let name = text(line.lowerBound..<colon).lowercased()
        var value = text((colon + 1)..<line.upperBound)[...]
        while value.first == " " || value.first == "\t" { value.removeFirst() }
        fields[name] = String(value)
      }
      return nil
    }

    /// The lines up to the next boundary, and whether that is the last.
    private mutating func body() -> (Range<Int>, isLast: Bool)? {
      let start = position
      var end = start
      while let line = line() {
        let kind = kind(line)
        if kind != .other { return (start..<end, kind == .end) }
        end = line.upperBound
      }
      return nil
    }
  }
}
