import CSystem
import Glibc
import InternetMessage
import System
import Tracking

/// An organization by a program, which is asked line by line: see crm-mailfilter-organization(7).
///
/// It is started when something is asked first. Whatever it does that is not an answer ends it, and
/// the next message finds it started anew.
final class ProgramOrganization: RemoteOrganization {
  private let path: String
  private let name: String
  /// Where messages lie while they are handed over.
  private let folder: String
  private let asking: RemoteAsking
  private let environment: [String]
  private var process: ChildProcess?
  private var lastRequest = 0

  init(
    path: String, name: String, folder: String, asking: RemoteAsking,
    environment: [String] = ProgramOrganization.ownEnvironment
  ) {
    self.path = path
    self.name = name
    self.folder = folder
    self.asking = asking
    self.environment = environment
  }

  deinit { disconnect() }

  /// What of our environment a program gets: what it needs to find its files and the network.
  private static var ownEnvironment: [String] {
    let names = [
      "HOME", "USER", "LOGNAME", "TZ", "TMPDIR", "XDG_CONFIG_HOME", "CREDENTIALS_DIRECTORY",
      "https_proxy", "HTTPS_PROXY", "no_proxy", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR",
    ]
    return ["PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8"]
      + names.compactMap { name in getenv(name).map { "\(name)=\(String(cString: $0))" } }
  }

  // MARK: The program

  /// Why a program is not started, and what mends it; `nil` where nothing speaks against it.
  static func distrust(of path: String) -> (reason: String, remedy: String)? {
    var status = stat()
    guard lstat(path, &status) == 0 else {
      return (String(cString: strerror(errno)), "put the program there")
    }
    if let distrust = Distrust.ofProgram(path, status) {
      return ("\(distrust)", distrust.remedy(path))
    }
    return access(path, X_OK) == 0
      ? nil : ("it may not be run", "chmod +x \(Distrust.quoted(path))")
  }

  func connect() throws(RemoteTrouble) -> RemoteIdentity {
    removeLeftovers()
    return try start()
  }

  private func start() throws(RemoteTrouble) -> RemoteIdentity {
    if let distrust = Self.distrust(of: path) {
      throw .unreachable("\(path): \(distrust.reason); \(distrust.remedy)")
    }
    do {
      process = try ChildProcess(
        path, environment: environment, keepsErrors: asking.showsErrors)
    } catch {
      throw .unreachable("\(path) cannot be started: \(Self.words(error))")
    }
    do {
      var hello = ProgramRequest(nextRequest(), "hello")
      hello.protocol = 1
      hello.organization = name
      return try exchange(hello).identity()
    } catch {
      disconnect()
      // Before it has said who it is no message is at fault.
      if case .unknownOutcome(let text) = error { throw .unreachable(text) }
      throw error
    }
  }

  func disconnect() {
    process?.end()
    process = nil
  }

  private func nextRequest() -> Int {
    lastRequest += 1
    return lastRequest
  }

  private func ask(
    _ request: (Int) -> ProgramRequest
  ) throws(RemoteTrouble) -> ProgramReply {
    // What nobody asked for answers nothing.
    if process?.isOutOfTurn ?? true {
      process?.kill()
      process = nil
      _ = try start()
    }
    return try exchange(request(nextRequest()))
  }

  private func exchange(_ request: ProgramRequest) throws(RemoteTrouble) -> ProgramReply {
    guard let line = request.line else {
      throw .refusedForGood("its header is longer than what an organization is told")
    }
    guard let process else { throw .unreachable("the program does not run") }
    let deadline = Deadline(milliseconds: asking.timeLimit)
    let answer: [UInt8]
    do {
      try process.send(line, until: deadline)
      answer = try process.line(atMost: ProgramReply.longestLine, until: deadline)
    } catch {
      process.kill()
      self.process = nil
      throw .unknownOutcome(Self.words(error))
    }
    do {
      return try ProgramReply(
        answer, to: request.request, now: csystem_realtime() / 1_000_000_000)
    } catch {
      // One that talks at cross purposes is not asked on.
      if case .unknownOutcome = error {
        process.kill()
        self.process = nil
      }
      throw error
    }
  }

  private static func words(_ failure: ChildProcess.Failure) -> String {
    switch failure {
    case .notStarted(let code), .system(let code): String(cString: strerror(code))
    case .silent: "it was silent for too long"
    case .ended: "it ended in the middle"
    case .tooLong: "it wrote a line of more than 1 MiB"
    }
  }

  // MARK: Requests

  func decide(_ questions: [RemoteQuestion]) throws(RemoteTrouble) -> [RemoteAnswer] {
    var answers: [RemoteAnswer] = []
    for question in questions {
      answers.append(try ask { ProgramRequest($0, question) }.answer())
    }
    return answers
  }

  func deliver(_ delivery: RemoteDelivery) throws(RemoteTrouble) -> RemoteReceipt {
    let file = folder + "/" + delivery.copy.id + ".eml"
    let size: Int
    do {
      size = try write(delivery.draft, to: file)
    } catch {
      throw .notSent("\(error)")
    }
    defer { unlink(file) }
    return try ask { ProgramRequest($0, delivery, file: file, size: size) }.receipt()
  }

  func withdraw(_ copy: RemoteCopy, mailbox: AddrSpec?) throws(RemoteTrouble) {
    try ask { number in
      var request = ProgramRequest(number, "withdraw")
      request.copy = copy.id
      request.stored = copy.stored
      request.mailbox = mailbox?.description
      return request
    }.confirm()
  }

  func regard(_ record: RecordReference?, of copy: RemoteCopy) throws(RemoteTrouble) {
    try ask { number in
      var request = ProgramRequest(number, "regard")
      request.copy = copy.id
      request.stored = copy.stored
      request.record = record?.description
      return request
    }.confirm()
  }

  func changes(since token: String?) throws(RemoteTrouble) -> RemoteChanges {
    try ask { number in
      var request = ProgramRequest(number, "changes")
      request.since = token
      return request
    }.changes()
  }

  // MARK: The message

  /// Writes the message for the program, this user's alone; how long it is.
  private func write(_ draft: CopyDraft, to file: String) throws -> Int {
    try AtomicFile.makeFolder(folder)
    unlink(file)
    let descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw FileError(path: file, code: errno) }
    defer { close(descriptor) }
    var size = 0
    do {
      try draft.content { bytes in
        let code = Descriptor.writeAll(bytes, to: descriptor)
        guard code == 0 else { throw FileError(path: file, code: code) }
        size += bytes.count
      }
    } catch {
      unlink(file)
      throw error
    }
    return size
  }

  /// Takes away the messages that a run left which was killed; there is no other run.
  private func removeLeftovers() {
    guard let stream = opendir(folder) else { return }
    defer { closedir(stream) }
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name.hasSuffix(".eml") { unlink(folder + "/" + name) }
    }
  }
}
