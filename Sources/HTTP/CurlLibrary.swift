import CSystem
import Glibc

/// libcurl, which is loaded when the first request is sent: linked, it and its libraries would take more
/// time at each start than the filter has.
struct CurlLibrary: @unchecked Sendable {
  typealias Handle = UnsafeMutableRawPointer

  let initialize: @convention(c) (CLong) -> CInt
  let makeHandle: @convention(c) () -> Handle?
  let reset: @convention(c) (Handle) -> Void
  let freeHandle: @convention(c) (Handle) -> Void
  let perform: @convention(c) (Handle) -> CInt
  let describe: @convention(c) (CInt) -> UnsafePointer<CChar>?
  let appendLine: @convention(c) (Handle?, UnsafePointer<CChar>) -> Handle?
  let freeLines: @convention(c) (Handle?) -> Void
  private let set: csystem_option_call
  private let get: csystem_option_call

  /// The names under which it may be there: built with OpenSSL, and with GnuTLS.
  static let names = ["libcurl.so.4", "libcurl-gnutls.so.4"]

  /// The library of this process, or why there is none.
  static let shared = Result<CurlLibrary, HTTPError> { () throws(HTTPError) in
    try CurlLibrary(names)
  }

  /// Loads it under the first of some names.
  ///
  /// - Throws: `HTTPError.noLibrary`.
  init(_ names: [String]) throws(HTTPError) {
    var problem = "no library"
    for name in names {
      guard let library = dlopen(name, RTLD_NOW | RTLD_LOCAL) else {
        // The first name's: it is what would be installed.
        if name == names.first { problem = dlerror().map { String(cString: $0) } ?? name }
        continue
      }
      guard let found = CurlLibrary(library) else {
        problem = "\(name) is no libcurl of version 7.32 or later"
        continue
      }
      // CURL_GLOBAL_ALL.
      guard found.initialize(3) == 0 else {
        problem = "\(name) cannot be initialized"
        continue
      }
      self = found
      return
    }
    throw .noLibrary(HTTPText.safe(problem))
  }

  private init?(_ library: UnsafeMutableRawPointer) {
    func function<Function>(_ name: String, _ type: Function.Type) -> Function? {
      dlsym(library, name).map { unsafeBitCast($0, to: type) }
    }
    guard
      let initialize = function("curl_global_init", (@convention(c) (CLong) -> CInt).self),
      let makeHandle = function("curl_easy_init", (@convention(c) () -> Handle?).self),
      let reset = function("curl_easy_reset", (@convention(c) (Handle) -> Void).self),
      let freeHandle = function("curl_easy_cleanup", (@convention(c) (Handle) -> Void).self),
      let perform = function("curl_easy_perform", (@convention(c) (Handle) -> CInt).self),
      let describe = function(
        "curl_easy_strerror", (@convention(c) (CInt) -> UnsafePointer<CChar>?).self),
      let appendLine = function(
        "curl_slist_append",
        (@convention(c) (Handle?, UnsafePointer<CChar>) -> Handle?).self),
      let freeLines = function("curl_slist_free_all", (@convention(c) (Handle?) -> Void).self),
      let set = dlsym(library, "curl_easy_setopt"),
      let get = dlsym(library, "curl_easy_getinfo")
    else { return nil }
    self.initialize = initialize
    self.makeHandle = makeHandle
    self.reset = reset
    self.freeHandle = freeHandle
    self.perform = perform
    self.describe = describe
    self.appendLine = appendLine
    self.freeLines = freeLines
    self.set = unsafeBitCast(set, to: csystem_option_call.self)
    self.get = unsafeBitCast(get, to: csystem_option_call.self)
  }

  /// Options of curl_easy_setopt(3) and facts of curl_easy_getinfo(3), whose numbers are part of the
  /// library's binary interface (curl.h).
  enum Option: Int32 {
    case sslVersion = 32
    case noProgress = 43
    case post = 47
    case followLocation = 52
    case bodySize = 60
    case verifyPeer = 64
    case freshConnection = 74
    case forbidReuse = 75
    case verifyHost = 81
    case httpVersion = 84
    case noSignal = 99
    case authentication = 107
    case proxyAuthentication = 111
    case timeout = 155
    case connectTimeout = 156
    case protocolBits = 181
    case suppressConnectHeaders = 265
    case disallowLogin = 278
    case writeData = 10_001
    case url = 10_002
    case proxy = 10_004
    case errorBuffer = 10_010
    case body = 10_015
    case userAgent = 10_018
    case fields = 10_023
    case headerData = 10_029
    case method = 10_036
    case progressData = 10_057
    case certificates = 10_065
    case certificateFolder = 10_097
    case acceptEncoding = 10_102
    case user = 10_173
    case password = 10_174
    case protocols = 10_318
    case writeFunction = 20_011
    case headerFunction = 20_079
    case progressFunction = 20_219
  }

  /// What can be asked after a transfer.
  enum Fact: Int32 {
    case status = 0x20_0002
    case connectStatus = 0x20_0016
    /// Microseconds from the start until the request was about to be sent; 0 where it never was.
    case timeBeforeSending = 0x60_0035
  }

  /// Sets a number; whether the library knows the option.
  @discardableResult
  func set(_ handle: Handle, _ option: Option, _ value: Int) -> Bool {
    csystem_set_long(set, handle, option.rawValue, value) == 0
  }

  /// Sets a text, of which the library makes a copy; whether it knows the option.
  @discardableResult
  func set(_ handle: Handle, _ option: Option, _ value: String?) -> Bool {
    guard let value else {
      return csystem_set_pointer(set, handle, option.rawValue, nil) == 0
    }
    return value.withCString { csystem_set_pointer(set, handle, option.rawValue, $0) == 0 }
  }

  /// Sets a text of bytes with a NUL at their end, of which the library makes a copy.
  func set(_ handle: Handle, _ option: Option, bytes: [UInt8]) {
    bytes.withUnsafeBytes { _ = csystem_set_pointer(set, handle, option.rawValue, $0.baseAddress) }
  }

  /// Sets a place in memory that must last as long as the transfer.
  func set(_ handle: Handle, _ option: Option, place: UnsafeRawPointer?) {
    _ = csystem_set_pointer(set, handle, option.rawValue, place)
  }

  /// What is known after a transfer.
  func get(_ handle: Handle, _ fact: Fact) -> Int {
    var value = 0
    return csystem_get_long(get, handle, fact.rawValue, &value) == 0 ? value : 0
  }
}
