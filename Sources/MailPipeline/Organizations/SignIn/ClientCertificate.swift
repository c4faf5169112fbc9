import CSystem
import Foundation
import Glibc
import System
import Tracking

/// An application's certificate with its private key, by which it proves who it is (RFC 7523).
final class ClientCertificate {
  private let key: Secret.Bytes
  private let sha1: [UInt8]
  private let sha256: [UInt8]

  /// The most bytes of a file.
  private static let longest = 256 << 10
  /// How long an assertion holds, in seconds.
  private static let life: Int64 = 600
  /// The most bytes of a signature: that of a key of 16,384 bits.
  private static let longestSignature = 2_048

  /// Reads both files.
  ///
  /// - Throws: `RemoteTrouble.unauthorized`; `RemoteTrouble.unreachable` where libcrypto is not there.
  init(certificate: String, key: String) throws(RemoteTrouble) {
    let text: [UInt8]
    do {
      text = try FileContents.read(certificate, limit: Self.longest)
    } catch {
      throw .unauthorized(error.description)
    }
    let secret = try Self.readKey(key)
    var sha1 = [UInt8](repeating: 0, count: 20)
    var sha256 = [UInt8](repeating: 0, count: 32)
    var secondsLeft: Int64 = 0
    let result = text.withUnsafeBytes { text in
      csystem_read_certificate(
        text.baseAddress, text.count, secret.bytes.baseAddress, secret.bytes.count, &sha1, &sha256,
        &secondsLeft)
    }
    if let trouble = Self.trouble(result, certificate, key) { throw trouble }
    guard secondsLeft > 0 else {
      throw .unauthorized("\(certificate): the certificate has expired; make another and upload it")
    }
    self.key = secret
    self.sha1 = sha1
    self.sha256 = sha256
  }

  private static func readKey(_ path: String) throws(RemoteTrouble) -> Secret.Bytes {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw .unauthorized(FileError(path: path, code: errno).description)
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw .unauthorized(FileError(path: path, code: errno).description)
    }
    if let distrust = Distrust.ofSecret(status) {
      throw .unauthorized(UnsafeFile(path: path, distrust: distrust).description)
    }
    guard let bytes = Secret.Bytes(readingFrom: descriptor, atMost: longest) else {
      throw .unauthorized("\(path): cannot be read, or is no private key")
    }
    return bytes
  }

  private static func trouble(
    _ result: Int32, _ certificate: String, _ key: String
  ) -> RemoteTrouble? {
    switch Int(result) {
    case 0: nil
    case CSYSTEM_SIGN_NO_LIBRARY:
      .unreachable(
        "libcrypto.so.3 cannot be loaded, which signs; install OpenSSL 3 (Debian: apt install libssl3)"
      )
    case CSYSTEM_SIGN_NO_CERTIFICATE: .unauthorized("\(certificate): no certificate in PEM")
    case CSYSTEM_SIGN_NO_KEY:
      .unauthorized(
        "\(key): no private key in PEM, or one that is encrypted; nobody is asked for that")
    case CSYSTEM_SIGN_OTHER_KIND: .unauthorized("\(key): no RSA key; only such a one can be used")
    case CSYSTEM_SIGN_OTHER_KEY:
      .unauthorized("\(key) is not the key of the certificate \(certificate)")
    default: .unauthorized("\(key): it cannot sign")
    }
  }

  /// What proves to a service of sign-ins who asks (RFC 7523 section 3;
  /// active-directory-certificate-credentials).
  ///
  /// - Parameters:
  ///   - client: The application's id.
  ///   - audience: The address that is asked.
  ///   - now: Seconds since 1970.
  ///   - id: One that no other assertion has.
  /// - Returns: A JSON Web Token, signed by RS256.
  /// - Throws: `RemoteTrouble`.
  func assertion(
    of client: String, for audience: String, now: Int64, id: String
  ) throws(RemoteTrouble) -> Secret {
    // The older fingerprint, too: services of either kind know the certificate by one of them.
    let header =
      #"{"alg":"RS256","typ":"JWT","x5t":""# + Self.base64URL(sha1) + #"","x5t#S256":""#
      + Self.base64URL(sha256) + #""}"#
    // None of the texts needs an escape: ids and addresses were checked when they were read.
    let claims =
      #"{"aud":"\#(audience)","iss":"\#(client)","sub":"\#(client)","jti":"\#(id)","#
      + #""nbf":\#(now - 60),"iat":\#(now),"exp":\#(now + Self.life)}"#
    let signed = Self.base64URL(Array(header.utf8)) + "." + Self.base64URL(Array(claims.utf8))
    var signature = [UInt8](repeating: 0, count: Self.longestSignature)
    var length = signature.count
    let bytes = Array(signed.utf8)
    let result = csystem_sign(
      key.bytes.baseAddress, key.bytes.count, bytes, bytes.count, &signature, &length)
    guard result == 0, length <= signature.count,
      let assertion = Secret((signed + "." + Self.base64URL(Array(signature[..<length]))).utf8)
    else { throw .unauthorized("the assertion cannot be signed by the key") }
    return assertion
  }

  /// RFC 4648 section 5, without padding.
  private static func base64URL(_ bytes: [UInt8]) -> String {
    Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
      .replacing("=", with: "")
  }
}
