import Glibc
import InternetMessage
import MailPipeline
import Mailboxes
import PostgreSQL
import System
import Tracking

/// Why a command failed: one line for a person, and a status.
struct CommandError: Error {
  let status: SystemStatus
  let line: String

  init(_ status: SystemStatus, _ line: String) {
    self.status = status
    self.line = line
  }

  /// The one place in which an error becomes a status.
  ///
  /// - Returns: `nil` for errors of the argument parser.
  init?(_ error: any Error) {
    switch error {
    case let error as CommandError: self = error
    case let error as ProfileError: self.init(.configuration, error.description)
    case let error as OrganizationURL.ParseError: self.init(.usage, error.description)
    case let error as PolicySettingError: self.init(.usage, error.description)
    case let error as SearchQueryError: self.init(.usage, error.description)
    case DirectoryError.noRecord(let record):
      self.init(.noInput, DirectoryError.noRecord(record).description)
    case let error as DirectoryError: self.init(.data, error.description)
    case let error as StoreError: self.init(Self.status(error.kind), error.description)
    case let error as UnsafeFile: self.init(.noPermission, error.description)
    case let error as CredentialError: self.init(.noPermission, error.description)
    case let error as FileError: self.init(Self.status(error.code), error.description)
    case let error as InputError: self.init(.inputOutput, error.description)
    case let error as OutputError: self.init(.inputOutput, error.description)
    case SpoolError.busy: self.init(.temporaryFailure, SpoolError.busy.description)
    case SpoolError.noEntry(let name):
      self.init(.noInput, SpoolError.noEntry(name).description)
    case let error as SpoolError where error.isUnsafe:
      self.init(.noPermission, error.description)
    case let error as SpoolError: self.init(.inputOutput, error.description)
    case BatchError.noMailbox(let reason): self.init(.noInput, reason)
    case let error as BatchError: self.init(.usage, error.description)
    case let error as TrackingFailure where error.word == RemoteTrouble.unauthorizedWord:
      self.init(.noPermission, error.description)
    case let error as TrackingFailure where error.word == TrackingFailure.noOrganization.word:
      self.init(.configuration, error.description)
    case let error as TrackingFailure: self.init(.temporaryFailure, error.description)
    case let error as PostgreSQLError: self.init(Self.status(error), error.description)
    case let trouble as PostgreSQLFoundation.Trouble:
      self.init(Self.status(trouble), trouble.description)
    case RemoteTrouble.throttled(let time):
      let end = DateText(now: TextOutput.now, isISO: false).long(time)
      self.init(
        .temporaryFailure,
        "the organization is busy and wants to be asked later, not before \(end)")
    case let trouble as RemoteTrouble: self.init(Self.status(trouble), trouble.description)
    default: return nil
    }
  }

  private static func status(_ trouble: RemoteTrouble) -> SystemStatus {
    switch trouble {
    case .unauthorized: .noPermission
    case .refusedForGood: .data
    case .unable: .usage
    case .unreachable, .throttled, .unknownOutcome, .notSent: .temporaryFailure
    }
  }

  private static func status(_ error: PostgreSQLError) -> SystemStatus {
    switch error {
    case .noLibrary: .usage
    case .lost, .silent: .temporaryFailure
    case .tooLong, .malformed: .data
    case .notConnected(let state, let text):
      state?.hasPrefix("28") == true || text.contains("no password supplied")
        ? .noPermission : .temporaryFailure
    case .refused(let state, _):
      ["42501", "CR001"].contains(state)
        ? .noPermission : state.hasPrefix("40") || state.hasPrefix("5") ? .temporaryFailure : .data
    }
  }

  private static func status(_ trouble: PostgreSQLFoundation.Trouble) -> SystemStatus {
    switch trouble {
    case .notAllowed: .noPermission
    case .newer, .otherSchema, .encoding: .data
    case .oldServer, .replica, .noLogin, .unfitLogin, .loginTaken, .addressTaken: .usage
    }
  }

  private static func status(_ kind: StoreError.Kind) -> SystemStatus {
    switch kind {
    case .missing, .gone: .noInput
    case .notAStore, .newerVersion, .damaged: .data
    case .locked, .needsMigration: .temporaryFailure
    case .readOnly, .permission, .unsafe: .noPermission
    case .full, .inputOutput, .memory, .unexpected: .inputOutput
    }
  }

  private static func status(_ code: Int32) -> SystemStatus {
    switch code {
    case ENOENT, ENOTDIR: .noInput
    case EEXIST: .cannotCreate
    case EACCES, EPERM, EROFS: .noPermission
    default: .inputOutput
    }
  }

  /// A place that `forget` could not reach.
  struct Unreached {
    var place: String
    var error: CommandError
    /// How many things of the place it is.
    var count = 1
  }

  /// What `forget` could not reach, for each place why, and how much that is.
  ///
  /// - Parameters:
  ///   - places: The places.
  ///   - waiting: How many messages of the spool are left where they could have been deleted.
  /// - Returns: The error; `nil` where all was reached.
  static func notReached(_ places: [Unreached], waiting: Int = 0) -> CommandError? {
    places.first.map { first in
      let reasons = places.map { one in
        "\(one.place): \(one.error.line)" + (one.count > 1 ? " (\(one.count) times)" : "")
      }
      let left =
        waiting > 0
        ? ["\(waiting) waiting \(waiting == 1 ? "message is" : "messages are") left"] : []
      return CommandError(
        first.error.status,
        "not all of it is forgotten: \((reasons + left).joined(separator: "; "))")
    }
  }

  /// What was deleted is still in the store's log.
  static let stillInLog = CommandError(
    .temporaryFailure,
    "deleted, but another program reads the store and keeps the bytes in its log; run it again")

  /// Somebody was asked, and did not say yes.
  static let nothingChanged = CommandError(.usage, "nothing was changed")

  /// A user's filter is not to be `all`.
  static let allFilterForbidden = CommandError(
    .noPermission,
    "the organization does not allow the filter 'all'; see 'org set NAME allow-all yes'")
}

extension FileError {
  /// What an error of a place where something new was to be made means for a person.
  func ofNewPlace(_ path: String) -> any Error {
    let folder = FilePath.folder(of: path)
    switch code {
    case EEXIST:
      return CommandError(
        .cannotCreate, "\(path) is there already, and is not replaced; name another place")
    case ENOENT where access(folder, F_OK) != 0:
      return CommandError(.noInput, "\(folder): there is no such folder; make it first")
    case ENOTDIR: return CommandError(.noInput, "\(folder) is no folder; name another place")
    default: return self
    }
  }
}

/// The statuses of interactive commands (sysexits(3)).
enum SystemStatus: Int32 {
  /// EX_USAGE: the command was called in a wrong way.
  case usage = 64
  /// EX_DATAERR: what it was given is not valid.
  case data = 65
  /// EX_NOINPUT: what it was told to read is not there.
  case noInput = 66
  /// EX_CANTCREAT: what it was told to make is there already.
  case cannotCreate = 73
  /// EX_IOERR: reading or writing failed.
  case inputOutput = 74
  /// EX_TEMPFAIL: try again later.
  case temporaryFailure = 75
  /// EX_NOPERM: not allowed.
  case noPermission = 77
  /// EX_CONFIG: the profile is not valid.
  case configuration = 78
}
