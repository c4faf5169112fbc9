import Mailboxes
import System
import Tracking

/// Why a message could not be decided or stored now, but may be later.
package struct TrackingFailure: Error, Sendable, CustomStringConvertible {
  /// In a word, for the spool.
  package let word: String
  /// What failed and what to do; holds no part of a message and no path.
  package let description: String
  /// The organization that the message was meant for.
  package var organization: String?
  /// Whether the failure is the store's or the profile's, so that no other message would fare
  /// better.
  package let isGeneral: Bool

  /// The organization is disconnected: somebody wants its mail to wait.
  package static let disconnected = TrackingFailure(
    word: "disconnected", "the organization is disconnected")

  /// The organization is elsewhere: `sync` asks it, and nobody who is in a hurry.
  package static let awaitsSync = TrackingFailure(
    word: "sync", "the organization is elsewhere and is asked by 'crm-mailfilter sync'")

  /// No organization synchronizes: until somebody changes it nothing can be brought in.
  package static let noOrganization = TrackingFailure(
    word: "no-organization",
    "no organization receives mail; 'crm-mailfilter org synchronize NAME' has one do so")

  /// Whether the message waits because somebody wants it so, or for other mail only.
  var isIntended: Bool { Self.intended.contains(word) }

  /// The words of what waits because somebody wants it so, or for other mail only.
  private static let intended: Set<String> = [
    disconnected.word, parentMayWait.word, deferredWord, awaitsSync.word,
  ]

  /// Whether an organization elsewhere has no answer for this message, or refuses it for good.
  private(set) var isElsewhere = false

  /// Whether it is what an organization elsewhere said, or why it said nothing: `failures` shows it.
  private(set) var isSaidElsewhere = false

  /// No failure of its own: it answers nothing that is tracked, but what it may answer waits.
  static let parentMayWait = TrackingFailure(
    word: "parent-may-wait", "mail that it may answer waits")

  private static let deferredWord = "deferred"

  /// The organization cannot say yet whether it wants a message; others it may.
  static func deferred(_ explanation: String) -> TrackingFailure {
    var failure = TrackingFailure(
      word: deferredWord, "the organization cannot say yet: \(explanation)", isGeneral: false)
    failure.isSaidElsewhere = true
    return failure
  }

  /// A failure that no error says.
  package init(
    word: String, _ description: String, organization: String? = nil, isGeneral: Bool = true
  ) {
    self.word = word
    self.description = description
    self.organization = organization
    self.isGeneral = isGeneral
  }

  /// What an error means for the messages that wait.
  package init(_ error: any Error, organization: String?) {
    switch error {
    case var failure as TrackingFailure:
      failure.organization = failure.organization ?? organization
      self = failure
    case let error as StoreError:
      self.init(word: error.kind.rawValue, error.description, organization: organization)
    case let error as ProfileError:
      self.init(
        word: "profile",
        "the profile is not valid" + (error.line.map { " (line \($0))" } ?? "")
          + "; run 'crm-mailfilter rules check'",
        organization: organization)
    case let error as UnsafeFile:
      self.init(
        word: "profile",
        "the profile is not safe to use (\(error.distrust)); 'crm-mailfilter verify' says what to do",
        organization: organization)
    case let error as FileError:
      // The path may tell more than a log should.
      self.init(
        word: "profile",
        "the profile cannot be read: \(error.reason)",
        organization: organization)
    case let trouble as RemoteTrouble:
      self.init(
        word: trouble.word, trouble.description, organization: organization,
        isGeneral: trouble.isGeneral)
      isElsewhere = !trouble.isGeneral
      isSaidElsewhere = true
    case let error as InputError:
      self.init(
        word: "input", error.description, organization: organization, isGeneral: false)
    default:
      self.init(word: "unexpected", "an unexpected error", organization: organization)
    }
  }
}

extension OrganizationOpener {
  /// Why nothing can be brought in now that was meant for an organization, or for the one that
  /// synchronizes where that is `nil`; `nil` where it can.
  func obstacle(to meant: String?) -> TrackingFailure? {
    if let meant, meant != profile.synchronizing {
      return TrackingFailure(
        word: "other-organization", "it was meant for an organization that does not synchronize",
        organization: meant)
    }
    guard let entry = profile.synchronizingOrganization else { return nil }
    guard entry.isConnected else { return TrackingFailure.disconnected }
    return entry.isElsewhere && !asksElsewhere ? TrackingFailure.awaitsSync : nil
  }
}
