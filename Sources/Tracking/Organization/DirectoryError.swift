/// Why a user or record was not changed.
package enum DirectoryError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The address belongs to another user.
  case addressTaken(String)
  /// Nobody would be left who may administer the organization.
  case lastAdministrator
  /// Users would be tied to logins, and no administrator.
  case noAdministratorWithLogin
  /// The address is a user's.
  case isUser(String)
  /// There is no user of that address.
  case noUser(String)
  /// There is no such record.
  case noRecord(String)
  /// A record stands where another must.
  case sameRecord(String)
  /// The organization's server has no such login.
  case noLogin(String)
  /// The login is of a kind that the organization's server could not hold to anything.
  case unfitLogin(String)
  /// The login is another user's or a mail host's.
  case loginTaken(String)
  /// A user who owns mail stays.
  case ownsMail(String, copies: Int)

  /// What is wrong and what to do, in one line.
  package var description: String {
    switch self {
    case .addressTaken(let address):
      "\(address) is another user's address; take it from that user first"
    case .lastAdministrator:
      "this would leave the organization without an administrator; make another user one first"
    case .noAdministratorWithLogin:
      "nobody could administer the organization any more; tie an administrator to a login first: "
        + "'user set ADDRESS --login NAME'"
    case .isUser(let address):
      "\(address) is a user's address; only people from outside are forgotten, see 'user set'"
    case .noRecord(let record): "no record \(record); see 'record list'"
    case .sameRecord(let record): "\(record) stands where another record must; name another"
    case .noLogin(let login):
      "the organization's server has no login '\(login)', and yours may make none; whoever runs the "
        + "server does: createuser --pwprompt \(login)"
    case .unfitLogin(let login):
      "'\(login)' may not log in at the organization's server, or is a superuser, whom nothing holds; "
        + "name another login"
    case .loginTaken(let login):
      "the login '\(login)' is another user's or a mail host's already; a login is one of them"
    case .ownsMail(let address, let copies):
      "\(address) owns \(copies) tracked \(copies == 1 ? "message" : "messages"); untrack or prune "
        + "them first, or let the user stay without more: 'user set \(address) --disable'"
    case .noUser(let address): "no user has the address \(address); see 'user list'"
    }
  }
}
