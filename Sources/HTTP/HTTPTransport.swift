/// What carries requests to web servers and their answers back.
package protocol HTTPTransport: AnyObject {
  /// Sends a request and waits for the whole answer; redirections are answers like others.
  ///
  /// - Throws: `HTTPError`.
  func send(_ request: HTTPRequest) throws(HTTPError) -> HTTPResponse

  /// Ends the connections that are kept.
  func disconnect()
}

/// Why there is no answer: above all, whether the server may have done what was asked.
///
/// The texts come from elsewhere: they are made safe to print, and short.
package enum HTTPError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The library that speaks HTTP is not there.
  case noLibrary(String)
  /// The request cannot be sent by anybody: it is not encrypted, or breaks a line.
  case unusable(String)
  /// There was no connection: nothing was sent.
  case notConnected(String)
  /// The server's certificate is not one to be believed, or those to check it by cannot be read:
  /// nothing was sent.
  case certificate(String)
  /// The proxy wants a user and a password, or others: the server was not asked.
  case proxyLogin(String)
  /// It was sent, at least in part, and there is no whole answer: nobody knows what the server did.
  case noAnswer(String)
  /// The answer is larger than what is read; the server did what was asked.
  case tooLarge(limit: Int)
  /// Somebody interrupted this process.
  case interrupted

  /// Whether the server may have done what was asked.
  package var mayHaveBeenDone: Bool {
    switch self {
    case .noAnswer, .tooLarge, .interrupted: true
    case .noLibrary, .unusable, .notConnected, .certificate, .proxyLogin: false
    }
  }

  /// What is wrong, and what to do where that is known, in one line.
  package var description: String {
    switch self {
    case .noLibrary(let text): "\(text); install libcurl (Debian: apt install libcurl4)"
    case .unusable(let text): text
    case .notConnected(let text): text
    case .certificate(let text):
      "\(text); where the organization has a certificate authority of its own, name its file "
        + "as 'ca_file'"
    case .proxyLogin(let text):
      "\(text); write https_proxy=http://USER:PASSWORD@HOST:PORT in the environment, or let "
        + "no_proxy name the server"
    case .noAnswer(let text): "no whole answer: \(text)"
    case .tooLarge(let limit): "the answer is larger than \(limit) bytes"
    case .interrupted: "interrupted"
    }
  }
}
