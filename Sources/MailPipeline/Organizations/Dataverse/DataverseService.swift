import InternetMessage
import Tracking

/// Sends requests of Dataverse's Web API as somebody who is signed in.
package protocol DataverseService: AnyObject {
  /// Scheme, host and port, such as `https://contoso.crm4.dynamics.com`.
  var origin: String { get }

  /// The path of the API, a slash at its end: `/api/data/v9.2/`.
  var root: String { get }

  /// Sends a request; an answer of any status is one.
  ///
  /// - Throws: `RemoteTrouble` where there is none.
  func send(_ request: DataverseRequest) throws(RemoteTrouble) -> DataverseAnswer

  /// Ends the connection.
  func end()
}

/// A request of the Web API, by itself or as a part of `$batch`.
package struct DataverseRequest: Sendable, Hashable {
  /// What is done.
  package enum Method: String, Sendable {
    case get = "GET"
    case post = "POST"
    case patch = "PATCH"
    case delete = "DELETE"
  }

  /// A header field.
  package struct Field: Sendable, Hashable {
    /// Its name.
    package var name: String
    /// Its value.
    package var value: String

    /// Makes one.
    package init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// The method.
  package var method: Method
  /// What of the URL follows the API's path, or, with a slash at its beginning, the host;
  /// percent-encoded.
  package var target: String
  /// Header fields beside those that each request has.
  package var fields: [Field]
  /// The body; `nil` for none.
  package var body: [UInt8]?
  /// What the log shows instead of the body, where that is not for people.
  var loggedBody: [UInt8]?
  /// What it is about.
  var about = About.call

  /// What a request is about, for the log of requests.
  enum About: Sendable, Hashable {
    /// All that the call is about in which it is sent.
    case call
    /// The question, or the copy, of a place.
    case message(Int)
    /// All questions that name one of these addresses.
    case addresses([AddrSpec])
    /// All questions about what answers an e-mail there.
    case answered(String)
  }

  /// Makes a request.
  package init(
    _ method: Method, _ target: String, fields: [Field] = [], body: [UInt8]? = nil
  ) {
    self.method = method
    self.target = target
    self.fields = fields
    self.body = body
  }

  /// Makes one with a body of JSON.
  init(_ method: Method, _ target: String, fields: [Field] = [], json: JSONText) {
    self.init(
      method, target, fields: fields + [Field("Content-Type", "application/json; charset=utf-8")],
      body: json.bytes)
  }

  /// The path and what follows it.
  ///
  /// - Parameter root: The path of the API.
  /// - Returns: Both.
  func path(below root: String) -> String { target.hasPrefix("/") ? target : root + target }

  /// What the body and the URL come to, in bytes.
  var length: Int { target.utf8.count + (body?.count ?? 0) }

  /// Header fields of each request (compose-http-requests-handle-errors).
  package static let commonFields = [
    Field("Accept", "application/json"), Field("OData-MaxVersion", "4.0"),
    Field("OData-Version", "4.0"),
  ]
}

/// An answer of the Web API, to a request by itself or to a part of `$batch`.
package struct DataverseAnswer: Sendable, Hashable {
  /// The status of HTTP.
  package var status: Int
  /// The header fields by their names in lower case.
  package var fields: [String: String]
  /// The body.
  package var body: [UInt8]

  /// Makes an answer.
  package init(status: Int, fields: [String: String] = [:], body: [UInt8] = []) {
    self.status = status
    self.fields = fields
    self.body = body
  }

  /// Whether it did what was asked.
  package var isSuccess: Bool { (200..<300).contains(status) }
}
