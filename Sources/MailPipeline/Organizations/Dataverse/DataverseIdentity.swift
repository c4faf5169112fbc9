import Foundation
import System
import Tracking

/// Who this side is in a Dataverse organization, and what it may do there.
struct DataverseIdentity {
  /// The id of the user.
  let user: String
  /// The organization's settings.
  let settings: DataverseSettings
  /// Whether the service answers its own questions about mail for this user.
  let asksCheck: Bool
  /// Whether copies can be given to other users.
  let assigns: Bool
  /// Whether this side may act as other users.
  let impersonates: Bool
  /// What the rest of the program is told.
  let identity: RemoteIdentity

  private struct Privileges: Decodable {
    struct Privilege: Decodable {
      var name: String
      private enum CodingKeys: String, CodingKey { case name = "PrivilegeName" }
    }
    var all: [Privilege]
    private enum CodingKeys: String, CodingKey { case all = "RolePrivileges" }
  }

  /// What is needed for what, in the order in which it is told.
  private static let needed: [(privilege: String, purpose: String)] = [
    ("prvReadActivity", "decide"), ("prvCreateActivity", "deliver"),
    ("prvWriteActivity", "complete e-mails and say what they regard"),
    ("prvAppendActivity", "attach files and name parties"),
    ("prvReadUser", "know its users"), ("prvReadQueue", "know its queues"),
    ("prvReadUserSettings", "know the filters of users"), ("prvReadContact", "know contacts"),
    ("prvReadAccount", "know accounts"), ("prvReadLead", "know leads"),
    ("prvDeleteActivity", "take e-mails back"),
  ]

  /// Asks who this is.
  ///
  /// - Throws: `RemoteTrouble`.
  init(by client: DataverseClient) throws(RemoteTrouble) {
    let who = try client.answer(to: DataverseRequest(.get, "WhoAmI()"))
    guard who.isSuccess else {
      throw who.status == 404
        ? .unreachable("there is no Web API of Dataverse at '\(client.service.origin)'")
        : client.trouble(who)
    }
    let row = try who.decoded(DataverseRow.self)
    guard let user = row.id("UserId"), let organization = row.id("OrganizationId") else {
      throw .unreachable("it says neither who this is nor which organization it is")
    }
    self.user = user
    let columns = DataverseSettings.columns.joined(separator: ",")
    let found = try client.answers(to: [
      DataverseRequest(.get, "RetrieveVersion()"),
      DataverseRequest(.get, "organizations(\(organization))?$select=\(columns)"),
      DataverseRequest(
        .get, "systemusers(\(user))/Microsoft.Dynamics.CRM.RetrieveUserPrivileges"),
      DataverseRequest(.get, "systemusers(\(user))?$select=fullname"),
      DataverseCheck.probe,
    ])
    var remarks: [String] = []
    let version =
      found[0].isSuccess ? try found[0].decoded(DataverseRow.self).text("Version") : nil
    if found[1].isSuccess {
      settings = DataverseSettings(try found[1].decoded(DataverseRow.self))
    } else {
      settings = DataverseSettings()
      remarks.append("its settings cannot be read, the usual ones are taken")
    }
    // Whoever may not read them is told by what is refused.
    let privileges: Set<String>? =
      found[2].isSuccess
      ? Set(try found[2].decoded(Privileges.self).all.map { $0.name.lowercased() }) : nil
    func has(_ privilege: String) -> Bool { privileges?.contains(privilege.lowercased()) ?? true }
    assigns = has("prvAssignActivity")
    impersonates = privileges?.contains("prvactonbehalfofanotheruser") ?? false
    let probe = found[4].isSuccess ? try? found[4].decoded(DataverseCheck.Reply.self) : nil
    asksCheck = probe?.accepts != nil
    remarks.insert(
      asksCheck
        ? "it decides itself, by CheckIncomingEmail and CheckPromoteEmail"
        : "it does not answer CheckIncomingEmail for this user: crm-mailfilter decides, by users, "
          + "queues, filters and records that it looks up there", at: 0)
    for (privilege, purpose) in Self.needed where !has(privilege) {
      remarks.append("\(privilege) is missing: it cannot \(purpose)")
    }
    if !assigns {
      remarks.append(
        impersonates
          ? "prvAssignActivity is missing: e-mails are created as their owners"
          : "prvAssignActivity is missing: all e-mails belong to this user")
    }
    func safe(_ text: String) -> String {
      SafeText.neutralised(String(String.UnicodeScalarView(text.unicodeScalars.prefix(200))))
    }
    identity = RemoteIdentity(
      organization: organization, name: "Dataverse \(safe(version ?? "of an unknown version"))",
      user: found[3].isSuccess
        ? try found[3].decoded(DataverseRow.self).text("fullname").map(safe) ?? user : user,
      abilities: Set(
        [RemoteIdentity.Ability.changes] + (has("prvDeleteActivity") ? [.withdraw] : [])
          + (has("prvWriteActivity") ? [.regard] : [])),
      remarks: remarks)
  }
}
