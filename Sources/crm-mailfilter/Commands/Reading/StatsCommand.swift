import ArgumentParser
import MailPipeline
import System
import Tracking

/// `stats`.
struct StatsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stats",
    abstract: "Counts tracked mail: by organization, month, record, rule and reason.",
    discussion: "By sender and by domain of the sender where --by asks for it.")

  /// What messages are counted by.
  enum Dimension: String, CaseIterable, ExpressibleByArgument {
    case organization
    case month
    case record
    case rule
    case reason
    case sender
    case domain

    /// What is counted by where nothing is said.
    static let usual: [Dimension] = [.organization, .month, .record, .rule, .reason]
  }

  private typealias Line = (name: String?, statistic: CopyStatistic)

  @Option(help: "Only by this; may be given again.")
  var by: [Dimension] = []

  @Option(parsing: .unconditional, help: "At most so many lines of each; 0 for all.")
  var limit = 20

  @OptionGroup var selection: SelectionOptions

  @Flag(help: "One JSON object a line instead of text.")
  var json = false

  @Flag(help: "Do not show it through a pager on a terminal.")
  var noPager = false

  @OptionGroup var organization: OrganizationOptions

  @OptionGroup var spool: SpoolOptions

  func run() throws {
    guard limit >= 0 else { throw CommandError(.usage, "--limit takes no negative number") }
    var query = try selection.query()
    let (opened, onlyOf) = try organization.openToRead()
    query.visibleTo = onlyOf
    try selection.prepare(opened.localState)
    let archive = try opened.archive()
    var paragraphs: [String] = []
    let terminal = Terminal.standardOutput()
    for dimension in by.isEmpty ? Dimension.usual : by {
      let all = try lines(dimension, of: query, in: archive)
      let most = limit == 0 ? all.count : limit
      // Of months the last ones.
      let shown = dimension == .month ? all.suffix(most) : all.prefix(most)
      if json {
        for line in shown {
          let object = StatisticObject(
            by: dimension.rawValue, value: line.name, statistic: line.statistic)
          print(try JSONOutput.line(object))
        }
      } else if !shown.isEmpty {
        paragraphs.append(
          StatisticsText(
            title: dimension.rawValue, lines: shown.map { ($0.name ?? "none", $0.statistic) },
            further: all.count - shown.count
          ).text(on: terminal))
      }
    }
    if !json, let state = try opened.organization.remoteState() {
      let waiting = try spool.open().entries().count { $0.organization == opened.entry.name }
      let text = RemoteStateText(state: state, waiting: waiting, now: TextOutput.now)
      paragraphs.append("\(opened.entry.name): \(text.line)\n")
    }
    if !json { Pager.print(paragraphs.joined(separator: "\n"), isWanted: !noPager) }
    try selection.criteria.remark(on: query, in: opened)
  }

  private func lines(
    _ dimension: Dimension, of query: CopyQuery, in archive: any MailArchive
  ) throws -> [Line] {
    switch dimension {
    case .organization: return try organizations(query)
    case .month: return try archive.statistics(of: query, by: .month).map { ($0.value, $0) }
    case .record: return try archive.statistics(of: query, by: .record).map { ($0.value, $0) }
    case .rule: return try archive.statistics(of: query, by: .rule).map { ($0.value, $0) }
    case .sender: return try archive.statistics(of: query, by: .sender).map { ($0.value, $0) }
    case .domain: return try archive.statistics(of: query, by: .domain).map { ($0.value, $0) }
    case .reason:
      return try archive.statistics(of: query, by: .reason).map { line in
        (line.value.map { Int($0).map(ReasonCode.init(rawValue:))?.name ?? $0 }, line)
      }
    }
  }

  /// A line for the organization that was named, else for each that the acting user may read.
  private func organizations(_ query: CopyQuery) throws -> [Line] {
    let opener = try organization.profile.opener()
    let chosen = try OrganizationOptions.entry(organization.org, in: opener.profile)
    let entries = organization.org == nil ? opener.profile.organizations : [chosen]
    var lines: [Line] = []
    for entry in entries {
      do {
        let (opened, user) = try OrganizationOptions.open(entry, of: opener, .readOwn)
        var query = query
        query.visibleTo = try OrganizationOptions.onlyReadable(for: user, in: opened.members)
        let total = try opened.archive().statistics(of: query, by: nil).first
        lines.append(
          (
            entry.name,
            total ?? CopyStatistic(value: nil, incoming: 0, outgoing: 0, size: 0)
          ))
      } catch {
        // One that cannot be read does not hide the others; the chosen one was read already.
        guard let error = CommandError(error) else { throw error }
        Terminal.tell("crm-mailfilter: \(entry.name): \(error.line)")
      }
    }
    return lines
  }
}
