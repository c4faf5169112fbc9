import HTTP
import System
import Tracking

/// The Web API of one organization over HTTP.
package final class DataverseSession: DataverseService {
  package let origin: String
  package let root: String
  private let transport: any HTTPTransport
  private let signIn: any DataverseSignIn
  private let timeLimit: Int
  private var isConfirmed = false

  /// Makes a session; nobody is connected yet.
  ///
  /// - Parameters:
  ///   - address: Where the organization is.
  ///   - root: The path of the API, a slash at its end.
  ///   - transport: What carries requests.
  ///   - signIn: Who sends them.
  ///   - timeLimit: How long each may take, in milliseconds.
  package init(
    _ address: WebAddress, root: String, over transport: any HTTPTransport,
    signIn: any DataverseSignIn,
    timeLimit: Int
  ) {
    origin = address.origin
    self.root = root
    self.transport = transport
    self.signIn = signIn
    self.timeLimit = timeLimit
  }

  package func send(_ request: DataverseRequest) throws(RemoteTrouble) -> DataverseAnswer {
    var response = try exchange(request, isAnew: false)
    if response.status == 401 {
      // Who gives tokens is told by the first answer; and what proves who this is lasts an hour, and can
      // end in the middle.
      signIn.challenged(by: response.fields)
      response = try exchange(request, isAnew: true)
    }
    if response.isSuccess, !isConfirmed {
      isConfirmed = true
      signIn.confirmed()
    }
    var named: [String: String] = [:]
    for line in response.fields.lines where named[line.name.lowercased()] == nil {
      named[line.name.lowercased()] = line.value
    }
    return DataverseAnswer(status: response.status, fields: named, body: response.body)
  }

  private func exchange(
    _ request: DataverseRequest, isAnew: Bool
  ) throws(RemoteTrouble) -> HTTPResponse {
    let address: WebAddress
    do {
      address = try WebAddress(origin + request.path(below: root))
    } catch {
      throw .refusedForGood("its addresses and its subject make an address that \(error.words)")
    }
    var fields = HTTPFields()
    let authorization = try signIn.authorization(isAnew: isAnew)
    if let authorization {
      fields.append("Authorization", authorization)
    }
    for field in DataverseRequest.commonFields + request.fields {
      fields.append(field.name, field.value)
    }
    let method: HTTPRequest.Method =
      switch request.method {
      case .get: .get
      case .post: .post
      case .patch: .patch
      case .delete: .delete
      }
    var sent = HTTPRequest(method, address, fields: fields, body: request.body)
    sent.timeLimit = timeLimit
    sent.answerLimit = DataverseAnswer.longestJSON
    do {
      return Self.shown(try transport.send(sent), to: authorization)
    } catch {
      // What was perhaps done is asked for again under the same id.
      throw error.mayHaveBeenDone
        ? .unknownOutcome(error.description) : .unreachable(error.description)
    }
  }

  /// An answer whose words people may come to see, without what proves who this side is: a page of a
  /// proxy's may repeat the request.
  private static func shown(_ response: HTTPResponse, to authorization: String?) -> HTTPResponse {
    guard !response.isSuccess || response.mediaType.hasPrefix("multipart/"),
      let token = authorization?.split(separator: " ").last, let secret = Secret(token.utf8)
    else { return response }
    var fields = HTTPFields()
    for line in response.fields.lines {
      fields.append(line.name, secret.removed(from: line.value))
    }
    return HTTPResponse(
      status: response.status, fields: fields, body: secret.removed(from: response.body))
  }

  package func end() { transport.disconnect() }
}
