/// Somebody in an address book: what a vCard or an entry of LDIF says of a person or a company.
package struct ContactCard: Sendable {
  /// What it is of.
  package enum Kind: Sendable, Equatable {
    /// A person.
    case person
    /// A company.
    case company
    /// Several people: a mailing list.
    case group
    /// Something else, by its name: a room, a device.
    case other(String)
  }

  /// What the address book says that it is; a person where it says nothing.
  package var kind = Kind.person
  /// A lasting id.
  package var id: String?
  /// The whole name.
  package var fullName = ""
  /// The parts of a person's name, in the order in which they are written.
  package var nameParts: [String] = []
  /// The company, without its departments.
  package var organization = ""
  /// What stands as e-mail addresses, the preferred one first.
  package var addresses: [String] = []
  /// Web sites.
  package var websites: [String] = []
  /// Whether it says that it is private.
  package var isPrivate = false
  /// Whether a company is to be shown.
  var isShownAsCompany = false
  /// Whether it has an end: a card that the end of the file cuts may hold half an address.
  package var isWhole = true
  /// The line on which it begins, from 1.
  package var line: Int

  init(line: Int) { self.line = line }

  /// The name of whoever it is of; empty where nothing tells it.
  package var name: String {
    let parts = nameParts.filter { !$0.isEmpty }.joined(separator: " ")
    return fullName.isEmpty ? (parts.isEmpty ? organization : parts) : fullName
  }

  /// Settles what it is of: a company is told by its name alone, too.
  mutating func settle() {
    guard kind == .person, !organization.isEmpty,
      nameParts.allSatisfy(\.isEmpty)
    else { return }
    if isShownAsCompany || fullName.isEmpty || fullName == organization { kind = .company }
  }
}
