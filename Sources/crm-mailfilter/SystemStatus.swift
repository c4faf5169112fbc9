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
