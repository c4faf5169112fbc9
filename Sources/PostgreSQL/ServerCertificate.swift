import Glibc

/// What a server's certificate says, read by the OpenSSL that libpq brought with it.
enum ServerCertificate {
  /// When the certificate of a session ends, in seconds since 1970.
  ///
  /// - Parameter session: An `SSL *` of OpenSSL 3.
  /// - Returns: The time; `nil` where another OpenSSL is loaded, or none.
  static func end(ofSession session: UnsafeMutableRawPointer) -> Int64? {
    typealias Get = @convention(c) (UnsafeRawPointer?) -> UnsafeMutableRawPointer?
    typealias Convert = @convention(c) (UnsafeRawPointer?, UnsafeMutablePointer<tm>?) -> Int32
    typealias Release = @convention(c) (UnsafeMutableRawPointer?) -> Void
    // Another one than libpq's knows nothing of the session.
    guard let ssl = dlopen("libssl.so.3", RTLD_NOW | RTLD_NOLOAD),
      let crypto = dlopen("libcrypto.so.3", RTLD_NOW | RTLD_NOLOAD)
    else { return nil }
    guard let peer = dlsym(ssl, "SSL_get1_peer_certificate"),
      let notAfter = dlsym(crypto, "X509_get0_notAfter"),
      let convert = dlsym(crypto, "ASN1_TIME_to_tm"), let release = dlsym(crypto, "X509_free"),
      let certificate = unsafeBitCast(peer, to: Get.self)(session)
    else { return nil }
    defer { unsafeBitCast(release, to: Release.self)(certificate) }
    var time = tm()
    guard
      unsafeBitCast(convert, to: Convert.self)(
        unsafeBitCast(notAfter, to: Get.self)(certificate), &time) == 1
    else { return nil }
    return Int64(timegm(&time))
  }
}
