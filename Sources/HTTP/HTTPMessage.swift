import Foundation
import System

/// The field lines of a header section (RFC 9110 section 5), in their order.
package struct HTTPFields: Sendable, Hashable, ExpressibleByDictionaryLiteral {
  /// One line.
  package struct Field: Sendable, Hashable {
    /// Its name as it was written.
    package var name: String
    /// Its value without blanks around it.
    package var value: String
  }

  /// The lines.
  package private(set) var lines: [Field] = []

  /// None.
  package init() {}

  /// Lines of names and values.
  package init(dictionaryLiteral elements: (String, String)...) {
    for (name, value) in elements { append(name, value) }
  }

  /// Adds a line.
  package mutating func append(_ name: String, _ value: String) {
    lines.append(Field(name: name, value: value))
  }

  /// The values of all lines of a name, in whatever case it is written.
  package func values(of name: String) -> [String] {
    let name = name.lowercased()
    return lines.filter { $0.name.lowercased() == name }.map(\.value)
  }

  /// The value of the first line of a name; setting it replaces all of them.
  package subscript(name: String) -> String? {
    get { values(of: name).first }
    set {
      let lowered = name.lowercased()
      lines.removeAll { $0.name.lowercased() == lowered }
      if let newValue { append(name, newValue) }
    }
  }

  /// Whether no line can end early and begin another one.
  var isWellFormed: Bool {
    lines.allSatisfy { line in
      !line.name.isEmpty && line.name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x3A }
        && line.value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
    }
  }
}

/// What a web server is asked.
package struct HTTPRequest: Sendable {
  /// What is to be done (RFC 9110 section 9, RFC 5789).
  package enum Method: String, Sendable {
    /// Read something.
    case get = "GET"
    /// Do something, or make something.
    case post = "POST"
    /// Change something.
    case patch = "PATCH"
    /// Replace something.
    case put = "PUT"
    /// Remove something.
    case delete = "DELETE"
  }

  /// What is to be done.
  package var method: Method
  /// With what.
  package var url: WebAddress
  /// The fields; those of the connection itself are added.
  package var fields: HTTPFields
  /// The body; `nil` for none.
  package var body: [UInt8]?
  /// How long it may take from beginning to end, in milliseconds.
  package var timeLimit = 60_000
  /// The most bytes that the answer's body may have.
  package var answerLimit = 16 << 20
  /// Whether it may reach the server twice.
  ///
  /// Where a kept connection turns out to be closed, it is sent again on a new one. What can be done
  /// but once is sent on a connection of its own.
  package var isRepeatable = true

  /// Makes a request.
  package init(
    _ method: Method, _ url: WebAddress, fields: HTTPFields = [:], body: [UInt8]? = nil
  ) {
    self.method = method
    self.url = url
    self.fields = fields
    self.body = body
  }
}

/// What a web server answered.
package struct HTTPResponse: Sendable, Hashable {
  /// The status (RFC 9110 section 15).
  package var status: Int
  /// The fields.
  package var fields: HTTPFields
  /// The body, as long as the server said that it is.
  package var body: [UInt8]

  /// Makes an answer.
  package init(status: Int, fields: HTTPFields = [:], body: [UInt8] = []) {
    self.status = status
    self.fields = fields
    self.body = body
  }

  /// Whether what was asked was done.
  package var isSuccess: Bool { (200..<300).contains(status) }

  /// The media type without its parameters, in lower case; empty where nothing is said.
  package var mediaType: String {
    let type = (fields["Content-Type"] ?? "").prefix { $0 != ";" }.lowercased()
    return type.filter { $0 != " " && $0 != "\t" }
  }

  /// The value that the body is in JSON; `nil` where it is something else, such as a proxy's page.
  package func json<Value: Decodable>(_ type: Value.Type) -> Value? {
    try? JSONDecoder().decode(type, from: Data(body))
  }

  /// How long the server wants to be left alone, in seconds (RFC 9110 section 10.2.3).
  ///
  /// - Parameter now: Seconds since 1970, for a server that names a time.
  /// - Returns: The seconds; `nil` where it says nothing that can be understood.
  package func retryAfter(now: Int64) -> Int64? {
    guard let value = fields["Retry-After"], value.utf8.count <= 40 else { return nil }
    if !value.isEmpty, value.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
      return Int64(value) ?? .max
    }
    guard let time = HTTPDate.seconds(value) else { return nil }
    return max(0, time - now)
  }
}

/// A time in a field (RFC 9110 section 5.6.7): its usual form alone.
package enum HTTPDate {
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// The seconds since 1970 of a time such as `Sun, 06 Nov 1994 08:49:37 GMT`; `nil` where it is none.
  package static func seconds(_ text: String) -> Int64? {
    let words = text.split(separator: " ")
    guard words.count == 6, words[5] == "GMT", let day = number(words[1], 2),
      let month = months.firstIndex(of: String(words[2])), let year = number(words[3], 4),
      (1970...9999).contains(year), (1...31).contains(day)
    else { return nil }
    let clock = words[4].split(separator: ":", omittingEmptySubsequences: false)
    guard clock.count == 3, let hour = number(clock[0], 2), let minute = number(clock[1], 2),
      let second = number(clock[2], 2), hour < 24, minute < 60, second <= 60
    else { return nil }
    // Days since 1970 by the era of 400 years; the year begins in March.
    let shifted = month < 2 ? year - 1 : year
    let (era, yearOfEra) = shifted.quotientAndRemainder(dividingBy: 400)
    let dayOfYear = (153 * ((month + 10) % 12) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    let days = era * 146_097 + dayOfEra - 719_468
    return Int64(((days * 24 + hour) * 60 + minute) * 60 + second)
  }

  private static func number(_ text: Substring, _ digits: Int) -> Int? {
    guard text.utf8.count == digits, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
      return nil
    }
    return Int(text)
  }
}
