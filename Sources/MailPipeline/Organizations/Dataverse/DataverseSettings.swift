import Foundation
import Tracking

/// What an organization settled about mail, as far as this side needs it (entity `organization`).
package struct DataverseSettings: Sendable, Hashable {
  /// The same as this side's settings, for `Decider`.
  package var policy = OrganizationPolicy()
  /// The most bytes of an attachment.
  package var largestAttachment = 5_242_880
  /// The endings of names of files that are not taken, in lower case.
  package var blockedEndings: Set<String> = []
  /// Whether mail of users counts only where somebody approved of their address.
  package var requiresApprovedUsers = false
  /// The same of queues.
  package var requiresApprovedQueues = false

  /// The columns that are asked for.
  static let columns = [
    "emailcorrelationenabled", "ignoreinternalemail", "maxuploadfilesize", "blockedattachments",
    "unresolveemailaddressifmultiplematch", "requireapprovalforuseremail",
    "requireapprovalforqueueemail", "orgdborgsettings",
  ]

  /// The defaults of the documents.
  package init() {
    // Who may choose it is settled there.
    policy.allowsAll = true
  }

  /// Reads the organization's row.
  package init(_ row: DataverseRow) {
    self.init()
    if let isOn = row.boolean("emailcorrelationenabled") { policy.correlation.isEnabled = isOn }
    policy.internalMail = row.boolean("ignoreinternalemail") == true ? .one : .two
    policy.leavesAmbiguousRecipients = row.boolean("unresolveemailaddressifmultiplematch") == true
    requiresApprovedUsers = row.boolean("requireapprovalforuseremail") == true
    requiresApprovedQueues = row.boolean("requireapprovalforqueueemail") == true
    if let size = row.integer("maxuploadfilesize"), size > 0 { largestAttachment = size }
    blockedEndings = Set(
      (row.text("blockedattachments") ?? "").split(separator: ";").map {
        $0.trimmingCharacters(in: .whitespaces).lowercased()
      }.filter { !$0.isEmpty })
    take(Self.values(in: row.text("orgdborgsettings") ?? ""))
  }

  /// The settings that stand in no column (`OrgDbOrgSettings`).
  private mutating func take(_ values: [String: String]) {
    func flag(_ name: String) -> Bool? { values[name].map { $0.lowercased() == "true" } }
    if let text = values["SSSForceFilteringMethodForUserMailboxes"], let code = Int(text) {
      policy.forcedFilter = FilterMethod(code: code)
    }
    if let isOn = flag("UseFilteringMethodOfSyncingMailboxOnlyForCorrelation") {
      policy.onlyMailboxDecides = isOn
    }
    if let isOn = flag("DoNotIgnoreInternalEmailToQueues") {
      policy.keepsInternalMailToQueues = isOn
    }
    if let isOn = flag("IgnoreInternalEmailFromQueues") {
      policy.refusesInternalMailFromQueues = isOn
    }
  }

  /// The elements of a flat piece of XML that hold a short text, each once.
  private static func values(in xml: String) -> [String: String] {
    var values: [String: String] = [:]
    for piece in xml.prefix(65_536).split(separator: "<") {
      guard let end = piece.firstIndex(of: ">") else { continue }
      let name = piece[..<end]
      let value = piece[piece.index(after: end)...]
      guard !name.hasPrefix("/"), !value.isEmpty, value.utf8.count <= 64 else { continue }
      values[String(name)] = value.trimmingCharacters(in: .whitespacesAndNewlines)
    }
    return values
  }

  /// Why a file is not taken; `nil` where it is.
  func refusal(ofFile name: String, size: Int) -> String? {
    if size > largestAttachment {
      return "the organization takes no file of more than \(largestAttachment) bytes"
    }
    guard let dot = name.lastIndex(of: ".") else { return nil }
    let ending = name[name.index(after: dot)...].lowercased()
    return blockedEndings.contains(ending)
      ? "the organization takes no files that end in '.\(ending)'" : nil
  }
}

extension FilterMethod {
  /// The option of one of Dynamics' values; `nil` where it is none.
  init?(code: Int) {
    guard let method = Self.allCases.first(where: { $0.code == code }) else { return nil }
    self = method
  }
}
