import ArgumentParser
import System
import Tracking

extension RecordCommand {
  /// `record set`.
  struct Set: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "set", abstract: "Changes a record; what is not given stays.")

    @Argument(
      help: "Type and id in the CRM, as account:7d9b0f5e.", completion: ShellCompletions.records)
    var record: String

    @Option(
      help: "An address of the user who owns it, or none.", completion: ShellCompletions.users)
    var owner: String?

    @Option(help: "What it is called; empty for nothing.")
    var name: String?

    @Option(
      help: "The account that a contact belongs to, or none.",
      completion: ShellCompletions.recordsOrNone)
    var parent: String?

    @Option(parsing: .unconditionalSingleValue, help: "An address to add; may be given again.")
    var addAddress: [String] = []

    @Option(parsing: .unconditionalSingleValue, help: "An address to take away.")
    var removeAddress: [String] = []

    @Option(parsing: .unconditionalSingleValue, help: "A domain to add; may be given again.")
    var addDomain: [String] = []

    @Option(parsing: .unconditionalSingleValue, help: "A domain to take away.")
    var removeDomain: [String] = []

    @OptionGroup var organization: OrganizationOptions

    func run() throws {
      let reference = try RecordReference(argument: record)
      var change = RecordChange()
      if let owner { change.owner = .some(owner == "none" ? nil : try parseAddress(owner)) }
      if let name { change.name = .some(name.isEmpty ? nil : name) }
      if let parent {
        change.parent = .some(
          parent == "none" ? nil : try RecordCommand.account(parent, of: reference))
      }
      change.addedAddresses = try addAddress.map(parseAddress)
      change.removedAddresses = try removeAddress.map(parseAddress)
      change.addedDomains = try addDomain.map(RecordFile.domain)
      change.removedDomains = removeDomain.map { $0.hasPrefix("@") ? String($0.dropFirst()) : $0 }
      guard change != RecordChange() else {
        throw CommandError(.usage, "nothing to change is given; see --help")
      }
      try organization.openDirectory(.administer, for: .track).organization.administration()
        .changeRecord(reference, change)
      print(SafeText.neutralised("\(reference) is changed"))
    }
  }
}

extension RecordCommand {
  /// `record merge`.
  struct Merge: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "merge", abstract: "Brings all of one record into another.",
      discussion: """
        Addresses, domains, contacts and what mail belongs to it move; the id of the first means \
        the second from then on, in rules and files, too. It cannot be undone.
        """)

    @Argument(help: "The record that goes, as lead:7.", completion: ShellCompletions.records)
    var old: String

    @Argument(help: "The record that stays, as contact:9.", completion: ShellCompletions.records)
    var new: String

    @OptionGroup var organization: OrganizationOptions

    func run() throws {
      let (from, to) = (try RecordReference(argument: old), try RecordReference(argument: new))
      let administration = try organization.openDirectory(.administer, for: .track).organization
        .administration()
      RecordCommand.tell(try administration.mergeRecord(from, into: to), of: to)
    }
  }
}

extension RecordCommand {
  /// `record convert`.
  struct Convert: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "convert",
      abstract: "Gives a record another type and id, as when a lead becomes a contact.",
      discussion: """
        Its id of before means it still, in rules and files, too. Where the other one is there \
        already, it is 'record merge'.
        """)

    @Argument(help: "The record, as lead:7.", completion: ShellCompletions.records)
    var old: String

    @Argument(help: "What it is from now on, as contact:9.")
    var new: String

    @OptionGroup var organization: OrganizationOptions

    func run() throws {
      let (from, to) = (try RecordReference(argument: old), try RecordReference(argument: new))
      guard from != to else { throw DirectoryError.sameRecord(old) }
      let administration = try organization.openDirectory(.administer, for: .track).organization
        .administration()
      RecordCommand.tell(try administration.convertRecord(from, to: to), of: to)
    }
  }

  /// Says how much mail moved.
  fileprivate static func tell(_ count: Int, of record: RecordReference) {
    print("\(count) \(count == 1 ? "message regards" : "messages regard") \(record) now")
  }
}
