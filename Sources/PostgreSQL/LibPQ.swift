import Glibc

/// libpq, PostgreSQL's own client library, loaded when the first connection is made.
///
/// It brings some twenty other libraries with it, whose loading costs more than the filter: so it is no
/// part of the program, and a machine without it can do everything else.
struct LibPQ: Sendable {
  /// A `PGconn *`.
  typealias Connection = OpaquePointer
  /// A `PGresult *`.
  typealias Answer = OpaquePointer
  typealias Text = UnsafePointer<CChar>
  typealias Texts = UnsafePointer<UnsafePointer<CChar>?>

  // Of libpq-fe.h, whose numbers are part of the library's binary interface.
  static let isBad: Int32 = 1
  static let pollingFailed: Int32 = 0
  static let pollingReading: Int32 = 1
  static let pollingWriting: Int32 = 2
  static let pollingOK: Int32 = 3
  static let verbose: Int32 = 2
  static let emptyQuery: Int32 = 0
  static let commandOK: Int32 = 1
  static let tuplesOK: Int32 = 2
  static let singleTuple: Int32 = 9
  /// The field codes of an error: SQLSTATE, what is said first, and how it could be mended.
  static let sqlState = Int32(UInt8(ascii: "C"))
  static let primaryMessage = Int32(UInt8(ascii: "M"))
  static let hint = Int32(UInt8(ascii: "H"))

  let connectStart: @convention(c) @Sendable (Texts, Texts, Int32) -> Connection?
  let connect: @convention(c) @Sendable (Texts, Texts, Int32) -> Connection?
  let connectPoll: @convention(c) @Sendable (Connection?) -> Int32
  let status: @convention(c) @Sendable (Connection?) -> Int32
  let errorMessage: @convention(c) @Sendable (Connection?) -> Text?
  let socket: @convention(c) @Sendable (Connection?) -> Int32
  let setErrorVerbosity: @convention(c) @Sendable (Connection?, Int32) -> Int32
  let setNoticeProcessor:
    @convention(c) @Sendable (
      Connection?, (@convention(c) (UnsafeMutableRawPointer?, Text?) -> Void)?,
      UnsafeMutableRawPointer?
    ) -> UnsafeRawPointer?
  let setNonblocking: @convention(c) @Sendable (Connection?, Int32) -> Int32
  let sendQueryParameters:
    @convention(c) @Sendable (
      Connection?, Text, Int32, UnsafePointer<UInt32>?, Texts?, UnsafePointer<Int32>?,
      UnsafePointer<Int32>?, Int32
    ) -> Int32
  let setSingleRowMode: @convention(c) @Sendable (Connection?) -> Int32
  let flush: @convention(c) @Sendable (Connection?) -> Int32
  let consumeInput: @convention(c) @Sendable (Connection?) -> Int32
  let isBusy: @convention(c) @Sendable (Connection?) -> Int32
  let getResult: @convention(c) @Sendable (Connection?) -> Answer?
  let resultStatus: @convention(c) @Sendable (Answer?) -> Int32
  let resultErrorField: @convention(c) @Sendable (Answer?, Int32) -> Text?
  let tupleCount: @convention(c) @Sendable (Answer?) -> Int32
  let fieldCount: @convention(c) @Sendable (Answer?) -> Int32
  let fieldName: @convention(c) @Sendable (Answer?, Int32) -> Text?
  let value: @convention(c) @Sendable (Answer?, Int32, Int32) -> UnsafePointer<UInt8>?
  let length: @convention(c) @Sendable (Answer?, Int32, Int32) -> Int32
  let isNull: @convention(c) @Sendable (Answer?, Int32, Int32) -> Int32
  let clear: @convention(c) @Sendable (Answer?) -> Void
  let finish: @convention(c) @Sendable (Connection?) -> Void
  let serverVersion: @convention(c) @Sendable (Connection?) -> Int32
  let settings: @convention(c) @Sendable (Connection?) -> UnsafeMutableRawPointer?
  let parseSettings:
    @convention(c) @Sendable (Text, UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) ->
      UnsafeMutableRawPointer?
  let freeSettings: @convention(c) @Sendable (UnsafeMutableRawPointer?) -> Void
  let free: @convention(c) @Sendable (UnsafeMutableRawPointer?) -> Void
  let isEncrypted: @convention(c) @Sendable (Connection?) -> Int32
  let session: @convention(c) @Sendable (Connection?, Text) -> UnsafeMutableRawPointer?

  /// The library.
  ///
  /// - Throws: `PostgreSQLError.noLibrary`.
  static func loaded() throws(PostgreSQLError) -> LibPQ {
    switch library {
    case .success(let library): return library
    case .failure(let missing): throw .noLibrary(missing.words)
    }
  }

  /// Why it is not there, as the loader says it.
  private struct Missing: Error {
    let words: String
  }

  private static let library: Result<LibPQ, Missing> = {
    guard let handle = dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL) else {
      return .failure(
        Missing(words: dlerror().map { String(cString: $0) } ?? "libpq.so.5 cannot be loaded"))
    }
    do throws(Missing) {
      return .success(try LibPQ(handle))
    } catch {
      return .failure(error)
    }
  }()

  private init(_ handle: UnsafeMutableRawPointer) throws(Missing) {
    func find<T>(_ name: String) throws(Missing) -> T {
      guard let symbol = dlsym(handle, name) else {
        throw Missing(words: "libpq.so.5 has no \(name); it is older than this program needs")
      }
      return unsafeBitCast(symbol, to: T.self)
    }
    connectStart = try find("PQconnectStartParams")
    connect = try find("PQconnectdbParams")
    connectPoll = try find("PQconnectPoll")
    status = try find("PQstatus")
    errorMessage = try find("PQerrorMessage")
    socket = try find("PQsocket")
    setErrorVerbosity = try find("PQsetErrorVerbosity")
    setNoticeProcessor = try find("PQsetNoticeProcessor")
    setNonblocking = try find("PQsetnonblocking")
    sendQueryParameters = try find("PQsendQueryParams")
    setSingleRowMode = try find("PQsetSingleRowMode")
    flush = try find("PQflush")
    consumeInput = try find("PQconsumeInput")
    isBusy = try find("PQisBusy")
    getResult = try find("PQgetResult")
    resultStatus = try find("PQresultStatus")
    resultErrorField = try find("PQresultErrorField")
    tupleCount = try find("PQntuples")
    fieldCount = try find("PQnfields")
    fieldName = try find("PQfname")
    value = try find("PQgetvalue")
    length = try find("PQgetlength")
    isNull = try find("PQgetisnull")
    clear = try find("PQclear")
    finish = try find("PQfinish")
    serverVersion = try find("PQserverVersion")
    settings = try find("PQconninfo")
    parseSettings = try find("PQconninfoParse")
    freeSettings = try find("PQconninfoFree")
    free = try find("PQfreemem")
    isEncrypted = try find("PQsslInUse")
    session = try find("PQsslStruct")
  }

  /// What a `PQconninfoOption` array says, by keyword; no secret is among it.
  func read(_ options: UnsafeMutableRawPointer) -> [String: String] {
    // struct _PQconninfoOption: keyword, envvar, compiled, val, label, dispchar, dispsize.
    let stride = 7 * MemoryLayout<UnsafeRawPointer>.stride
    var found: [String: String] = [:]
    var option = options
    while let keyword = option.load(as: Text?.self) {
      let value = option.load(
        fromByteOffset: 3 * MemoryLayout<UnsafeRawPointer>.stride, as: Text?.self)
      let name = String(cString: keyword)
      if let value, name != "password", name != "sslpassword" {
        found[name] = String(cString: value)
      }
      option += stride
    }
    return found
  }
}
