import HTTP
import Tracking

/// Gives what a request to an organization proves by who sends it.
package protocol DataverseSignIn: AnyObject {
  /// The field `Authorization`.
  ///
  /// - Parameter isAnew: Whether the last request was not let in.
  /// - Returns: Its value; `nil` where the connection itself signs in, or where nobody knows yet who
  ///   wants what: then the answer tells.
  /// - Throws: `RemoteTrouble`.
  func authorization(isAnew: Bool) throws(RemoteTrouble) -> String?

  /// Takes what an answer of status 401 says is wanted.
  func challenged(by fields: HTTPFields)

  /// Takes note that the organization let this side in: what was typed may be saved.
  func confirmed()
}
