import ArgumentParser
import InternetMessage
import MailPipeline
import System
import Tracking

extension RecordCommand {
  /// `record unresolved`.
  struct Unresolved: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "unresolved",
      abstract: "Lists who takes part in tracked mail from outside and is no record.",
      discussion: """
        Address, name, company, in how many messages and when; whether a card (vCard) came. Who is \
        known by a card alone stands at the end. 'record accept' makes records of them.
        """)

    @Option(parsing: .unconditional, help: "At most so many; 0 for all.")
    var limit = 50

    @OptionGroup var pager: PagerOptions

    @OptionGroup var organization: OrganizationOptions

    private static let layout = ColumnLayout(columns: [
      ColumnLayout.Column(minimum: 16), ColumnLayout.Column(minimum: 8, readiness: 3),
      ColumnLayout.Column(minimum: 8, readiness: 3), ColumnLayout.Column(), ColumnLayout.Column(),
      ColumnLayout.Column(),
    ])

    func run() throws {
      guard limit >= 0 else { throw CommandError(.usage, "--limit takes no negative number") }
      let opened = try organization.openDirectory(.readOrganization).organization
      let found = try ContactSuggestion.all(of: opened.administration(), in: opened.archive())
      let dates = DateText(now: TextOutput.now, isISO: false)
      pager.show(
        Self.layout.text(
          found.prefix(limit == 0 ? Int.max : limit).map { entry in
            [
              entry.address.description, entry.name ?? "-", entry.company ?? "-",
              "in \(entry.copies) \(entry.copies == 1 ? "message" : "messages")",
              entry.sent.map { Self.days($0, dates) } ?? "-", entry.hasCard ? "card" : "-",
            ]
          }, on: .standardOutput()))
    }

    private static func days(_ sent: ClosedRange<Int64>, _ dates: DateText) -> String {
      let (first, last) = (dates.day(sent.lowerBound), dates.day(sent.upperBound))
      return first == last ? first : "\(first) to \(last)"
    }
  }

  /// `record accept`.
  struct Accept: ParsableCommand {
    /// What may be made of a person.
    enum Kind: String, CaseIterable, ExpressibleByArgument {
      case contact, lead
    }

    static let configuration = CommandConfiguration(
      commandName: "accept",
      abstract: "Makes records of people that 'record unresolved' lists.",
      discussion: """
        Name and company are those of the card that came, else the name in mail. Nothing else of a \
        card is kept.
        """)

    @Argument(help: "The addresses that 'record unresolved' shows.")
    var address: [String]

    @Option(help: "What they become: contact, lead.")
    var type = Kind.contact

    @Option(
      help: "The account that they belong to, as account:7d9b0f5e.",
      completion: ShellCompletions.records)
    var account: String?

    @OptionGroup var organization: OrganizationOptions

    func run() throws {
      let addresses = try address.map(parseAddress)
      let parent = try account.map { try RecordReference(argument: $0) }
      let opened = try organization.openDirectory(.administer, for: .track).organization
      let administration = try opened.administration()
      if let parent, try administration.firstRecord(of: [parent]) == nil {
        throw CommandError(.noInput, "\(parent) is no record; see 'record add'")
      }
      let suggestions = try ContactSuggestion.all(of: administration, in: opened.archive())
      let chosen = try addresses.map { address in
        guard
          let found = suggestions.first(where: { $0.address == address })
            ?? suggestions.first(where: { $0.addresses.contains(address) })
        else {
          throw CommandError(
            .noInput, "\(address) is nobody that 'record unresolved' lists; nothing was changed")
        }
        return found
      }
      let digester = try opened.localState.fileDigester()
      let accounts = try CompanyNames(in: administration).records
      var companies: [(record: RecordReference, company: String)] = []
      var entries: [RecordEntry] = []
      for suggestion in chosen {
        var draft = RecordDraft(type: type.rawValue)
        draft.addresses = suggestion.addresses
        let record = RecordResolver.reference(of: draft, digester, Self.idPrefix)
        guard !entries.contains(where: { $0.record == record }) else { continue }
        var entry = RecordEntry(
          record: record, addresses: suggestion.addresses, name: suggestion.name, parent: parent)
        if parent == nil, let company = suggestion.company.map(CompanyNames.key), !company.isEmpty {
          if case let account?? = accounts[company] {
            entry.parent = account
          } else {
            companies.append((record, company))
          }
        }
        entries.append(entry)
      }
      _ = try administration.setRecords(entries, now: TextOutput.now)
      if !companies.isEmpty { try administration.setCompanies(companies) }
      for entry in entries {
        let name = entry.name.map { " " + $0 } ?? ""
        let under = entry.parent.map { ", of \($0)" } ?? ""
        print(
          SafeText.neutralised(
            "\(entry.record) is added:\(name) \(RecordCommand.keys(of: entry))\(under)"))
      }
    }

    /// What the ids of such records begin with.
    private static let idPrefix = "mail-"
  }
}
