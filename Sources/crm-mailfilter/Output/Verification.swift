import MailPipeline
import TrackingStore

/// What `verify` found, told as it is found.
final class Verification {
  /// A finding that can be mended.
  struct Noted {
    let finding: Finding
    let organization: String?

    /// Whether it is mended in a store.
    var isOfStore: Bool {
      switch finding.mend {
      case .migration, .reindexing, .orphans, .emptyConversations: true
      case .permissions, .removal, nil: false
      }
    }
  }

  private let isJSON: Bool
  /// Whether findings are kept instead of told.
  private let isQuiet: Bool
  /// What was kept.
  private(set) var found: [Noted] = []
  private var findings = 0
  private var mendable = 0
  private var mended = 0

  /// The organization that is looked at.
  var organization: String?
  /// How many were looked at.
  var organizations = 0
  /// How many messages were looked at.
  var copies = 0
  /// The organizations with several users, none of them tied to a login.
  var unbound: [String] = []
  /// How many messages wait.
  var waiting = 0

  init(isJSON: Bool, isQuiet: Bool = false) {
    self.isJSON = isJSON
    self.isQuiet = isQuiet
  }

  /// One that keeps what can be mended and tells nothing.
  func noting() -> Verification { Verification(isJSON: isJSON, isQuiet: true) }

  /// Takes a finding.
  ///
  /// - Throws: `EncodingError`.
  func note(_ finding: Finding) throws {
    if isQuiet {
      if finding.mend != nil { found.append(Noted(finding: finding, organization: organization)) }
      return
    }
    findings += 1
    if finding.mend != nil { mendable += 1 }
    try say(finding, organization, isMended: false)
  }

  /// Takes a finding that was mended.
  ///
  /// - Throws: `EncodingError`.
  func noteMended(_ noted: Noted) throws {
    mended += 1
    try say(noted.finding, noted.organization, isMended: true)
  }

  private func say(_ finding: Finding, _ organization: String?, isMended: Bool) throws {
    if isJSON {
      let object = FindingObject(finding, organization: organization, isMended: isMended)
      print(try JSONOutput.line(object))
      return
    }
    let place = [organization, finding.area.rawValue].compactMap { $0 }.joined(separator: " ")
    print(
      TextOutput.table([
        [
          "\(place): \(finding.problem)" + (isMended ? "; mended" : "; do: \(finding.remedy)")
        ]
      ]), terminator: "")
  }

  /// Tells the summary.
  ///
  /// - Throws: `CommandError` where something is wrong.
  func finish() throws {
    if isJSON {
      print(
        try JSONOutput.line(
          VerificationObject(
            organizations: organizations, copies: copies, waiting: waiting, findings: findings,
            mended: mended, unbound: unbound)))
    } else {
      for name in unbound {
        print(
          Log.neutralised(
            "\(name): no user is tied to a login, so that whoever opens the store may act as any; "
              + "see 'user set --login'"))
      }
      var parts = ["\(copies) \(copies == 1 ? "message" : "messages") examined"]
      if waiting > 0 { parts.append("\(waiting) \(waiting == 1 ? "waits" : "wait")") }
      if mended > 0 { parts.append("\(mended) mended") }
      if findings == 0 { parts.append("all is well") }
      print(parts.joined(separator: ", "))
    }
    guard findings > 0 else { return }
    throw CommandError(
      .data,
      "\(findings) \(findings == 1 ? "thing is" : "things are") wrong"
        + (mendable > 0 ? ", 'verify --repair' mends \(mendable)" : ""))
  }
}
