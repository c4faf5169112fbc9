import InternetMessage
import MailPipeline
import Tracking

/// What somebody who sets the program up wants.
struct SetupAnswers {
  /// An organization that the profile does not have yet.
  struct NewOrganization: Equatable {
    var name: String
    var url: String
    var colleagues: [String]
    var isConnected = true
  }

  /// The addresses of the first mailbox; the first is its owner's.
  var addresses: [AddrSpec]
  /// The organizations to add.
  var organizations: [NewOrganization] = []
  /// The one that receives mail; `nil` for none.
  var synchronizing: String?
  /// A file of records for that one.
  var records: String?
  /// What is kept from it; `nil` for what is by default.
  var exclude: [Exclusion]?
  /// Which mail is tracked without a rule; `nil` for what holds now.
  var filter: FilterMethod?
  /// To whom what the owner sends is tracked.
  var sentTo: [String] = []
}

/// What is proposed to somebody who sets the program up, and done where nobody is asked.
struct SetupDefaults {
  /// The profile that is there; `nil` for none.
  let profile: Profile?

  /// The addresses of the first mailbox: those of the profile, else that of the environment.
  func addresses(in environment: HostEnvironment) -> [AddrSpec] {
    if let mailbox = profile?.mailboxes.first { return mailbox.addresses }
    return environment["EMAIL"].flatMap { AddrSpec($0) }.map { [$0] } ?? []
  }

  /// A name for a first organization: the longest label of the address's domain but the last.
  static func organizationName(for address: AddrSpec) -> String {
    let domain = address.domainKey
    guard !PublicMailDomains.contains(domain) else { return "crm" }
    let labels = domain.split(separator: ".").dropLast()
    let name = labels.max { $0.utf8.count < $1.utf8.count }.map(String.init) ?? "crm"
    return OrganizationEntry.isName(name) ? name : "crm"
  }

  /// Whose mail is colleagues' mail: everybody's in the domain of the address, unless anybody can
  /// have an address there.
  static func colleagues(of address: AddrSpec) -> [String] {
    PublicMailDomains.contains(address.domainKey) ? [] : ["@" + address.domain]
  }

  /// What is done where nobody is asked: what is missing is added, and nothing else changed.
  func answers(_ addresses: [AddrSpec]) -> SetupAnswers {
    var answers = SetupAnswers(addresses: addresses)
    answers.synchronizing = profile?.synchronizing
    if profile?.isExcludeDefault == false { answers.exclude = profile?.exclude }
    if let first = profile?.organizations.first {
      answers.synchronizing = answers.synchronizing ?? first.name
    } else if let address = addresses.first {
      let name = Self.organizationName(for: address)
      answers.organizations = [
        .init(name: name, url: "sqlite:\(name).sqlite", colleagues: Self.colleagues(of: address))
      ]
      answers.synchronizing = name
    }
    return answers
  }
}
