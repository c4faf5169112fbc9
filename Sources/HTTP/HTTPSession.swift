import CSystem
import Glibc
import System

/// Requests over libcurl: one after the other, over connections that are kept.
///
/// Encrypted (TLS 1.2 or later, the server's certificate checked), but for a server on this machine; by
/// the proxy that the environment names (`https_proxy`, `http_proxy`, `all_proxy`, `no_proxy`); HTTP/2
/// where the server speaks it. No redirection is followed: it would carry what is secret elsewhere.
package final class HTTPSession: HTTPTransport {
  /// How requests are sent.
  package struct Configuration: Sendable {
    /// What a server is told that asks for integrated authentication (RFC 4559, NTLM).
    package enum Login: Sendable {
      /// A user, perhaps as `DOMAIN\user`, and a password: NTLM.
      case password(user: String, password: String)
      /// The Kerberos ticket of this process: Negotiate.
      case ticket
    }

    /// The file of certificate authorities in PEM that replaces those of the system.
    package var certificates: String?
    /// For a server that asks for integrated authentication.
    package var login: Login?
    /// The proxy; empty for none, `nil` for that of the environment.
    package var proxy: String?
    /// How long making a connection may take, in milliseconds.
    package var connectLimit = 15_000
    /// What the program calls itself.
    package var userAgent = "crm-mailfilter"

    /// The usual.
    package init() {}
  }

  private let configuration: Configuration
  private var handle: CurlLibrary.Handle?

  /// The most bytes that the header section of an answer may have.
  private static let longestHeader = 128 << 10
  /// CURL_ERROR_SIZE.
  private static let errorSize = 256

  /// Makes a session; nothing is loaded or connected yet.
  package init(_ configuration: Configuration = .init()) { self.configuration = configuration }

  deinit { disconnect() }

  /// Whether libcurl is there; this loads it.
  package static var hasLibrary: Bool {
    if case .success = CurlLibrary.shared { return true }
    return false
  }

  package func disconnect() {
    if let handle, case .success(let library) = CurlLibrary.shared {
      // It says farewell to servers, which may be gone.
      Self.withoutPipeSignal { library.freeHandle(handle) }
    }
    handle = nil
  }

  /// Runs a body in which a server that closed a connection is an error of the write and no end of ours:
  /// the library, which is told to leave signals alone, leaves that to others.
  private static func withoutPipeSignal<Result>(_ body: () -> Result) -> Result {
    let previous = signal(SIGPIPE, SIG_IGN)
    defer { signal(SIGPIPE, previous) }
    return body()
  }

  /// What arrives, as the library hands it over.
  private final class Sink {
    var fields = HTTPFields()
    var body: [UInt8] = []
    var headerCount = 0
    let limit: Int
    var isOverfull = false

    init(limit: Int) { self.limit = limit }

    /// Takes a line of a header section; whether it goes on.
    func take(line bytes: UnsafeRawBufferPointer) -> Bool {
      headerCount += bytes.count
      guard headerCount <= HTTPSession.longestHeader else {
        isOverfull = true
        return false
      }
      // That of another answer: 100, or one in the middle of a login.
      if bytes.starts(with: "HTTP/".utf8) {
        fields = HTTPFields()
        body = []
        return true
      }
      guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), colon > 0 else { return true }
      fields.append(
        Self.text(bytes[..<colon]), Self.text(bytes[(colon + 1)...]))
      return true
    }

    /// A text without blanks and line ends around it.
    private static func text(_ bytes: Slice<UnsafeRawBufferPointer>) -> String {
      let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A
      }
      var bytes = bytes.drop(while: isBlank)
      while let last = bytes.last, isBlank(last) { bytes.removeLast() }
      return String(decoding: bytes, as: UTF8.self)
    }

    /// Takes a part of a body; whether it goes on.
    func take(body bytes: UnsafeRawBufferPointer) -> Bool {
      guard bytes.count <= limit - body.count else {
        isOverfull = true
        return false
      }
      body += bytes
      return true
    }
  }

  private typealias Callback =
    @convention(c) (UnsafeMutableRawPointer?, Int, Int, UnsafeMutableRawPointer?) -> Int

  private static let takeBody: Callback = { bytes, size, count, sink in
    guard let sink, size >= 0, count >= 0 else { return 0 }
    let arrived = UnsafeRawBufferPointer(start: bytes, count: size * count)
    return Unmanaged<Sink>.fromOpaque(sink).takeUnretainedValue().take(body: arrived)
      ? size * count : 0
  }

  private static let takeLine: Callback = { bytes, size, count, sink in
    guard let sink, size >= 0, count >= 0 else { return 0 }
    let arrived = UnsafeRawBufferPointer(start: bytes, count: size * count)
    return Unmanaged<Sink>.fromOpaque(sink).takeUnretainedValue().take(line: arrived)
      ? size * count : 0
  }

  private static let goOn: @convention(c) (UnsafeMutableRawPointer?, Int, Int, Int, Int) -> Int32 =
    { _, _, _, _, _ in
      csystem_is_interrupted()
    }

  package func send(_ request: HTTPRequest) throws(HTTPError) -> HTTPResponse {
    guard request.url.isSecure || request.url.isLoopback else {
      throw .unusable(
        "\(HTTPText.safe(request.url.origin)) is not encrypted; only https is used, but for a "
          + "server on this machine")
    }
    guard request.fields.isWellFormed else {
      throw .unusable("a field of the request holds a control character")
    }
    if case .password(let user, let password) = configuration.login,
      Self.latin1(user) == nil || Self.latin1(password) == nil
    {
      throw .unusable(
        "user or password hold a character beyond Latin-1, of which libcurl makes no NTLM; have "
          + "an ASCII password")
    }
    guard csystem_is_interrupted() == 0 else { throw .interrupted }
    let library = try CurlLibrary.shared.get()
    guard let handle = handle ?? library.makeHandle() else {
      throw .noLibrary("libcurl has no memory")
    }
    self.handle = handle
    // Its connections stay.
    library.reset(handle)
    let sink = Sink(limit: max(0, request.answerLimit))
    var errors = [CChar](repeating: 0, count: Self.errorSize)
    let code = withExtendedLifetime(sink) {
      errors.withUnsafeMutableBytes { errors in
        library.set(handle, .errorBuffer, place: errors.baseAddress)
        let place = Unmanaged.passUnretained(sink).toOpaque()
        library.set(handle, .writeData, place: place)
        library.set(handle, .headerData, place: place)
        defer {
          for option in [CurlLibrary.Option.errorBuffer, .writeData, .headerData] {
            library.set(handle, option, place: nil)
          }
        }
        return Self.withoutPipeSignal { perform(request, library, handle) }
      }
    }
    let facts = Outcome(
      code: code, wasSent: library.get(handle, .timeBeforeSending) > 0,
      connectStatus: library.get(handle, .connectStatus), isOverfull: sink.isOverfull,
      limit: sink.limit,
      text: HTTPText.safe(
        errors[0] != 0
          ? String(decoding: errors.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
          : library.describe(code).map { String(cString: $0) } ?? "error \(code)"))
    let status = library.get(handle, .status)
    // What it was told, passwords among it, it forgets; connections stay.
    library.reset(handle)
    if let error = facts.error { throw error }
    if status == 407 { throw .proxyLogin("the proxy wants a login") }
    return HTTPResponse(status: status, fields: sink.fields, body: sink.body)
  }

  /// Sets all options and makes the transfer; its CURLcode.
  private func perform(
    _ request: HTTPRequest, _ library: CurlLibrary, _ handle: CurlLibrary.Handle
  ) -> CInt {
    library.set(handle, .url, request.url.description)
    let callbacks: [(CurlLibrary.Option, UnsafeRawPointer)] = [
      (.writeFunction, unsafeBitCast(Self.takeBody, to: UnsafeRawPointer.self)),
      (.headerFunction, unsafeBitCast(Self.takeLine, to: UnsafeRawPointer.self)),
      (.progressFunction, unsafeBitCast(Self.goOn, to: UnsafeRawPointer.self)),
    ]
    for (option, function) in callbacks { library.set(handle, option, place: function) }
    library.set(handle, .noProgress, 0)
    library.set(handle, .noSignal, 1)
    library.set(handle, .followLocation, 0)
    library.set(handle, .disallowLogin, 1)
    library.set(handle, .suppressConnectHeaders, 1)
    // Versions before 7.85 know the bits of CURLPROTO_HTTP and CURLPROTO_HTTPS alone.
    if !library.set(handle, .protocols, request.url.isSecure ? "https" : "http") {
      library.set(handle, .protocolBits, request.url.isSecure ? 2 : 1)
    }
    // CURL_SSLVERSION_TLSv1_2 and later; CURL_HTTP_VERSION_2TLS.
    library.set(handle, .sslVersion, 6)
    library.set(handle, .httpVersion, 4)
    library.set(handle, .verifyPeer, 1)
    library.set(handle, .verifyHost, 2)
    if let certificates = configuration.certificates {
      library.set(handle, .certificates, certificates)
      library.set(handle, .certificateFolder, String?.none)
    }
    if let proxy = configuration.proxy { library.set(handle, .proxy, proxy) }
    // Basic, Digest, NTLM and Negotiate, as the proxy asks.
    library.set(handle, .proxyAuthentication, 0xF)
    switch configuration.login {
    case .password(let user, let password):
      library.set(handle, .authentication, 8)
      library.set(handle, .user, bytes: Self.latin1(user) ?? [])
      library.set(handle, .password, bytes: Self.latin1(password) ?? [])
    case .ticket:
      library.set(handle, .authentication, 4)
      library.set(handle, .user, "")
      library.set(handle, .password, "")
    case nil: break
    }
    library.set(handle, .userAgent, configuration.userAgent)
    library.set(handle, .acceptEncoding, "gzip")
    library.set(handle, .timeout, max(1, request.timeLimit))
    library.set(handle, .connectTimeout, max(1, min(configuration.connectLimit, request.timeLimit)))
    library.set(handle, .freshConnection, request.isRepeatable ? 0 : 1)
    library.set(handle, .forbidReuse, request.isRepeatable ? 0 : 1)
    var lines: CurlLibrary.Handle?
    // No leave to send the body is asked for and waited for.
    // An empty value is written as the library wants it: "Name:" would leave the field out.
    let written = request.fields.lines.map { line in
      line.value.isEmpty ? "\(line.name);" : "\(line.name): \(line.value)"
    }
    for line in written + ["Expect:"] {
      lines = line.withCString { library.appendLine(lines, $0) } ?? lines
    }
    defer { library.freeLines(lines) }
    library.set(handle, .fields, place: lines)
    guard request.body != nil || request.method != .get else { return library.perform(handle) }
    return (request.body ?? []).withUnsafeBytes { bytes in
      if request.body != nil || request.method == .post {
        library.set(handle, .bodySize, bytes.count)
        library.set(handle, .body, place: bytes.baseAddress ?? Self.nothing)
      }
      library.set(handle, .method, request.method.rawValue)
      return library.perform(handle)
    }
  }

  /// A text as libcurl wants it for NTLM, which makes UTF-16 of each byte by a zero beside it: as
  /// Latin-1, with a NUL at its end; `nil` where that has not all of it.
  private static func latin1(_ text: String) -> [UInt8]? {
    var bytes: [UInt8] = []
    for scalar in text.unicodeScalars {
      guard let byte = UInt8(exactly: scalar.value), byte != 0 else { return nil }
      bytes.append(byte)
    }
    return bytes + [0]
  }

  /// A place for a body of no bytes: without one the library would read standard input.
  private nonisolated(unsafe) static let nothing = UnsafeRawPointer(
    UnsafeMutableRawPointer.allocate(byteCount: 1, alignment: 1))

  /// What is known when a transfer ended.
  private struct Outcome {
    let code: CInt
    let wasSent: Bool
    let connectStatus: Int
    let isOverfull: Bool
    let limit: Int
    let text: String

    /// Why there is no answer; `nil` where there is one.
    var error: HTTPError? {
      guard code != 0 else { return nil }
      if isOverfull { return .tooLarge(limit: limit) }
      // 401 is what tinyproxy answers, to who says nothing and to who says something wrong.
      if [401, 407].contains(connectStatus) { return .proxyLogin("the proxy wants a login") }
      switch code {
      // CURLE_ABORTED_BY_CALLBACK.
      case 42: return wasSent ? .interrupted : .notConnected("interrupted")
      // CURLE_PEER_FAILED_VERIFICATION, SSL_CACERT_BADFILE, SSL_CRL_BADFILE, SSL_ISSUER_ERROR,
      // SSL_PINNEDPUBKEYNOTMATCH, SSL_INVALIDCERTSTATUS.
      case 60, 77, 82, 83, 90, 91: return .certificate(text)
      default: return wasSent ? .noAnswer(text) : .notConnected(text)
      }
    }
  }
}
