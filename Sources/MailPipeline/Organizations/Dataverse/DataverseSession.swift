import HTTP
import System
import Tracking

/// Gives what a request proves by who sends it.
package protocol DataverseSignIn: AnyObject {
  /// Finds the field `Authorization`.
  ///
  /// - Parameter isAnew: Whether the last one was refused.
  /// - Returns: Its value; `nil` where the connection itself signs in.
  /// - Throws: `RemoteTrouble`.
  func authorization(isAnew: Bool) throws(RemoteTrouble) -> String?
}

/// The Web API of one organization over HTTP.
package final class DataverseSession: DataverseService {
  package let origin: String
  package let root: String
  private let transport: any HTTPTransport
  private let signIn: any DataverseSignIn
  private let timeLimit: Int

  /// Makes a session; nobody is connected yet.
  ///
  /// - Parameters:
  ///   - address: The API, with its version and a slash at its end.
  ///   - transport: What carries requests.
  ///   - signIn: Who sends them.
  ///   - timeLimit: How long each may take, in milliseconds.
  package init(
    _ address: WebAddress, over transport: any HTTPTransport, signIn: any DataverseSignIn,
    timeLimit: Int
  ) {
    origin = address.origin
    root = address.path
    self.transport = transport
    self.signIn = signIn
    self.timeLimit = timeLimit
  }

  package func send(_ request: DataverseRequest) throws(RemoteTrouble) -> DataverseAnswer {
    let answer = try exchange(request, isAnew: false)
    guard answer.status == 401 else { return answer }
    // What proves who this is lasts an hour, and can end in the middle.
    return try exchange(request, isAnew: true)
  }

  private func exchange(
    _ request: DataverseRequest, isAnew: Bool
  ) throws(RemoteTrouble) -> DataverseAnswer {
    let address: WebAddress
    do {
      address = try WebAddress(origin + root + request.target)
    } catch {
      throw .refusedForGood("its addresses and its subject make an address that \(error.words)")
    }
    var fields = HTTPFields()
    if let authorization = try signIn.authorization(isAnew: isAnew) {
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
      let response = try transport.send(sent)
      var named: [String: String] = [:]
      for line in response.fields.lines where named[line.name.lowercased()] == nil {
        named[line.name.lowercased()] = line.value
      }
      return DataverseAnswer(status: response.status, fields: named, body: response.body)
    } catch {
      // What was perhaps done is asked for again under the same id.
      throw error.mayHaveBeenDone
        ? .unknownOutcome(error.description) : .unreachable(error.description)
    }
  }

  package func end() { transport.disconnect() }
}
