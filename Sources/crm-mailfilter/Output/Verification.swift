import MailPipeline
import System
import TrackingStore

/// What `verify` found, told as it is found.
final class Verification {
  /// A finding that can be repaired.
  struct Noted {
    let finding: Finding
    let organization: String?

    /// Whether it is repaired in a store.
    var isOfStore: Bool {
      switch finding.repair {
      case .migration, .reindexing, .orphans, .emptyConversations, .attachments, .calendars: true
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
  private var repairable = 0
  private var repaired = 0

  /// The organization that is looked at.
  var organization: String?
  /// How many were looked at.
  var organizations = 0
  /// How many messages were looked at.
  var copies = 0
  /// The organizations with several users, none of them tied to a login.
  var unbound: [String] = []
  /// The libraries that would be used and are not there.
  var missing: [String] = []
  /// The rules that track less than they did in 0.1, with what to write.
  var narrowedRules: [String] = []
  /// How many messages wait.
  var waiting = 0
  /// How many messages are listed here whose content is elsewhere.
  var elsewhere = 0

  init(isJSON: Bool, isQuiet: Bool = false) {
    self.isJSON = isJSON
    self.isQuiet = isQuiet
  }

  /// One that keeps what can be repaired and tells nothing.
  func noting() -> Verification { Verification(isJSON: isJSON, isQuiet: true) }

  /// Takes a finding.
  ///
  /// - Throws: `EncodingError`.
  func note(_ finding: Finding) throws {
    if isQuiet {
      if finding.repair != nil { found.append(Noted(finding: finding, organization: organization)) }
      return
    }
    findings += 1
    if finding.repair != nil { repairable += 1 }
    try say(finding, organization, isRepaired: false)
  }

  /// Takes a finding that was repaired.
  ///
  /// - Throws: `EncodingError`.
  func noteMended(_ noted: Noted) throws {
    repaired += 1
    try say(noted.finding, noted.organization, isRepaired: true)
  }

  private func say(_ finding: Finding, _ organization: String?, isRepaired: Bool) throws {
    if isJSON {
      let object = FindingObject(finding, organization: organization, isRepaired: isRepaired)
      print(try JSONOutput.line(object))
      return
    }
    let place = [organization, finding.area.rawValue].compactMap { $0 }.joined(separator: " ")
    print(
      Terminal.standardOutput().fitted(
        SafeText.neutralised(
          "\(place): \(finding.problem)"
            + (isRepaired ? "; repaired" : "; do: \(finding.remedy)"))))
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
            repaired: repaired, unbound: unbound, missing: missing,
            rules: narrowedRules)))
    } else {
      for name in unbound {
        print(
          Terminal.standardOutput().fitted(
            SafeText.neutralised(
              "\(name): no user is tied to a login, so that whoever opens the store may act as any; "
                + "see 'user set --login'")))
      }
      for name in missing {
        print(
          Terminal.standardOutput().fitted(
            name == "libcurl"
              ? "libcurl is not there: no organization at an https address can be asked; install it"
              : "\(name) is not there: of the international domains of addresses only case and "
                + "accents are compared; install it"))
      }
      for rule in narrowedRules {
        print(Terminal.standardOutput().fitted(SafeText.neutralised(rule)))
      }
      var parts = ["\(copies) \(copies == 1 ? "message" : "messages") examined"]
      if elsewhere > 0 { parts.append("\(elsewhere) kept elsewhere") }
      if waiting > 0 { parts.append("\(waiting) \(waiting == 1 ? "waits" : "wait")") }
      if repaired > 0 { parts.append("\(repaired) repaired") }
      if findings == 0 { parts.append("all is well") }
      print(parts.joined(separator: ", "))
    }
    guard findings > 0 else { return }
    throw CommandError(
      .data,
      "\(findings) \(findings == 1 ? "thing is" : "things are") wrong"
        + (repairable > 0 ? ", 'verify --repair' repairs \(repairable)" : ""))
  }
}
