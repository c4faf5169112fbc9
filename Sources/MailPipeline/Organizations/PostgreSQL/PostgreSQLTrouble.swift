import CSystem
import Foundation
import PostgreSQL
import Tracking

/// What an error of the server means for the message in hand, and for the mail that waits.
///
/// The SQLSTATE decides (PostgreSQL, "PostgreSQL Error Codes"); those that begin with CR are of the
/// schema `crm`.
enum PostgreSQLTrouble {
  /// How long a server is left alone that starts, stops or has no connection left, in seconds.
  private static let pause: Int64 = 10

  /// Whether the same may go well when it is tried again at once.
  static func passes(_ error: PostgreSQLError) -> Bool {
    switch error {
    // The server may have done it: the same ids make the second try a look at the first.
    case .lost: true
    case .refused(let state, _):
      // Serialization failure, deadlock, lock not available, and a server that ends its connections; a
      // foreign key misses what somebody took away at the same moment.
      ["40001", "40P01", "55P03", "23503", "57P01", "57P02", "57P05"].contains(state)
    case .noLibrary, .notConnected, .silent, .tooLong, .malformed: false
    }
  }

  /// What an error means.
  static func trouble(_ error: PostgreSQLError) -> RemoteTrouble {
    switch error {
    case .noLibrary: .unreachable("\(error)")
    case .notConnected(let state, let text): connecting(state, text)
    case .refused(let state, let text): refused(state, text, "\(error)")
    case .lost, .silent: .unknownOutcome("\(error)")
    case .tooLong, .malformed: .unknownOutcome("\(error)")
    }
  }

  /// Whether the server wants a password, and none was there.
  static func lacksPassword(_ error: PostgreSQLError) -> Bool {
    // libpq's own words, of which it gives no code; its language is ours, which is none.
    guard case .notConnected(_, let text) = error else { return false }
    return text.contains("no password supplied")
  }

  private static func connecting(_ state: String?, _ text: String) -> RemoteTrouble {
    switch state {
    case let state? where state.hasPrefix("28"):
      return .unauthorized(
        "\(text); see CREDENTIALS in crm-mailfilter-postgresql(7)")
    case "42501"?: return .unauthorized(text)
    // Too many connections; it starts or stops.
    case "53300"?, "57P03"?: return .throttled(until: now + pause)
    case "3D000"?: return .unreachable("\(text); see the URL in the profile")
    default: break
    }
    if lacksPassword(.notConnected(sqlState: state, text)) {
      return .unauthorized(
        "the server wants a password, and none is known; "
          + "see CREDENTIALS in crm-mailfilter-postgresql(7)")
    }
    if text.contains("certificate has expired") {
      return .unreachable("\(text); the server needs a new certificate")
    }
    if text.contains("certificate verify failed") || text.contains("root certificate file") {
      return .unreachable(
        "\(text); the server's certificate has ended, or name the one that vouches for it with sslrootcert "
          + "in the URL")
    }
    return .unreachable(text)
  }

  private static func refused(
    _ state: String, _ text: String, _ words: String
  ) -> RemoteTrouble {
    switch state {
    case "CR001": return .unauthorized(text)
    case "CR002": return .refusedForGood(text)
    case "CR003": return .unable(text)
    case "3F000", "42883", "42P01":
      return .unable(
        "there is no organization in this database, or an older one (\(words)); "
          + "an owner of the database makes it: crm-mailfilter org init URL")
    case "25006":
      return .unable(
        "this server is a replica, which takes nothing (\(words)); "
          + "name the main one, or add target_session_attrs=read-write to the URL")
    case "42501": return .unauthorized(whoMay(text) ?? words)
    case "53100": return .unreachable("the server's disk is full (\(words)); make room there")
    case "57014", "23503": return .unknownOutcome(words)
    default: break
    }
    switch state.prefix(2) {
    case "28": return .unauthorized(words)
    // The server is out of something, ends, or fails; what the network broke.
    case "53", "57", "58", "08", "XX": return .unreachable(words)
    // What the message says is none of the server's types, too long, or against its rules.
    case "22", "23", "54": return .refusedForGood(words)
    default: return .unknownOutcome(words)
    }
  }

  /// Who may do what the server does not let this login do; `nil` where it is no function of `crm`.
  static func whoMay(_ text: String) -> String? {
    // The server's own words, which stand in no other language here (PostgreSQLConnection).
    guard let found = text.range(of: "permission denied for function ") else { return nil }
    let name = text[found.upperBound...].prefix { $0.isLetter || $0 == "_" }
    guard let groups = PostgreSQLSchema.groups(of: String(name)) else { return nil }
    let who =
      switch groups {
      case "crm_reader": "users do, each by their own login"
      case "crm_administrator": "an administrator does, by the own login"
      default: "members and mail hosts do"
      }
    return "this login may not do it; \(who), on a machine where that is the one in the URL"
  }

  private static var now: Int64 { csystem_realtime() / 1_000_000_000 }
}
